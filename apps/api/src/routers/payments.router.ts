/** Payments and refunds. */
import { contract } from '@cartwright/contracts';
import {
  getPayment,
  listDifferences,
  listPaymentsForOrder,
  refundOrder,
  refundPayment,
  resolveDifference,
  verifyPayment,
} from '@cartwright/core/payments';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

export const paymentsRouter = {
  listForOrder: shop(contract.payments.listForOrder).query(({ ctx, input }) => listPaymentsForOrder(ctx.core, ctx.actor, input)),
  get: shop(contract.payments.get).query(({ ctx, input }) => getPayment(ctx.core, ctx.actor, input)),
  verify: shop(contract.payments.verify).mutation(({ ctx, input }) => verifyPayment(ctx.core, ctx.actor, input)),
  listDifferences: shop(contract.payments.listDifferences).query(({ ctx, input }) => listDifferences(ctx.core, ctx.actor, input)),
  resolveDifference: shop(contract.payments.resolveDifference).mutation(({ ctx, input }) => resolveDifference(ctx.core, ctx.actor, input)),
  refund: shop(contract.payments.refund).mutation(({ ctx, input }) => refundPayment(ctx.core, ctx.actor, input)),
  refundOrder: shop(contract.payments.refundOrder).mutation(({ ctx, input }) => refundOrder(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;
