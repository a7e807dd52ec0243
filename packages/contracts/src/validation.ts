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

/**
 * Describes a failed parse: the most specific error code, and each wrong field once with its first message. The code is
 * `UNKNOWN_FIELD` if a field is unknown, else the code that the schema sets for all wrong fields, else `INVALID_INPUT`.
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
