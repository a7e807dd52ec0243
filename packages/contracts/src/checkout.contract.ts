/** Checkout: from a cart to a placed and paid order, at most once per idempotency key. */
import { z } from 'zod';
import { addressInput, cents, countryCode, email, instant, text, version } from './common.ts';
import { currency } from './currency.ts';
import { cartId, cartItemId, orderId, variantId } from './ids.ts';
import { orderSchema } from './orders.schemas.ts';
import { paymentActionSchema, paymentMethodInput } from './payments.contract.ts';
import { appliedRuleSchema, shippingOptionSchema, totalsSchema } from './pricing.schemas.ts';
import { mutation, query } from './procedure.ts';
import { creditCover } from './store-credit.schemas.ts';
import { regionText } from './terms.contract.ts';

/** One reason why a cart cannot be bought as it is. */
export const checkoutProblemSchema = z
  .object({
    itemId: cartItemId.nullable(),
    code: z.enum([
      'CART_EMPTY',
      'INSUFFICIENT_STOCK',
      'PRICE_CHANGED',
      'NOT_FOUND',
      'CURRENCY_MISMATCH',
      'CODE_NOT_APPLICABLE',
      'INSUFFICIENT_CREDIT',
      'SHIPPING_UNAVAILABLE',
    ]),
    message: z.string(),
    /** For `INSUFFICIENT_STOCK`: what can be had. */
    available: z.int().optional(),
    /** For `PRICE_CHANGED`: the unit price now. */
    unitPriceCents: cents.optional(),
    /** For `INSUFFICIENT_CREDIT`: what is left on the gift card or of the credit. */
    leftCents: cents.optional(),
  })
  .meta({ id: 'CheckoutProblem' });
export type CheckoutProblem = z.infer<typeof checkoutProblemSchema>;

/**
 * How far an order's payment has come. `action_required`: the buyer must confirm at the provider; `processing`: the
 * provider has not decided; `declined`: pay another way by `checkout.retryPayment`; `closed`: the order is cancelled.
 */
export const checkoutStatusSchema = z
  .object({
    orderId,
    orderNumber: z.string(),
    state: z.enum(['paid', 'action_required', 'processing', 'declined', 'closed']),
    action: paymentActionSchema.nullable(),
    /** Until when the order must be paid; null once it is decided. */
    expiresAt: instant.nullable(),
    currency,
    totalCents: cents,
    /** What is charged: the total less what gift cards and account credit pay. */
    dueCents: cents,
  })
  .meta({ id: 'CheckoutStatus' });

/** Where the cart would go and how; what the cart says unless told. */
const destination = { countryCode: countryCode.optional(), region: text(100).optional(), shippingMethodId: z.uuid().optional() };

/** A cart as it would be sold now, to this destination; its `totals.totalCents` is what `expectedTotalCents` wants. */
export const checkoutSummarySchema = z
  .object({
    cartId,
    /** Send it as `expectedCartVersion` to be refused when the cart was changed meanwhile, such as in another window. */
    cartVersion: version,
    currency,
    ready: z.boolean(),
    problems: z.array(checkoutProblemSchema),
    items: z.array(
      z.object({
        variantId,
        sku: z.string(),
        productName: z.string(),
        variantTitle: z.string(),
        quantity: z.int(),
        unitPriceCents: cents,
        lineTotalCents: cents,
        discountCents: cents,
        taxCents: cents,
      }),
    ),
    promotions: z.array(appliedRuleSchema),
    taxes: z.array(z.object({ name: z.string(), basisPoints: z.int(), taxableCents: cents, taxCents: cents })),
    shippingOptions: z.array(shippingOptionSchema),
    shippingMethodId: z.uuid().nullable(),
    totals: totalsSchema,
    ...creditCover,
  })
  .meta({ id: 'CheckoutSummary' });

