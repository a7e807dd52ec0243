/** Reads the answer of a provider: by schema, within a size limit, with a sentence about what is invalid. */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { GatewayResponseInvalid } from '../../kernel/index.ts';

/** Answers are a few kilobytes; a list of a hundred events is below a megabyte. */
export const maxAnswerBytes = 4 * 1024 * 1024;

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown => {
  let at = value;
  for (const key of path) at = typeof at === 'object' && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined;
  return at;
};

const secret = /secret|token|key/i;

/** The invalid value, when it is short and no secret. */
const shown = (value: unknown, path: readonly PropertyKey[]): string => {
  if (path.some((key) => secret.test(String(key)))) return '';
  const found = valueAt(value, path);
  if (found === undefined) return ' (it is missing)';
  return typeof found === 'object' && found !== null ? '' : ` (it is ${JSON.stringify(found).slice(0, 60)})`;
};

/** Describes the problems of a value, such as `amount_received: expected int (it is "4200")`; at most three things. */
export const problemOf = (error: z.ZodError, value: unknown): string =>
  error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.length > 0 ? `${path.join('.')}: ` : ''}${message}${shown(value, path)}`)
    .join('; ');

/** Parses the answer of a provider by its schema. Throws `GatewayResponseInvalid`. */
export const readAnswer = <S extends z.ZodType>(what: string, schema: S, value: unknown): z.output<S> => {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  throw new GatewayResponseInvalid(`${what} cannot be read: ${problemOf(read.error, value)}`);
};

/**
 * Parses a signed body as JSON. A body that is not JSON, or nested too deep to be stored, is represented by its
 * beginning and its hash and kept as an unreadable event.
 */
export const parseSigned = (body: Buffer): unknown => {
  const text = body.toString('utf8');
  try {
    const value: unknown = JSON.parse(text);
    JSON.stringify(value);
    return value;
  } catch {
    return `${text.slice(0, 900)} (sha256 ${createHash('sha256').update(body).digest('hex')})`;
  }
};
