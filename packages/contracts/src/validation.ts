/** Converts a failed parse to an error code and a sentence for each field. */
import { z } from 'zod';
import type { ErrorCode, FieldIssue } from './errors.ts';

type Def = {
  innerType?: z.ZodType;
  in?: z.ZodType;
  out?: z.ZodType;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  valueType?: z.ZodType;
};

/** The error code that a schema sets by `.meta({ errorCode })`, also inside optional, default and pipe. */
const errorCodeAt = (schema: z.ZodType | undefined, path: readonly PropertyKey[]): ErrorCode | undefined => {
  if (!schema) return undefined;
  const meta = z.globalRegistry.get(schema) as { errorCode?: ErrorCode } | undefined;
  if (path.length === 0 && meta?.errorCode) return meta.errorCode;
  const def = schema.def as unknown as Def;
  const wrapped = def.innerType ?? def.in;
  if (wrapped) return errorCodeAt(wrapped, path) ?? meta?.errorCode;
  const [head, ...rest] = path;
  if (head === undefined) return undefined;
  return errorCodeAt(def.shape?.[String(head)] ?? def.element ?? def.valueType, rest);
};

/** Every error code that a failed parse of a schema can be given by its fields, besides those of any input. */
export const errorCodesOf = (schema: z.ZodType): ErrorCode[] => {
  const meta = z.globalRegistry.get(schema) as { errorCode?: ErrorCode } | undefined;
  const def = schema.def as unknown as Def;
  const inner = [def.innerType ?? def.in, def.element, def.valueType, ...Object.values(def.shape ?? {})];
  const codes = inner.flatMap((one) => (one ? errorCodesOf(one) : []));
  return [...new Set([...(meta?.errorCode ? [meta.errorCode] : []), ...codes])];
};

/** The object that a path of a schema leads to, also inside optional, default and pipe. */
const schemaAt = (schema: z.ZodType | undefined, path: readonly PropertyKey[]): Def | undefined => {
  if (!schema) return undefined;
  const def = schema.def as unknown as Def;
  const wrapped = def.innerType ?? def.in;
  if (wrapped) return schemaAt(wrapped, path);
  const [head, ...rest] = path;
  return head === undefined ? def : schemaAt(def.shape?.[String(head)] ?? def.element ?? def.valueType, rest);
};

/** How many letters must be added, removed or replaced to make one word of the other. */
const distance = (a: string, b: string): number => {
  let before = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i += 1) {
    const row = [i + 1];
    for (let j = 1; j <= b.length; j += 1)
      row.push(Math.min((row[j - 1] ?? 0) + 1, (before[j] ?? 0) + 1, (before[j - 1] ?? 0) + (a[i] === b[j - 1] ? 0 : 1)));
    before = row;
  }
  return before[b.length] ?? 0;
};
const longestName = 40;
const mostNames = 12;
const plain = (name: string): string => name.toLowerCase().replaceAll(/[_-]/g, '');

/** Says that a field is unknown, and names the known one that is nearest, or else those that there are. */
const unknownField = (key: string, known: readonly string[]): string => {
  const unknown = 'is not a field of this request';
  if (known.length === 0) return unknown;
  const given = plain(key.slice(0, longestName));
  const [nearest] = known.map((name) => ({ name, far: distance(given, plain(name)) })).toSorted((a, b) => a.far - b.far);
  if (nearest && nearest.far <= Math.min(2, given.length / 3)) return `${unknown}; use ${nearest.name}`;
  // One or two more names take no more room than their number.
  const shown = known.length <= mostNames + 2 ? known : known.slice(0, mostNames);
  const others = known.length > shown.length ? ` and ${known.length - shown.length} others` : '';
  return `${unknown}; its fields are ${shown.join(', ')}${others}`;
};

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};
const formatNames: Readonly<Record<string, string>> = {
  uuid: 'an id (UUID)',
  email: 'an e-mail address',
  datetime: 'an instant such as 2026-11-21T09:00:00Z',
  url: 'a URL',
};
/** A limit with its noun: `1 character`, `100 entries`, `5`. */
const sized = (origin: string, limit: number): string => {
  if (origin === 'string') return `${limit} ${limit === 1 ? 'character' : 'characters'}`;
  return ['array', 'set', 'map'].includes(origin) ? `${limit} ${limit === 1 ? 'entry' : 'entries'}` : `${limit}`;
};

