/** Renders schemas as tables with one row per field; fields of nested objects are named by their path. */
import { z } from 'zod';
import type { Comments } from './reference.comments.ts';

interface Json {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly description?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Json;
  readonly anyOf?: readonly Json[];
  readonly oneOf?: readonly Json[];
  readonly properties?: Readonly<Record<string, Json>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Json | boolean;
}
type Side = 'input' | 'output';
interface Row {
  readonly place: string;
  readonly type: string;
  readonly need: string;
  readonly about: string;
  /** Whether the schema itself, or the named schema that the field refers to, says less than `about`. */
  readonly isAdded: boolean;
}
/** A schema, and the named schemas that it refers to. */
export interface ReadSchema {
  readonly schema: Json;
  readonly models: Readonly<Record<string, Json>>;
}

const generated = z.object({
  properties: z.object({ it: z.custom<Json>() }),
  $defs: z.record(z.string(), z.custom<Json>()).default({}),
});

/** Converts a schema to JSON Schema, for what clients send (`input`) or receive (`output`). */
export const readSchema = (schema: z.ZodType, io: Side): ReadSchema => {
  const made = z.toJSONSchema(z.object({ it: schema }), { target: 'draft-2020-12', io, unrepresentable: 'any', reused: 'inline' });
  const { properties, $defs } = generated.parse(made);
  return { schema: properties.it, models: $defs };
};

/** Descriptions that only repeat the conventions. */
const isSaidOfAll = (description: string): boolean => /^(Instant in UTC|Minor units of the currency)$/.test(description);
/** The description of a schema, or of its only described alternative, such as that of an id that may be null. */
const descriptionOf = ({ description, anyOf = [] }: Json): string => {
  const [only = '', ...others] = anyOf.flatMap((shape) => (shape.description === undefined ? [] : [shape.description]));
  const own = description ?? (others.length === 0 ? only : '');
  return isSaidOfAll(own) ? '' : own;
};

const number = (value: number): string => value.toLocaleString('en-GB');
const isBound = (value: number | undefined): value is number => value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;
const range = (least: number | undefined, most: number | undefined, unit = ''): string => {
  if (isBound(least) && isBound(most)) return ` ${number(least)} to ${number(most)}${unit}`;
  if (isBound(least)) return ` from ${number(least)}${unit}`;
  return isBound(most) ? ` up to ${number(most)}${unit}` : '';
};
const code = (value: unknown): string => `\`${JSON.stringify(value) ?? 'undefined'}\``.replaceAll('|', '\\|');
const nameOf = (ref: string): string => ref.slice(ref.lastIndexOf('/') + 1);
const modelLink = (ref: string): string => `[${nameOf(ref)}](models.md#${nameOf(ref).toLowerCase()})`;
const formats: Readonly<Record<string, string>> = { uuid: 'id', 'date-time': 'instant', date: 'date', email: 'e-mail', uri: 'URL' };

const textType = ({ format, minLength, maxLength }: Json): string =>
  (format && formats[format]) ?? `text${range(minLength && minLength > 1 ? minLength : undefined, maxLength, ' characters')}`;

const alternativesOf = ({ anyOf, oneOf }: Json): readonly Json[] => anyOf ?? oneOf ?? [];

/** Describes a type in words. */
const typeOf = (schema: Json): string => {
  const alternatives = alternativesOf(schema);
  if (schema.$ref) return modelLink(schema.$ref);
  if (schema.enum) return schema.enum.map(code).join(' or ');
  if ('const' in schema) return code(schema.const);
  if (alternatives.length > 0) return [...new Set(alternatives.map(typeOf))].join(' or ');
  if (typeof schema.type === 'object') return schema.type.map((type) => typeOf({ ...schema, type })).join(' or ');
  if (schema.type === 'array') return `list of${range(schema.minItems, schema.maxItems)} ${typeOf(schema.items ?? {})}`;
  if (schema.type === 'string') return textType(schema);
  if (schema.type === 'integer' || schema.type === 'number') return `${schema.type}${range(schema.minimum, schema.maximum)}`;
  if (schema.type === 'object' && !schema.properties)
    return typeof schema.additionalProperties === 'object' ? `map of ${typeOf(schema.additionalProperties)}` : 'object';
  return schema.type ?? 'anything';
};

