import type { ProcedureContract } from '@cartwright/contracts';
import { getTRPCErrorFromUnknown } from '@trpc/server';
import { getErrorShape } from '@trpc/server/shared';
import type { RequestContext } from '../http/context.ts';
import { shopRouter } from '../router.ts';

/** A failed call in the format of tRPC's clients. */
export const errorShapeOf = (thrown: unknown, ctx: RequestContext, type: ProcedureContract['kind'], path?: string) =>
  getErrorShape({ config: shopRouter._def._config, error: getTRPCErrorFromUnknown(thrown), type, path, input: undefined, ctx });
