/** tRPC, set up once: plain JSON, errors as problems. */
import type { Problem } from '@cartwright/contracts';
import { initTRPC } from '@trpc/server';
import { TRPC_ERROR_CODES_BY_KEY, type TRPC_ERROR_CODE_KEY } from '@trpc/server/rpc';
import { tellProblem } from '../errors.ts';
import type { RequestContext } from '../http/context.ts';

/** tRPC's own name for a status, which its client shows as `error.data.code`. */
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

/** How live feeds keep time, in milliseconds. */
export const feedPace = {
  /** A feed is opened anew from time to time, and with it the caller's rights are looked at again. */
  maxDurationMs: 10 * 60_000,
  /** A feed that has sent nothing for so long says that it is there. */
  pingMs: 15_000,
  /** A client that has heard nothing for so long opens the feed again. */
  reconnectAfterInactivityMs: 45_000,
} as const;

export const t = initTRPC.context<RequestContext>().create({
  isDev: false,
  sse: {
    maxDurationMs: feedPace.maxDurationMs,
    ping: { enabled: true, intervalMs: feedPace.pingMs },
    client: { reconnectAfterInactivityMs: feedPace.reconnectAfterInactivityMs },
  },
  errorFormatter: ({ error, path, ctx }) => {
    const problem: Problem = tellProblem(error, ctx, path);
    const code = codeOfStatus[problem.status] ?? 'INTERNAL_SERVER_ERROR';
    return {
      message: problem.detail,
      code: TRPC_ERROR_CODES_BY_KEY[code],
      data: { code, httpStatus: problem.status, path: path ?? null, problem },
    };
  },
});
