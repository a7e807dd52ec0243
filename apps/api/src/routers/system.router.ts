/** The platform: dashboard, consumers, data integrity. */
import { contract } from '@cartwright/contracts';
import { listConsumers } from '@cartwright/core/events';
import { checkInvariants, getDashboard, listUnreadableValues } from '@cartwright/core/operations';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of the platform: dashboard, consumers, data integrity. */
export const systemRouter = {
  ping: shop(contract.system.ping).query(() => ({ pong: true as const })),
  dashboard: shop(contract.system.dashboard).query(({ ctx, input }) => getDashboard(ctx.core, ctx.actor, input)),
  consumers: shop(contract.system.consumers).query(({ ctx }) => listConsumers(ctx.core, ctx.actor)),
  unreadable: shop(contract.system.unreadable).query(({ ctx, input }) => listUnreadableValues(ctx.core, ctx.actor, input)),
  invariants: shop(contract.system.invariants).query(({ ctx }) => checkInvariants(ctx.core, ctx.actor)),
} satisfies TRPCRouterRecord;
