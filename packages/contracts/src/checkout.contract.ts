/** Checkout: places and charges the order of a cart, at most once per idempotency key. */
import { z } from 'zod';
import { addressFormatSchema } from './addresses.schemas.ts';
import {
  addressInput,
  cents,
  email,
  instant,
  regionInput,
  text,
  version,
  shownSku,
  productName,
  variantTitle,
  orderNumber,
} from './common.ts';
import { countryCode } from './countries.ts';
import { currency } from './currency.ts';
import { cartId, cartItemId, orderId, pricedMethodId, variantId } from './ids.ts';
import { orderSchema } from './orders.schemas.ts';
import { declineDetails, paymentActionSchema, paymentMethodInput } from './payments.schemas.ts';
import { appliedRuleSchema, lineAmounts, shippingOptionSchema, taxAmountSchema, totalsSchema, unknownWeights } from './pricing.schemas.ts';
import { mutation, query } from './procedure.ts';
import { creditCover } from './store-credit.schemas.ts';

/** A reason why the cart cannot be checked out in its current state. */
export const checkoutProblemSchema = z
  .object({
    /** Line with the problem; null for a problem of the whole cart. */
    itemId: cartItemId.nullable(),
    /**
     * What is wrong. `checkout.complete` fails with `CART_EMPTY`, `INSUFFICIENT_STOCK`, `PRICE_CHANGED`, `REGION_REQUIRED` or
     * `INSUFFICIENT_CREDIT` for a problem of that code, with `PROMO_CODE_EXHAUSTED` if the promo code is the only other problem, and with
     * `CHECKOUT_BLOCKED` for the rest.
     */
    code: z.enum([
      'CART_EMPTY',
      'INSUFFICIENT_STOCK',
      'PRICE_CHANGED',
      'NOT_FOUND',
      'CURRENCY_MISMATCH',
      'CODE_NOT_APPLICABLE',
      'INSUFFICIENT_CREDIT',
      'SHIPPING_UNAVAILABLE',
      'REGION_REQUIRED',
    ]),
    /** What is wrong, as a sentence for the buyer. */
    message: z.string(),
    /** For `INSUFFICIENT_STOCK`: units available. */
    available: z.int().optional(),
    /** For `PRICE_CHANGED`: the current unit price. */
    unitPriceCents: cents.optional(),
    /** For `INSUFFICIENT_CREDIT`: balance of the gift card or store credit. */
    leftCents: cents.optional(),
  })
  .meta({ id: 'CheckoutProblem' });
export type CheckoutProblem = z.infer<typeof checkoutProblemSchema>;

/**
 * Payment status of an order. `action_required`: the buyer must confirm at the provider; `processing`: the provider has not
 * decided, or no payment was begun yet (`flashSales.buy` without `payment`); `declined`: use `checkout.retryPayment` with another
 * payment method; `closed`: the order is cancelled.
 */
export const checkoutStatusSchema = z
  .object({
    orderId,
    orderNumber,
    /**
     * `paid`; `action_required`: the buyer must confirm at the provider; `processing`: the provider has not decided, or no payment was
     * begun yet (`flashSales.buy` without `payment`); `declined`: can be paid with another payment method; `closed`: the order is
     * cancelled.
     */
    state: z.enum(['paid', 'action_required', 'processing', 'declined', 'closed']),
    /** What the buyer must do at the provider; null if there is nothing to do. */
    action: paymentActionSchema.nullable(),
    /** Payment deadline while the order is pending, also after a decline; null once it is paid or cancelled. */
    expiresAt: instant.nullable(),
    currency,
    /** Total of the order in `currency`, before gift cards and store credit. */
    totalCents: cents,
    /** Amount charged: the total minus gift cards and store credit. */
    dueCents: cents,
  })
  .meta({ id: 'CheckoutStatus' });

/** Destination and shipping method; default: those of the cart. */
const destination = {
  /** Destination for tax and shipping (ISO 3166-1 alpha-2). Default: that of the cart. */
  countryCode: countryCode.optional(),
  /** Region within the country, by its code or name. Default: that of the cart; with `countryCode`, none. */
  region: regionInput.optional(),
  shippingMethodId: pricedMethodId.optional(),
};

