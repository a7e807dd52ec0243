/** Reads PostgreSQL's error codes (Appendix A of its manual). */

import { isOutdatedStatement } from '@cartwright/db';

interface PgError extends Error {
  readonly code: string;
  readonly constraint?: string;
  readonly detail?: string;
}
const pgError = (error: unknown): PgError | null => {
  for (let e: unknown = error; e instanceof Error; e = e.cause) {
    const { code } = e as { code?: unknown };
    if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return e as unknown as PgError;
  }
  return null;
};

/** Serialisation failure, deadlock, or a table that a migration changed meanwhile: the whole transaction can be run again. */
export const isSerialisationFailure = (error: unknown): boolean =>
  ['40001', '40P01'].includes(pgError(error)?.code ?? '') || isOutdatedStatement(error);

/** What the driver says when it reaches no server or loses it. */
const connectionLost = new RegExp(
  [
    'ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH',
    'Connection terminated|connection error and is not queryable',
    'timeout exceeded when trying to connect|Query read timeout',
  ].join('|'),
);

/** Whether the database is unavailable, starting, full or too busy: the request itself is fine. */
export const isDatabaseUnavailable = (error: unknown): boolean => {
  const answer = pgError(error);
  const code = answer?.code;
  if (code)
    return (
      (code === '55000' && answer.message.includes('not currently accepting connections')) ||
      code.startsWith('08') ||
      code.startsWith('57P') ||
      code.startsWith('53') ||
      ['40001', '40P01', '55P03', '57014', '25P03'].includes(code)
    );
  const text = error instanceof Error ? `${(error as { code?: string }).code ?? ''} ${error.message}` : '';
  return connectionLost.test(text);
};

/** A text with NUL, or with half of a character inside JSON: PostgreSQL cannot store it. Nobody types one. */
export const isImpossibleText = (error: unknown): boolean => {
  const { code = '', detail = '' } = pgError(error) ?? {};
  return ['22021', '22P05'].includes(code) || (code === '22P02' && detail.startsWith('Unicode '));
};

/** The database cannot hold a value: it is of an impossible form, out of range or too long. Another attempt fails in the same way. */
export const isUnstorable = (error: unknown): boolean => /^(22|54)/.test(pgError(error)?.code ?? '');

/** A statement named an unknown table or column: a defect, or a database of another version. */
export const lacksSchema = (error: unknown): boolean => ['42P01', '42703'].includes(pgError(error)?.code ?? '');

/** Whether a transaction met others in its way or took too long: a smaller one may succeed. */
export const isHinderedByOthers = (error: unknown): boolean => ['40001', '40P01', '55P03', '57014'].includes(pgError(error)?.code ?? '');

/** Whether a lock was not available within `lock_timeout`. */
export const isLockTimeout = (error: unknown): boolean => pgError(error)?.code === '55P03';

/** Whether a unique index refused the row; with a name, whether it was that index. */
export const isUniqueViolation = (error: unknown, constraint?: string): boolean => {
  const e = pgError(error);
  return e?.code === '23505' && (constraint === undefined || e.constraint === constraint);
};

/** The value that a unique index refused, of its last column; null when the database does not name it. */
export const takenValue = (error: unknown): string | null => {
  const [, columns, values] = /\((.+?)\)=\(([^]*)\)/.exec(pgError(error)?.detail ?? '') ?? [];
  if (columns === undefined || values === undefined) return null;
  // Only the value of the last column may contain a separator.
  return values
    .split(', ')
    .slice(columns.split(', ').length - 1)
    .join(', ');
};

/** Whether a CHECK constraint refused the row; with a name, whether it was that constraint. */
export const isCheckViolation = (error: unknown, constraint?: string): boolean => {
  const e = pgError(error);
  return e?.code === '23514' && (constraint === undefined || e.constraint === constraint);
};
