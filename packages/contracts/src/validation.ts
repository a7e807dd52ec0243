/** Turns a failed parse into the API's terms: one code, and a sentence for each field. */
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

/** The code a schema asks for by `.meta({ errorCode })`, looking through optional, default and pipes. */
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

/**
 * The most telling code for a failed parse and every field, once, with its first message. Unknown fields win, then a
 * code that the schema names itself for all that is wrong, then `INVALID_INPUT`.
 */
export const describeIssues = (schema: z.ZodType, error: z.core.$ZodError): { code: ErrorCode; fields: FieldIssue[] } => {
  const fields: FieldIssue[] = [];
  const codes = new Set<ErrorCode>();
  for (const issue of error.issues) {
    if (issue.code === 'unrecognized_keys') {
      codes.add('UNKNOWN_FIELD');
      for (const key of issue.keys) fields.push({ path: [...issue.path, key].join('.'), message: 'is not a field of this request' });
      continue;
    }
    const path = issue.path.join('.');
    if (!fields.some((field) => field.path === path)) fields.push({ path, message: issue.message });
    codes.add(errorCodeAt(schema, issue.path) ?? 'INVALID_INPUT');
  }
  const [only = 'INVALID_INPUT'] = codes;
  return { code: codes.has('UNKNOWN_FIELD') ? 'UNKNOWN_FIELD' : codes.size === 1 ? only : 'INVALID_INPUT', fields };
};