export const checkoutContract = {
  validate: query({
    summary: 'Whether a cart can be bought, and if not why, line by line',
    access: 'public',
    rest: { method: 'GET', path: '/checkout/{cartId}' },
    input: z.strictObject({ cartId, ...destination }),
    output: z.object({ ready: z.boolean(), problems: z.array(checkoutProblemSchema), totals: totalsSchema, ...creditCover }),
    errors: ['NOT_FOUND'],
  }),
  summary: query({
    summary: 'The last page before buying: lines, promotions, shipping options, taxes, totals and problems in one call',
    access: 'public',
    rest: { method: 'GET', path: '/carts/{cartId}/checkout' },
    input: z.strictObject({ cartId, ...destination }),
    output: checkoutSummarySchema,
    errors: ['NOT_FOUND'],
  }),
  shippingOptions: query({
    summary: 'The ways of sending a cart, with what each would cost, cheapest first',
    access: 'public',
    rest: { method: 'GET', path: '/carts/{cartId}/shipping-options' },
    input: z.strictObject({ cartId, countryCode: countryCode.optional(), region: regionText.optional() }),
    output: z.object({ options: z.array(shippingOptionSchema), shippingUnavailable: z.boolean() }),
    errors: ['NOT_FOUND'],
  }),
  complete: mutation({
    summary: 'Place the order and charge it',
    description:
      'The same key never makes a second order or a second charge, whatever breaks in between. An answer with status `pending` ' +
      'means that the provider has not decided yet or waits for the buyer: poll `checkout.status`. After a decline the order keeps its units until ' +
      '`expiresAt`, which the first decline brings forward: pay it another way by `checkout.retryPayment` until then.',
    access: 'public',
    budget: 'purchase',
    idempotency: 'required',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/checkout', status: 201, also: [{ method: 'POST', path: '/orders' }] },
    input: z.strictObject({
      cartId,
      /** Needed from guests; a customer's account address is used otherwise. */
      email: email.optional(),
      shippingAddress: addressInput,
      /** Not needed where gift cards and credit pay everything. */
      payment: paymentMethodInput.optional(),
      /** One of `checkout.summary`’s options; what the cart says, or else the cheapest, unless told. */
      shippingMethodId: z.uuid().optional(),
      notes: text(1000).optional(),
      /** What the buyer was shown; another total now is answered with `PRICE_CHANGED`. */
      expectedTotalCents: cents.optional(),
      /** What the buyer was shown it in; a cart in another currency is answered with `CURRENCY_MISMATCH`, and nothing is charged. */
      expectedCurrency: currency.optional(),
      /** How much of it gift cards and credit shall pay, as it was shown; where less is left of them it is `INSUFFICIENT_CREDIT`. */
      expectedCreditCents: cents.optional(),
      /** From `carts.quote`: its figures are charged, whatever has changed since. */
      quote: z.string().max(500_000).optional(),
      /** `acceptChanges` of a `PRICE_CHANGED` that answered the quote: buys at the figures shown there, and at no others. */
      acceptedChanges: z.string().max(100).optional(),
      /** The cart as the buyer saw it; a cart that was changed since is answered with `VERSION_MISMATCH`. */
      expectedCartVersion: version.optional(),
    }),
    output: orderSchema,
    errors: [
      'NOT_FOUND',
      'CART_EMPTY',
      'CHECKOUT_BLOCKED',
      'INSUFFICIENT_STOCK',
      'PRICE_CHANGED',
      'QUOTE_INVALID',
      'CURRENCY_MISMATCH',
      'VERSION_MISMATCH',
      'PAYMENT_DECLINED',
      'TOO_MANY_DECLINES',
      'BUSY',
      'COUPON_EXHAUSTED',
      'INSUFFICIENT_CREDIT',
      'CART_ALREADY_ORDERED',
      'CART_MERGED',
    ],
  }),
  status: query({
    summary: 'How far the payment of an order has come, and what the buyer must do',
    description:
      'To be polled after a checkout that was answered with a `pending` order. Reads only what the shop knows; `payments.verify` asks the provider.',
    access: 'public',
    rest: { method: 'GET', path: '/checkout/orders/{orderId}' },
    input: z.strictObject({ orderId }),
    output: checkoutStatusSchema,
    errors: ['NOT_FOUND'],
  }),
  retryPayment: mutation({
    summary: 'Pay an unpaid order, with the same or another means',
    description:
      'After a decline, or when the buyer changes their mind: a new attempt, of which the earlier one no longer counts. ' +
      'A guest sends the token of the cart that the order came from.',
    access: 'public',
    budget: 'purchase',
    idempotency: 'required',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/orders/{orderId}/payments', status: 201 },
    input: z.strictObject({ orderId, payment: paymentMethodInput, expectedCurrency: currency.optional() }),
    output: orderSchema,
    errors: [
      'NOT_FOUND',
      'PAYMENT_DECLINED',
      'TOO_MANY_DECLINES',
      'BUSY',
      'ORDER_EXPIRED',
      'ORDER_NOT_PAYABLE',
      'PAYMENT_IN_PROGRESS',
      'CURRENCY_MISMATCH',
    ],
  }),
} as const;
