import type { ProcedureContract } from '@cartwright/contracts';
import { getTRPCErrorFromUnknown } from '@trpc/server';
import { getErrorShape } from '@trpc/server/shared';
import type { RequestContext } from '../http/context.ts';
import { shopRouter } from '../router.ts';

/** A failure of a call as tRPC's clients read it. */
export const errorShapeOf = (thrown: unknown, ctx: RequestContext, type: ProcedureContract['kind'], path?: string) =>
  getErrorShape({ config: shopRouter._def._config, error: getTRPCErrorFromUnknown(thrown), type, path, input: undefined, ctx });