/** Label of one of several shapes: the value of its constant field. */
const labelOf = ({ properties = {} }: Json): string => {
  const [name, value] = Object.entries(properties).find(([, property]) => 'const' in property) ?? [];
  return name ? `${name} ${JSON.stringify(value?.const)}` : '';
};

const needOf = (parent: Json, name: string, field: Json, side: Side): string => {
  if ('default' in field && side === 'input') return `default ${code(field.default)}`;
  return parent.required?.includes(name) ? (side === 'input' ? 'required' : '') : side === 'input' ? 'optional' : 'may be missing';
};

/** The comment on a field, or else its description. For an id in an input, where to find it comes first; in a response the id is there. */
const aboutOf = (field: Json, side: Side, comment: string | undefined): string => {
  const description = descriptionOf(field);
  if (!description.startsWith('Id of the ')) return comment ?? description;
  if (side === 'output') return comment ?? description.replace(/, from .*$/, '');
  return comment === undefined ? description : `${description}. ${comment}`;
};

/** The named schema that a field or the entries of its list are of. */
const refOf = (field: Json): string | undefined =>
  field.$ref ?? field.items?.$ref ?? alternativesOf(field).find(({ $ref }) => $ref !== undefined)?.$ref;

/** Path of a field without the labels of its shapes. */
const pathOf = (place: string): string => place.replaceAll(/ \([^)]*\)/g, '').replace(/^[. ]+/, '');

/** Rows of an object's fields and of nested objects. */
function* rowsOf(schema: Json, side: Side, comments: Comments, place: string): Generator<Row> {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const at = place ? `${place}.${name}` : name;
    const own = aboutOf(field, side, comments.of(pathOf(at)));
    const ref = own ? undefined : refOf(field);
    const about = own || (ref && comments.ofModel(nameOf(ref))) || '';
    yield {
      place: at,
      type: typeOf(field),
      need: needOf(schema, name, field, side),
      about,
      isAdded: own !== '' && !(field.description ?? '').startsWith(own),
    };
    yield* innerRows(field, side, comments, at);
  }
}
function* innerRows(schema: Json, side: Side, comments: Comments, place: string): Generator<Row> {
  const shapes = alternativesOf(schema).filter(({ properties, items }) => properties ?? items);
  if (schema.items) yield* innerRows(schema.items, side, comments, `${place}[]`);
  else if (shapes.length === 0) yield* rowsOf(schema, side, comments, place);
  for (const shape of shapes) {
    const label = shapes.length > 1 ? labelOf(shape) : '';
    yield* shape.items ? innerRows(shape, side, comments, place) : rowsOf(shape, side, comments, label ? `${place} (${label})` : place);
  }
}

/** Texts of the reference that the schema itself does not have, by path of the field. Several shapes share the text of a path. */
export const textsOf = (schema: Json, side: Side, comments: Comments): Record<string, string> =>
  Object.fromEntries(
    [...innerRows(schema, side, comments, '')].filter(({ isAdded }) => isAdded).map(({ place, about }) => [pathOf(place), about]),
  );

/** The fields of a response, with their types in words. */
export const fieldsOf = (schema: Json, comments: Comments): Row[] => [...innerRows(schema, 'output', comments, '')];

/** Renders a schema in Markdown: a sentence for a named schema or a plain value, else a table of its fields. */
export const describeSchema = (schema: Json, side: Side, comments: Comments): string => {
  const rows = [...innerRows(schema, side, comments, '')];
  if (rows.length === 0) return schema.type === 'object' ? 'Nothing.' : `${typeOf(schema)}.`;
  const text = (value: string): string => value.replaceAll(/(?<!\\)\|/g, '\\|');
  const lines = rows.map(({ place, type, need, about }) => `| \`${place.replace(/^[. ]+/, '')}\` | ${type} | ${need} | ${text(about)} |`);
  return ['| field | type | presence | description |', '|---|---|---|---|', ...lines].join('\n');
};
