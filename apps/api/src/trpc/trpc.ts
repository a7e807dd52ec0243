/** tRPC, set up once: plain JSON, errors as problems. */
import type { Problem } from '@cartwright/contracts';
import { initTRPC } from '@trpc/server';
import { logProblem, toProblem } from '../errors.ts';
import type { CallContext } from '../http/context.ts';

export const t = initTRPC.context<CallContext>().create({
  isDev: false,
  errorFormatter: ({ shape, error, path, ctx }) => {
    const problem: Problem = toProblem(error, { requestId: ctx?.requestId ?? '', path });
    if (ctx) logProblem(ctx.core.log, error, problem, path);
    return {
      message: problem.detail,
      code: shape.code,
      data: { code: shape.data.code, httpStatus: problem.status, path: path ?? null, problem },
    };
  },
});