/** The cart at current prices for this destination. Send `totals.totalCents` as `expectedTotalCents`. */
export const checkoutSummarySchema = z
  .object({
    cartId,
    /** Send it as `expectedCartVersion`: checkout then fails if the cart was changed meanwhile, for example in another window. */
    cartVersion: version,
    currency,
    /** Whether the cart can be checked out; else `problems` says why not. */
    ready: z.boolean(),
    /** Why the cart cannot be checked out; empty if it can. */
    problems: z.array(checkoutProblemSchema),
    /** Lines of the cart with their amounts. */
    items: z.array(
      z.object({
        variantId,
        sku: shownSku,
        productName,
        variantTitle,
        /** Units of the line. */
        quantity: z.int(),
        ...lineAmounts,
      }),
    ),
    /** Offers over several units, order promotions and shipping promotions that apply, including the promo code. */
    promotions: z.array(appliedRuleSchema),
    /** Tax of the cart by rate. */
    taxes: z.array(taxAmountSchema),
    /** Shipping methods that deliver to the destination, cheapest first. */
    shippingOptions: z.array(shippingOptionSchema),
    /** Shipping method that `totals` include; null if none is chosen. */
    shippingMethodId: pricedMethodId.nullable(),
    /** Totals at current prices, with the shipping method of `shippingMethodId`. */
    totals: totalsSchema,
    ...creditCover,
  })
  .meta({ id: 'CheckoutSummary' });

