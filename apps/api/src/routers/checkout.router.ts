/** From a cart to an order. */
import { contract } from '@cartwright/contracts';
import { completeCheckout, validateCheckout } from '@cartwright/core/checkout';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

export const checkoutRouter = {
  validate: shop(contract.checkout.validate).query(({ ctx, input }) => validateCheckout(ctx.core, ctx.actor, input)),
  complete: shop(contract.checkout.complete).mutation(({ ctx, input }) =>
    completeCheckout(ctx.core, ctx.actor, input, { idempotencyKey: ctx.idempotencyKey ?? '' }),
  ),
} satisfies TRPCRouterRecord;
