/** Checkout: from a cart to a placed and paid order, at most once per idempotency key. */
import { z } from 'zod';
import { totalsSchema } from './carts.contract.ts';
import { addressSchema, cents, email, text } from './common.ts';
import { cartId, cartItemId, orderId } from './ids.ts';
import { orderSchema } from './orders.contract.ts';
import { paymentMethodInput } from './payments.contract.ts';
import { mutation, query } from './procedure.ts';

/** One reason why a cart cannot be bought as it is. */
export const checkoutProblemSchema = z
  .object({
    itemId: cartItemId.nullable(),
    code: z.enum(['CART_EMPTY', 'INSUFFICIENT_STOCK', 'PRICE_CHANGED', 'NOT_FOUND', 'CODE_NOT_APPLICABLE']),
    message: z.string(),
    /** For `INSUFFICIENT_STOCK`: what can be had. */
    available: z.int().optional(),
    /** For `PRICE_CHANGED`: the unit price now. */
    unitPriceCents: cents.optional(),
  })
  .meta({ id: 'CheckoutProblem' });
export type CheckoutProblem = z.infer<typeof checkoutProblemSchema>;

export const checkoutContract = {
  validate: query({
    summary: 'Whether a cart can be bought, and if not why, line by line',
    access: 'public',
    rest: { method: 'GET', path: '/checkout/{cartId}' },
    input: z.strictObject({ cartId }),
    output: z.object({ ready: z.boolean(), problems: z.array(checkoutProblemSchema), totals: totalsSchema }),
    errors: ['NOT_FOUND'],
  }),
  complete: mutation({
    summary: 'Place the order and charge it',
    description:
      'The same key never makes a second order or a second charge, whatever breaks in between. An answer with status `pending` ' +
      'means that the provider has not decided yet; read the order again. A declined order keeps its units until it expires: ' +
      'pay it another way by `checkout.retryPayment`.',
    access: 'public',
    budget: 'purchase',
    idempotency: 'required',
    rest: { method: 'POST', path: '/checkout', status: 201 },
    input: z.strictObject({
      cartId,
      /** Needed from guests; a customer's account address is used otherwise. */
      email: email.optional(),
      shippingAddress: addressSchema,
      payment: paymentMethodInput,
      notes: text(1000).optional(),
      /** What the buyer was shown; another total now is answered with `PRICE_CHANGED`. */
      expectedTotalCents: cents.optional(),
    }),
    output: orderSchema,
    errors: [
      'NOT_FOUND',
      'CART_EMPTY',
      'CHECKOUT_BLOCKED',
      'INSUFFICIENT_STOCK',
      'PRICE_CHANGED',
      'PAYMENT_DECLINED',
      'TOO_MANY_DECLINES',
      'COUPON_EXHAUSTED',
      'INVALID_STATE',
    ],
  }),
  retryPayment: mutation({
    summary: 'Pay an unpaid order, with the same or another means',
    description:
      'After a decline, or when the buyer changes their mind: a new attempt, of which the earlier one no longer counts. ' +
      'A guest sends the token of the cart that the order came from.',
    access: 'public',
    budget: 'purchase',
    idempotency: 'required',
    rest: { method: 'POST', path: '/orders/{orderId}/payments', status: 201 },
    input: z.strictObject({ orderId, payment: paymentMethodInput }),
    output: orderSchema,
    errors: ['NOT_FOUND', 'PAYMENT_DECLINED', 'TOO_MANY_DECLINES', 'ORDER_EXPIRED', 'INVALID_STATE'],
  }),
} as const;
