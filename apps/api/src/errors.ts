/** The one mapping from what went wrong to what a caller is told. */
import { errorRules, type ErrorCode, type Problem } from '@cartwright/contracts';
import { DomainError, isDatabaseUnavailable, isImpossibleText, lacksSchema } from '@cartwright/core/kernel';
import { TRPCError } from '@trpc/server';
import type { RequestContext } from './http/context.ts';

/** A refusal while something is in the way of the shop. The gate logs each obstacle once, when it is first met. */
export class NotServable extends DomainError {}

type Told = readonly [code: ErrorCode, detail: string];

/** What the body parsers refuse, by the status they suggest. */
const ofParsers: Readonly<Record<number, Told>> = {
  400: ['MALFORMED_BODY', 'The body did not arrive as its headers announce it.'],
  413: ['PAYLOAD_TOO_LARGE', 'The body is larger than this address takes.'],
  415: ['UNSUPPORTED_MEDIA_TYPE', 'The content encoding is not supported.'],
};

/** What tRPC itself refuses before a procedure is reached. */
const ofTrpc: Readonly<Partial<Record<TRPCError['code'], Told>>> = {
  NOT_FOUND: ['NOT_FOUND', 'There is no such procedure.'],
  METHOD_NOT_SUPPORTED: ['METHOD_NOT_ALLOWED', 'A query is read by GET, a mutation is sent by POST.'],
  PARSE_ERROR: ['MALFORMED_BODY', 'The input is not valid JSON.'],
  BAD_REQUEST: ['MALFORMED_BODY', 'The call is not one that tRPC understands.'],
  UNSUPPORTED_MEDIA_TYPE: ['UNSUPPORTED_MEDIA_TYPE', 'Send the body as application/json.'],
  PAYLOAD_TOO_LARGE: ['PAYLOAD_TOO_LARGE', 'The body is larger than this address takes.'],
};

/** The failure itself, out of the wrapping that tRPC puts around what procedures throw. */
const unwrap = (thrown: unknown): unknown =>
  thrown instanceof TRPCError && thrown.code === 'INTERNAL_SERVER_ERROR' && thrown.cause ? thrown.cause : thrown;

/** Express and its parsers mark what a caller may see by `expose`; nothing else is told by its status. */
const ofHttp = (error: unknown): Told | undefined => {
  if (error instanceof URIError) return ['NOT_FOUND', 'There is nothing at this address.'];
  const { expose = false, status = 0 } = error instanceof Error ? (error as { expose?: boolean; status?: number }) : {};
  return expose ? ofParsers[status] : undefined;
};

const tell = (error: unknown): Told => {
  if (error instanceof DomainError) return [error.code, error.message];
  if (isDatabaseUnavailable(error)) return ['SERVICE_UNAVAILABLE', 'The database is unavailable. Send the same request again later.'];
  if (isImpossibleText(error)) return ['INVALID_INPUT', 'A text has a character that no text can have, such as NUL.'];
  const known = error instanceof TRPCError ? ofTrpc[error.code] : ofHttp(error);
  return known ?? ['INTERNAL', 'Something went wrong on our side. Quote the request id if it happens again.'];
};

/** The code that a failure is told under. */
export const codeOf = (thrown: unknown): ErrorCode => tell(unwrap(thrown))[0];

/** What the caller is told; nothing internal. A database that is away, full or busy is `SERVICE_UNAVAILABLE`; what nobody foresaw is `INTERNAL`. */
export const toProblem = (thrown: unknown, requestId: string): Problem => {
  const error = unwrap(thrown);
  const [code, detail] = tell(error);
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

/** While the gate looks whether this is still its database, callers come back and are told then. */
const orLookAgain = (thrown: unknown, ctx: Partial<Pick<RequestContext, 'edge'>> | undefined): unknown =>
  lacksSchema(unwrap(thrown)) && ctx?.edge?.gate?.lookAgain(unwrap(thrown))
    ? new NotServable('SERVICE_UNAVAILABLE', 'The database of this shop is being checked. Send the same request again later.', {
        cause: unwrap(thrown),
      })
    : thrown;

/** Maps a failure and logs it: a defect whole, a denial with who was denied, any other refusal in a line for debugging. */
export const tellProblem = (
  failure: unknown,
  ctx: (Pick<RequestContext, 'core' | 'requestId' | 'actor'> & Partial<Pick<RequestContext, 'edge'>>) | undefined,
  path?: string,
): Problem => {
  const thrown = orLookAgain(failure, ctx);
  const problem = toProblem(thrown, ctx?.requestId ?? '');
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

/** Seconds for `Retry-After`; null when sending the same request again would not help. */
export const retryAfterSeconds = ({ details, retry }: Problem): number | null => {
  const asked = details?.['retryAfterSeconds'];
  if (typeof asked === 'number') return Math.max(1, Math.ceil(asked));
  return retry === 'safe' ? 1 : null;
};