/** Fields whose values may open something: they are never repeated. */
const isSecret = (field: PropertyKey | undefined): boolean => {
  const name = String(field ?? '');
  return /password|token|secret|code|key/i.test(name) && !/^(?:country|postal)Code$/.test(name);
};
const mostShown = 60;
const beginningShown = 20;
const count = (n: number, noun: string): string => `${n} ${noun} ${n === 1 ? 'was' : 'were'} given`;

/** A value as JSON. Characters that cannot be seen, such as those that override the direction of text, are shown by their numbers. */
const shownText = (value: unknown): string =>
  JSON.stringify(value).replaceAll(/\p{C}/gu, (c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);

/** Names the value that was given: `"tomorrow" was given`, `21 entries were given`; null for objects and secrets. */
const givenOf = (value: unknown, field: PropertyKey | undefined): string | null => {
  if (Array.isArray(value)) return count(value.length, value.length === 1 ? 'entry' : 'entries');
  if (isSecret(field) || value === undefined || (typeof value === 'object' && value !== null)) return null;
  if (typeof value === 'string' && value.length > mostShown)
    return `${shownText(`${value.slice(0, beginningShown)}…`)} with ${value.length} characters was given`;
  return `${typeof value === 'number' ? String(value) : shownText(value)} was given`;
};

/** A sentence part for the messages of zod itself; messages of our schemas are already such parts. */
const wordsOf = (issue: z.core.$ZodIssue, field?: PropertyKey): string => {
  if (!/^(?:Invalid|Too) /.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeNames[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return issue.values.length === 1 ? `must be ${String(issue.values[0])}` : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'invalid_format':
      return `must be ${formatNames[issue.format] ?? 'in the documented format'}`;
    case 'too_small':
    case 'too_big': {
      if (issue.code === 'too_small' && Number(issue.minimum) === 1 && String(field ?? '').endsWith('Cents')) return 'must be more than 0';
      const limit = Number(issue.code === 'too_small' ? issue.minimum : issue.maximum);
      const verb = ['number', 'int', 'bigint', 'date'].includes(issue.origin) ? 'be' : 'have';
      return `must ${verb} at ${issue.code === 'too_small' ? 'least' : 'most'} ${sized(issue.origin, limit)}`;
    }
    case 'invalid_key': {
      const [first] = issue.issues;
      return `must have another name${first ? `, which ${wordsOf(first)}` : ''}`;
    }
    case 'invalid_union':
      return 'is not in one of the documented forms';
    default:
      return 'is not valid';
  }
};

/** For an amount: that it counts the smallest unit of its currency. */
const unitOf = (issue: z.core.$ZodIssue, field: PropertyKey | undefined): string =>
  String(field ?? '').endsWith('Cents') && ['invalid_type', 'too_small', 'too_big'].includes(issue.code)
    ? ", in the currency's smallest unit"
    : '';

/** What is wrong with a value, and the value that was given. */
const messageOf = (issue: z.core.$ZodIssue, value: unknown): string => {
  if (value === undefined && issue.code !== 'custom') return 'is required';
  const field = issue.path.findLast((part) => typeof part === 'string');
  const given = issue.code === 'invalid_key' ? givenOf(field, '') : givenOf(value, field);
  const words = `${wordsOf(issue, field)}${unitOf(issue, field)}`;
  return given === null ? words : `${words}; ${given}`;
};

const valueAt = (input: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined),
    input,
  );

/**
 * Describes a failed parse of `input`: the most specific error code, and each wrong field once with its first message. The code is
 * `UNKNOWN_FIELD` if a field is unknown, and unknown fields come first; else it is the code that the schema sets for all wrong fields,
 * else `INVALID_INPUT`.
 */
export const describeIssues = (schema: z.ZodType, error: z.core.$ZodError, input: unknown): { code: ErrorCode; fields: FieldIssue[] } => {
  const unknown: FieldIssue[] = [];
  const fields: FieldIssue[] = [];
  const codes = new Set<ErrorCode>();
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys') {
      const known = Object.keys(schemaAt(schema, issue.path)?.shape ?? {});
      for (const key of issue.keys) unknown.push({ path: [...issue.path, key].join('.'), message: unknownField(key, known) });
      continue;
    }
    const path = issue.path.join('.');
    if (!fields.some((field) => field.path === path)) fields.push({ path, message: messageOf(issue, valueAt(input, issue.path)) });
    codes.add(errorCodeAt(schema, issue.path) ?? 'INVALID_INPUT');
  }
  if (unknown.length > 0) return { code: 'UNKNOWN_FIELD', fields: [...unknown, ...fields] };
  const [only = 'INVALID_INPUT'] = codes;
  return { code: codes.size === 1 ? only : 'INVALID_INPUT', fields };
};
