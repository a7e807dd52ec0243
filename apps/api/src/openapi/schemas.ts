/** JSON Schemas of the OpenAPI document: each named schema of the contract appears once, under `components`. */
import { z } from 'zod';
import { fieldTexts } from './field-texts.gen.ts';

/** A JSON object of the document. */
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

type Texts = Readonly<Record<string, string>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);

/** Adds the descriptions of the reference to the fields of a schema, by path: `items[].quantity`. Several shapes share a path. */
const addTexts = (schema: Json, texts: Texts, place = ''): void => {
  const { properties, items, anyOf, oneOf } = schema;
  for (const shape of [...listOf(anyOf), ...listOf(oneOf)]) addTexts(shape, texts, place);
  if (isObject(items)) addTexts(items, texts, `${place}[]`);
  for (const [name, field] of Object.entries(isObject(properties) ? properties : {})) {
    if (!isObject(field)) continue;
    const at = place ? `${place}.${name}` : name;
    if (texts[at] !== undefined) field['description'] = texts[at];
    addTexts(field, texts, at);
  }
};

/** The schemas of the document. */
export interface Schemas {
  /** The schema of a request or a response of a procedure, with references to `components`. */
  of(schema: z.ZodType, io: Io, procedure?: string): Json;
  readonly components: Readonly<Record<string, Json>>;
}

/** Input and output of one named schema can differ, for example by defaults; so the input is called `...Input`. */
const inputName = (name: string): string => (name.endsWith('Input') ? name : `${name}Input`);

/** Creates an empty collection of schemas, which grows with each schema that is asked for. */
export const createSchemas = (): Schemas => {
  const components: Record<string, Json> = {};
  const define = (name: string, definition: Json): void => {
    const known = components[name];
    if (known && JSON.stringify(known) !== JSON.stringify(definition)) throw new Error(`Two schemas of the contract are called ${name}`);
    components[name] = definition;
  };
  return {
    components,
    of: (schema, io, procedure = '') => {
      const made = generated.parse(
        z.toJSONSchema(z.object({ it: schema }), { target: 'draft-2020-12', io, unrepresentable: 'throw', reused: 'inline' }),
      );
      for (const [name, definition] of Object.entries(made.$defs)) {
        const texts = fieldTexts.models[io][name] ?? {};
        addTexts(definition, texts);
        if (texts[''] !== undefined) definition['description'] ??= texts[''];
      }
      addTexts(made.properties.it, fieldTexts.procedures[procedure]?.[io] ?? {});
      const nameOf = io === 'input' ? inputName : (name: string): string => name;
      for (const [name, definition] of Object.entries(made.$defs)) define(nameOf(name), tidy(definition, io, nameOf) as Json);
      return tidy(made.properties.it, io, nameOf) as Json;
    },
  };
};
