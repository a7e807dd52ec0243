/** JSON Schemas of the OpenAPI document: each named schema of the contract appears once, under `components`. */
import { z } from 'zod';

export type Json = Record<string, unknown>;
type Io = 'input' | 'output';

const generated = z.object({
  properties: z.object({ it: z.record(z.string(), z.unknown()) }),
  $defs: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});

/** Responses may get new fields within a version, so their schemas stay open; requests allow only known fields. */
const dropped = (io: Io, key: string, value: unknown): boolean =>
  key === '$schema' ||
  ((key === 'id' || key === 'errorCode') && typeof value === 'string') ||
  (io === 'output' && key === 'additionalProperties' && value === false);

const tidy = (value: unknown, io: Io, nameOf: (name: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((v) => tidy(v, io, nameOf));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, v]) => !dropped(io, key, v))
      .map(([key, v]) => [
        key,
        key === '$ref' && typeof v === 'string' ? `#/components/schemas/${nameOf(v.replace('#/$defs/', ''))}` : tidy(v, io, nameOf),
      ]),
  );
};

export interface Schemas {
  /** The schema of a request or a response, with references to `components`. */
  of(schema: z.ZodType, io: Io): Json;
  readonly components: Readonly<Record<string, Json>>;
}

/** Input and output of one named schema can differ, for example by defaults; then the input is called `...Input`. */
export const createSchemas = (): Schemas => {
  const components: Record<string, Json> = {};
  const define = (name: string, definition: Json): void => {
    const known = components[name];
    if (known && JSON.stringify(known) !== JSON.stringify(definition)) throw new Error(`Two schemas of the contract are called ${name}`);
    components[name] = definition;
  };
  return {
    components,
    of: (schema, io) => {
      const made = generated.parse(
        z.toJSONSchema(z.object({ it: schema }), { target: 'draft-2020-12', io, unrepresentable: 'throw', reused: 'inline' }),
      );
      const nameOf = (name: string): string => (io === 'input' ? `${name}Input` : name);
      for (const [name, definition] of Object.entries(made.$defs)) define(nameOf(name), tidy(definition, io, nameOf) as Json);
      return tidy(made.properties.it, io, nameOf) as Json;
    },
  };
};
