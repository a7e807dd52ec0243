/** Checkout. */
import { contract } from '@cartwright/contracts';
import {
  completeCheckout,
  getCheckoutStatus,
  listShippingOptions,
  retryPayment,
  summarizeCheckout,
  validateCheckout,
} from '@cartwright/core/checkout';
import { getAddressFormat } from '@cartwright/core/places';
import type { TRPCRouterRecord } from '@trpc/server';
import { shop } from '../trpc/procedure.ts';

/** The procedures of the checkout. */
export const checkoutRouter = {
  validate: shop(contract.checkout.validate).query(({ ctx, input }) => validateCheckout(ctx.core, ctx.actor, input)),
  summary: shop(contract.checkout.summary).query(({ ctx, input }) => summarizeCheckout(ctx.core, ctx.actor, input)),
  addressFormat: shop(contract.checkout.addressFormat).query(({ input }) => getAddressFormat(input)),
  shippingOptions: shop(contract.checkout.shippingOptions).query(({ ctx, input }) => listShippingOptions(ctx.core, ctx.actor, input)),
  complete: shop(contract.checkout.complete).mutation(({ ctx, input }) =>
    completeCheckout(ctx.core, ctx.actor, input, { idempotencyKey: ctx.idempotencyKey ?? '', ip: ctx.ip }),
  ),
  status: shop(contract.checkout.status).query(({ ctx, input }) => getCheckoutStatus(ctx.core, ctx.actor, input)),
  retryPayment: shop(contract.checkout.retryPayment).mutation(({ ctx, input }) =>
    retryPayment(ctx.core, ctx.actor, input, { idempotencyKey: ctx.idempotencyKey ?? '', ip: ctx.ip }),
  ),
} satisfies TRPCRouterRecord;