export const checkoutContract = {
  validate: query({
    summary: 'Check whether a cart can be checked out, with the problems of each line',
    access: { buyerOf: 'cart' },
    rest: { method: 'GET', path: '/checkout/{cartId}' },
    input: z.strictObject({ cartId, ...destination }),
    output: z.object({
      /** Whether the cart can be checked out; else `problems` says why not. */
      ready: z.boolean(),
      /** Why the cart cannot be checked out; empty if it can. */
      problems: z.array(checkoutProblemSchema),
      /** Totals at current prices, in the currency of the cart. */
      totals: totalsSchema,
      ...creditCover,
    }),
    errors: ['NOT_FOUND', 'CART_ALREADY_ORDERED', 'CART_MERGED', 'INVALID_PRICE'],
  }),
  summary: query({
    summary: 'Everything for the last checkout page: lines, promotions, shipping options, taxes, totals and problems',
    access: { buyerOf: 'cart' },
    rest: { method: 'GET', path: '/carts/{cartId}/checkout' },
    input: z.strictObject({ cartId, ...destination }),
    output: checkoutSummarySchema,
    errors: ['NOT_FOUND', 'CART_ALREADY_ORDERED', 'CART_MERGED', 'INVALID_PRICE'],
  }),
  addressFormat: query({
    summary: 'How an address of a country is written: fields, labels, regions and an example of a postal code',
    description: 'For address forms. The shop refuses an address without a required field, or with a postal code that cannot be one.',
    access: 'public',
    rest: { method: 'GET', path: '/address-formats/{countryCode}' },
    input: z.strictObject({
      countryCode,
      /** Language of the names of regions (BCP 47), such as `fr-CA`. Default, and for unknown names: English. */
      locale: z
        .string()
        .max(35)
        .regex(/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/, 'must be a BCP 47 language tag such as fr-CA')
        .optional(),
    }),
    output: addressFormatSchema,
  }),
  shippingOptions: query({
    summary: 'Shipping methods for a cart with their prices, cheapest first',
    access: { buyerOf: 'cart' },
    rest: { method: 'GET', path: '/carts/{cartId}/shipping-options' },
    input: z.strictObject({
      cartId,
      countryCode: countryCode.optional(),
      /** Region within `countryCode`, such as `CA`; without `countryCode` it has no effect. */
      region: regionInput.optional(),
    }),
    output: z.object({
      /** Shipping methods that deliver to the destination, cheapest first. */
      options: z.array(shippingOptionSchema),
      /**
       * Whether no shipping method in the currency of the cart delivers it to the destination. False for a shop without active shipping
       * methods, which ships for free.
       */
      shippingUnavailable: z.boolean(),
      unknownWeights,
    }),
    errors: ['NOT_FOUND', 'CART_ALREADY_ORDERED', 'CART_MERGED', 'REGION_REQUIRED', 'INVALID_PRICE'],
  }),
  complete: mutation({
    summary: 'Place the order and charge the payment',
    description:
      'The same key never creates a second order or a second charge, whatever fails in between. If the order is `pending`, the ' +
      'provider has not decided or waits for the buyer: poll `checkout.status`. After a decline the order keeps its units ' +
      'until `expiresAt`, ' +
      'which the first decline moves earlier. Until then `checkout.retryPayment` can pay it with another payment method. ' +
      declineDetails,
    access: { buyerOf: 'cart' },
    budget: 'purchase',
    idempotency: 'required',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/checkout', status: 201, also: [{ method: 'POST', path: '/orders' }] },
    input: z
      .strictObject({
        cartId,
        /** Required for guests. Default: the address of the account. */
        email: email.optional(),
        /** Address that the goods are sent to. Its country and region decide tax and shipping methods. */
        shippingAddress: addressInput,
        /** Not needed if gift cards and store credit pay the whole total. */
        payment: paymentMethodInput.optional(),
        /** One of the options of `checkout.summary`. Default: the method of the cart, else the cheapest. */
        shippingMethodId: pricedMethodId.optional(),
        /** The buyer's note to the shop. Default: the note of the cart. */
        notes: text(1000).optional(),
        /**
         * Total that the buyer saw: required without `quote` and `acceptAnyTotal`. If another would be charged, such as with the shipping
         * to an address that the cart did not know, the call fails with `PRICE_CHANGED` and the new total.
         */
        expectedTotalCents: cents.optional(),
        /** `true` to pay whatever the cart costs now, for a buyer who has agreed to that. With `expectedTotalCents` it has no effect. */
        acceptAnyTotal: z.literal(true).optional(),
        /** Currency that the buyer saw. If the cart has another, the call fails with `CURRENCY_MISMATCH` and nothing is charged. */
        expectedCurrency: currency.optional(),
        /** Amount that gift cards and store credit pay, as the buyer saw it. If less is left, the call fails with `INSUFFICIENT_CREDIT`. */
        expectedCreditCents: cents.optional(),
        /** From `carts.quote`: charges the quoted amounts, even if prices have changed since. */
        quote: z.string().max(500_000).optional(),
        /** `acceptChanges` of the `QUOTE_CHANGED` error: buys at exactly the amounts in that error. */
        acceptedChanges: z.string().max(100).optional(),
        /** Version of the cart that the buyer saw. If the cart has changed, the call fails with `VERSION_MISMATCH`. */
        expectedCartVersion: version.optional(),
      })
      .refine(({ expectedTotalCents, quote, acceptAnyTotal }) => (expectedTotalCents ?? quote ?? acceptAnyTotal) !== undefined, {
        path: ['expectedTotalCents'],
        message: 'is required: send the total that the buyer saw, a quote of carts.quote, or acceptAnyTotal: true',
      }),
    output: orderSchema,
    errors: [
      'NOT_FOUND',
      'CART_EMPTY',
      'CHECKOUT_BLOCKED',
      'REGION_REQUIRED',
      'INSUFFICIENT_STOCK',
      'PRICE_CHANGED',
      'QUOTE_CHANGED',
      'QUOTE_INVALID',
      'CURRENCY_MISMATCH',
      'VERSION_MISMATCH',
      'PAYMENT_DECLINED',
      'TOO_MANY_DECLINES',
      'BUSY',
      'PROMO_CODE_EXHAUSTED',
      'INSUFFICIENT_CREDIT',
      'CART_ALREADY_ORDERED',
      'CART_MERGED',
      'INVALID_PRICE',
    ],
  }),
  status: query({
    summary: 'Payment status of an order, and what the buyer must do',
    description:
      'Poll it after a checkout that returned a `pending` order. It reads only the data of the shop; `payments.verify` asks the provider.',
    access: { buyerOf: 'order', orStaff: 'orders:read' },
    rest: { method: 'GET', path: '/checkout/orders/{orderId}' },
    input: z.strictObject({ orderId }),
    output: checkoutStatusSchema,
    errors: ['NOT_FOUND'],
  }),
  retryPayment: mutation({
    summary: 'Pay an unpaid order with the same or another payment method',
    description:
      'For use after a decline, or when the buyer changes the payment method. The new attempt replaces the earlier one. ' + declineDetails,
    access: { buyerOf: 'order', orStaff: 'orders:manage' },
    budget: 'purchase',
    idempotency: 'required',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/orders/{orderId}/payments', status: 201 },
    input: z.strictObject({
      orderId,
      /** Payment method that is charged now. */
      payment: paymentMethodInput,
      expectedCurrency: currency.optional(),
    }),
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
