/** Payments and refunds. */
import { contract } from '@cartwright/contracts';
import {
  getPayment,
  listDiscrepancies,
  listPaymentsForOrder,
  refundOrder,
  refundPayment,
  resolveDiscrepancy,
  verifyPayment,
} from '@cartwright/core/payments';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of payments and refunds. */
export const paymentsRouter = {
  listForOrder: shop(contract.payments.listForOrder).query(({ ctx, input }) => listPaymentsForOrder(ctx.core, ctx.actor, input)),
  get: shop(contract.payments.get).query(({ ctx, input }) => getPayment(ctx.core, ctx.actor, input)),
  verify: shop(contract.payments.verify).mutation(({ ctx, input }) => verifyPayment(ctx.core, ctx.actor, input)),
  listDiscrepancies: shop(contract.payments.listDiscrepancies).query(({ ctx, input }) => listDiscrepancies(ctx.core, ctx.actor, input)),
  resolveDiscrepancy: shop(contract.payments.resolveDiscrepancy).mutation(({ ctx, input }) =>
    resolveDiscrepancy(ctx.core, ctx.actor, input),
  ),
  refund: shop(contract.payments.refund).mutation(({ ctx, input }) => refundPayment(ctx.core, ctx.actor, input)),
  refundOrder: shop(contract.payments.refundOrder).mutation(({ ctx, input }) => refundOrder(ctx.core, ctx.actor, input)),
} satisfies TRPCRouterRecord;
