/** The one mapping from what went wrong to what a caller is told. */
import { contract, describeIssues, errorRules, type ErrorCode, type Problem, type ProcedureContract } from '@cartwright/contracts';
import { DomainError, isDatabaseUnavailable } from '@cartwright/core/kernel';
import { TRPCError } from '@trpc/server';
import type { Logger } from 'pino';
import { z } from 'zod';

interface Where {
  readonly requestId: string;
  /** `domain.procedure`, when the failure is one of a procedure. */
  readonly path?: string | undefined;
}

const contractAt = (path: string | undefined): ProcedureContract | undefined => {
  const [domain = '', name = ''] = (path ?? '').split('.');
  return (contract as Record<string, Record<string, ProcedureContract>>)[domain]?.[name];
};

const problem = (
  code: ErrorCode,
  detail: string,
  { requestId }: Where,
  more: Partial<Pick<Problem, 'fields' | 'details'>> = {},
): Problem => {
  const { status, title, retry } = errorRules[code];
  return { type: `urn:cartwright:error:${code.toLowerCase()}`, title, status, detail, instance: requestId, code, retry, ...more };
};

/** Body parsers of Express throw errors with these `type`s. */
const bodyErrors: Record<string, readonly [ErrorCode, string]> = {
  'entity.too.large': ['PAYLOAD_TOO_LARGE', 'The body is larger than this address takes.'],
  'encoding.unsupported': ['UNSUPPORTED_MEDIA_TYPE', 'The content encoding is not supported.'],
  'request.aborted': ['MALFORMED_BODY', 'The request ended before its body did.'],
};

/** What the caller is told; nothing internal. */
export const toProblem = (thrown: unknown, where: Where): Problem => {
  const error = thrown instanceof TRPCError && thrown.cause ? thrown.cause : thrown;
  if (error instanceof DomainError)
    return problem(error.code, error.message, where, {
      ...(error.fields && { fields: [...error.fields] }),
      ...(error.details && { details: { ...error.details } }),
    });
  if (thrown instanceof TRPCError) {
    const schema = contractAt(where.path)?.input;
    if (thrown.code === 'BAD_REQUEST' && error instanceof z.core.$ZodError && schema) {
      const { code, fields } = describeIssues(schema, error);
      const first = fields[0];
      return problem(code, first ? `${first.path || 'The input'} ${first.message}.` : errorRules[code].title, where, { fields });
    }
    if (thrown.code === 'NOT_FOUND') return problem('NOT_FOUND', 'There is no such procedure.', where);
    if (thrown.code === 'METHOD_NOT_SUPPORTED')
      return problem('METHOD_NOT_ALLOWED', 'Queries are read by GET, mutations are sent by POST.', where);
    if (thrown.code === 'PARSE_ERROR' || thrown.code === 'BAD_REQUEST')
      return problem('MALFORMED_BODY', 'The input is not valid JSON.', where);
    if (thrown.code === 'UNSUPPORTED_MEDIA_TYPE') return problem('UNSUPPORTED_MEDIA_TYPE', 'Send application/json.', where);
  }
  if (isDatabaseUnavailable(error))
    return problem('RETRY', 'The shop is busy for a moment. Send the same request again.', where, { details: { retryAfterSeconds: 1 } });
  const type = error instanceof Error ? bodyErrors[(error as { type?: string }).type ?? ''] : undefined;
  if (type) return problem(type[0], type[1], where);
  return problem('INTERNAL', 'Something went wrong on our side. Quote the request id if it happens again.', where);
};

/** Logs defects whole and refusals in a line. Throttles nothing: a refusal is `debug`. */
export const logProblem = (log: Logger, thrown: unknown, told: Problem, path: string | undefined): void => {
  const error = thrown instanceof TRPCError && thrown.cause ? thrown.cause : thrown;
  const line = { requestId: told.instance, code: told.code, path };
  if (told.status >= 500) log.error({ ...line, err: error }, 'a request failed');
  else log.debug(line, 'a request was refused');
};

/** Seconds for `Retry-After`, when trying again is worth it. */
export const retryAfterSeconds = (told: Problem): number | null => {
  const asked = told.details?.['retryAfterSeconds'];
  if (typeof asked === 'number') return Math.max(1, Math.ceil(asked));
  return told.retry === 'safe' ? 1 : null;
};
