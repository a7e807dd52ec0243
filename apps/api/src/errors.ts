/** Maps every failure to the error response that the caller gets. */
import { errorRules, type ErrorCode, type Problem } from '@cartwright/contracts';
import { DomainError, isDatabaseUnavailable, isImpossibleText, lacksSchema } from '@cartwright/core/kernel';
import { TRPCError } from '@trpc/server';
import type { RequestContext } from './http/context.ts';

/** Refuses a call while the shop cannot be served. The gate logs each obstacle once, when it first occurs. */
export class NotServable extends DomainError {}

type CodeAndDetail = readonly [code: ErrorCode, detail: string];

/** Errors of the body parsers, by status. */
const ofParsers: Readonly<Record<number, CodeAndDetail>> = {
  400: ['MALFORMED_BODY', 'The body does not match its Content-Length or Content-Encoding header.'],
  413: ['PAYLOAD_TOO_LARGE', 'The body is larger than this address allows.'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'The content encoding is not supported.'],
};

/** Errors that tRPC raises before it calls a procedure. */
const ofTrpc: Readonly<Partial<Record<TRPCError['code'], CodeAndDetail>>> = {
  METHOD_NOT_SUPPORTED: ['METHOD_NOT_ALLOWED', 'Use GET for queries and POST for mutations.'],
  PARSE_ERROR: ['MALFORMED_BODY', 'The input is not valid JSON. Send a JSON object.'],
  BAD_REQUEST: ['MALFORMED_BODY', 'The request is not a valid tRPC call.'],
  UNSUPPORTED_MEDIA_TYPE: ['UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.'],
  PAYLOAD_TOO_LARGE: ['PAYLOAD_TOO_LARGE', 'The body is larger than this address allows.'],
};

/** The original failure: tRPC wraps what procedures throw. */
const unwrap = (thrown: unknown): unknown =>
  thrown instanceof TRPCError && thrown.code === 'INTERNAL_SERVER_ERROR' && thrown.cause ? thrown.cause : thrown;

/** Express and its parsers set `expose` on errors that callers may see; all other errors stay internal. */
const ofHttp = (error: unknown): CodeAndDetail | undefined => {
  if (error instanceof URIError) return ['NOT_FOUND', 'The address is not encoded correctly: write a % as %25.'];
  const { expose = false, status = 0 } = error instanceof Error ? (error as { expose?: boolean; status?: number }) : {};
  return expose ? ofParsers[status] : undefined;
};

const longestShown = 200;
const shown = (text: string): string => (text.length > longestShown ? `${text.slice(0, longestShown)}…` : text);

/** The error for a method and path that nothing serves. */
export const noSuchAddress = ({ method, url }: { readonly method: string; readonly url: string }): DomainError =>
  new DomainError('NOT_FOUND', `${method} ${shown(url.split('?', 1)[0] ?? '')} does not exist. All addresses are listed at /docs.`);

const noSuchProcedure = (path: string | undefined): CodeAndDetail => [
  'NOT_FOUND',
  `${path ? `The procedure ${shown(path)}` : 'This procedure'} does not exist. All procedures are listed at /docs.`,
];

const describe = (error: unknown, path?: string): CodeAndDetail => {
  if (error instanceof DomainError) return [error.code, error.message];
  if (isDatabaseUnavailable(error)) return ['SERVICE_UNAVAILABLE', 'The database is unavailable. Send the same request again later.'];
  if (isImpossibleText(error)) return ['INVALID_INPUT', 'A text contains a character that is not allowed, such as NUL.'];
  if (error instanceof TRPCError && error.code === 'NOT_FOUND') return noSuchProcedure(path);
  const known = error instanceof TRPCError ? ofTrpc[error.code] : ofHttp(error);
  return known ?? ['INTERNAL', 'Something went wrong on our side. Quote the request id to support if it happens again.'];
};

/** Error code of a failure. */
export const codeOf = (thrown: unknown): ErrorCode => describe(unwrap(thrown))[0];

/**
 * Error response of a failure, without internals. An unavailable, full or busy database is `SERVICE_UNAVAILABLE`; an unexpected failure is
 * `INTERNAL`.
 */
export const toProblem = (thrown: unknown, requestId: string, path?: string): Problem => {
  const error = unwrap(thrown);
  const [code, detail] = describe(error, path);
  const { status, title, retry } = errorRules[code];
  const { fields, details } = error instanceof DomainError ? error : { fields: undefined, details: undefined };
  return {
    type: `urn:cartwright:error:${code.toLowerCase()}`,
    title,
    status,
    detail,
    instance: requestId,
    code,
    retry,
    ...(fields && { fields: [...fields] }),
    ...(details && { details: { ...details } }),
  };
};

/** While the gate checks the database again, callers are asked to retry later. */
const orLookAgain = (thrown: unknown, ctx: Partial<Pick<RequestContext, 'http'>> | undefined): unknown =>
  lacksSchema(unwrap(thrown)) && ctx?.http?.gate?.lookAgain(unwrap(thrown))
    ? new NotServable('SERVICE_UNAVAILABLE', 'The database of this shop is being checked. Send the same request again later.', {
        cause: unwrap(thrown),
      })
    : thrown;

/** Maps a failure and logs it: a defect with its stack, a denial with the denied actor, any other refusal at debug level. */
export const reportProblem = (
  failure: unknown,
  ctx: (Pick<RequestContext, 'core' | 'requestId' | 'actor'> & Partial<Pick<RequestContext, 'http'>>) | undefined,
  path?: string,
): Problem => {
  const thrown = orLookAgain(failure, ctx);
  const problem = toProblem(thrown, ctx?.requestId ?? '', path);
  if (!ctx) return problem;
  const { log } = ctx.core;
  const line = { requestId: ctx.requestId, code: problem.code, path };
  if (unwrap(thrown) instanceof NotServable) log.debug(line, 'a request was refused');
  else if (problem.status >= 500) log.error({ ...line, err: unwrap(thrown) }, 'a request failed');
  else if (problem.status === 403)
    log.info({ ...line, actor: ctx.actor.kind === 'user' ? ctx.actor.userId : ctx.actor.kind }, 'a request was denied');
  else log.debug(line, 'a request was refused');
  return problem;
};

/** Seconds for `Retry-After`; null if repeating the request does not help. */
export const retryAfterSeconds = ({ details, retry }: Problem): number | null => {
  const seconds = details?.['retryAfterSeconds'];
  if (typeof seconds === 'number') return Math.max(1, Math.ceil(seconds));
  return retry === 'safe' ? 1 : null;
};
