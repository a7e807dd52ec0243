/** The tRPC instance: plain JSON, errors as problems. */
import type { Problem } from '@cartwright/contracts';
import { initTRPC } from '@trpc/server';
import { TRPC_ERROR_CODES_BY_KEY, type TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc';
import { reportProblem } from '../errors.ts';
import type { RequestContext } from '../http/context.ts';

/** tRPC's name for a status, which its client shows as `error.data.code`. */
const codeOfStatus: Readonly<Record<number, TRPC_ERROR_CODE_KEY>> = {
  400: 'BAD_REQUEST',
  401: 'UNAUTHORIZED',
  402: 'PAYMENT_REQUIRED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  405: 'METHOD_NOT_SUPPORTED',
  409: 'CONFLICT',
  // tRPC has no name for 410.
  410: 'CONFLICT',
  412: 'PRECONDITION_FAILED',
  413: 'PAYLOAD_TOO_LARGE',
  415: 'UNSUPPORTED_MEDIA_TYPE',
  422: 'UNPROCESSABLE_CONTENT',
  429: 'TOO_MANY_REQUESTS',
  502: 'BAD_GATEWAY',
  503: 'SERVICE_UNAVAILABLE',
};

/** Intervals of live feeds, in milliseconds. */
export const feedPace = {
  /** A feed ends after this time; the client reopens it, which checks the caller's access again. */
  maxDurationMs: 10 * 60_000,
  /** A feed sends a ping if it has sent nothing for this time. */
  pingMs: 15_000,
  /** A client reopens the feed if it has received nothing for this time. */
  reconnectAfterInactivityMs: 45_000,
} as const;

/** The tRPC instance of the API. */
export const t = initTRPC.context<RequestContext>().create({
  isDev: false,
  sse: {
    maxDurationMs: feedPace.maxDurationMs,
    ping: { enabled: true, intervalMs: feedPace.pingMs },
    client: { reconnectAfterInactivityMs: feedPace.reconnectAfterInactivityMs },
  },
  errorFormatter: ({ error, path, ctx }) => {
    const problem: Problem = reportProblem(error, ctx, path);
    const code = codeOfStatus[problem.status] ?? 'INTERNAL_SERVER_ERROR';
    return {
      message: problem.detail,
      code: TRPC_ERROR_CODES_BY_KEY[code],
      data: { code, httpStatus: problem.status, path: path ?? null, problem },
    };
  },
});
