/** Returns. */
import { contract } from '@cartwright/contracts';
import { decideReturn, listReturns, receiveReturn, requestReturn, writeOffReturn } from '@cartwright/core/returns';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of returns. */
export const returnsRouter = {
  list: shop(contract.returns.list).query(({ ctx, input }) => listReturns(ctx.core, ctx.actor, input)),
  request: shop(contract.returns.request).mutation(({ ctx, input }) => requestReturn(ctx.core, ctx.actor, input)),
  decide: shop(contract.returns.decide).mutation(({ ctx, input }) => decideReturn(ctx.core, ctx.actor, input)),
  receive: shop(contract.returns.receive).mutation(({ ctx, input }) => receiveReturn(ctx.core, ctx.actor, input)),
  writeOff: shop(contract.returns.writeOff).mutation(({ ctx, input }) => writeOffReturn(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;
