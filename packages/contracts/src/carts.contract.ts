/** Carts: lines with a price snapshot and a hold on the stock, for customers and guests. */
import { z } from 'zod';
import {
  addressInput,
  addressSchema,
  cents,
  countryCode,
  email,
  instant,
  nothing,
  pageInput,
  pageOf,
  quantity,
  text,
  unreadable,
} from './common.ts';
import { currency } from './currency.ts';
import { cartId, cartItemId, productId, shippingMethodId, storeCreditId, userId, variantId } from './ids.ts';
import { appliedRuleSchema, shippingOptionSchema, totalsSchema } from './pricing.schemas.ts';
import { mutation, query } from './procedure.ts';
import { creditCover, giftCardCode } from './store-credit.schemas.ts';
import { regionText } from './terms.contract.ts';

export const cartStatuses = ['active', 'converted', 'merged'] as const;

export const cartItemSchema = z
  .object({
    id: cartItemId,
    variantId,
    productId,
    sku: z.string(),
    productName: z.string(),
    variantTitle: z.string(),
    imageUrl: z.string().nullable(),
    quantity: z.int(),
    baseUnitPriceCents: cents,
    unitPriceCents: cents,
    lineTotalCents: cents,
    appliedRules: z.array(appliedRuleSchema),
    /** Until when the units are held for this cart; null once the hold has run out. */
    reservedUntil: instant.nullable(),
  })
  .meta({ id: 'CartItem' });
export type CartItem = z.infer<typeof cartItemSchema>;

export const cartSchema = z
  .object({
    id: cartId,
    status: z.enum(cartStatuses),
    currency,
    countryCode: z.string().nullable(),
    /** Where in the country, such as `CA`. */
    region: z.string().nullable(),
    /** The way the cart would be sent: the buyer's choice or the cheapest. */
    shippingMethodId: z.uuid().nullable(),
    promoCode: z.string().nullable(),
    /** For the shop, such as a wish for the delivery; goes on the order. */
    note: z.string().nullable(),
    /** What the buyer has said already, to fill the checkout in with. */
    email: z.string().nullable(),
    shippingAddress: addressSchema.nullable(),
    unreadable,
    items: z.array(cartItemSchema),
    /** Offers over several units and promotions of the order and its shipping, promo code included. */
    promotions: z.array(appliedRuleSchema),
    totals: totalsSchema,
    /** What gift cards and account credit pay of it, as things stand. */
    ...creditCover,
    /** Grows with every change; checkout may name it to refuse a cart that moved on. */
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Cart' });
export type Cart = z.infer<typeof cartSchema>;

/** A cart as staff sees it in the list of those in use. */
export const activeCartSchema = z
  .object({
    id: cartId,
    userId: userId.nullable(),
    currency,
    lineCount: z.int(),
    unitCount: z.int(),
    subtotalCents: cents,
    /** Units that are held right now. */
    heldUnits: z.int(),
    /** Whether it was announced as left behind. */
    abandoned: z.boolean(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'ActiveCart' });

/** `sum` adds the guest's units to the account's; the others keep one of the two carts as it is. */
export const mergeStrategies = ['sum', 'keep_user', 'keep_guest'] as const;

export const cartQuoteSchema = z
  .object({
    quote: z.string(),
    expiresAt: instant,
    currency,
    items: z.array(
      z.object({
        variantId,
        quantity: z.int(),
        unitPriceCents: cents,
        lineTotalCents: cents,
        discountCents: cents,
        taxBasisPoints: z.int(),
        taxCents: cents,
      }),
    ),
    promotions: z.array(appliedRuleSchema),
    shipping: shippingOptionSchema.nullable(),
    totals: totalsSchema,
    /** Not promised: another order may be faster. The checkout tells before anything else is charged. */
    ...creditCover,
  })
  .meta({ id: 'CartQuote' });

const cartAnswer = cartSchema;
export const cartsContract = {
  create: mutation({
    summary: 'Open a cart',
    description: 'A guest is given `cartToken` once and sends it as `X-Cart-Token`; a customer needs none.',
    access: 'public',
    idempotency: 'optional',
    uniqueBy: 'lapse',
    rest: { method: 'POST', path: '/carts', status: 201 },
    input: z.strictObject({ currency: currency.optional(), countryCode: countryCode.optional() }),
    output: z.object({ cart: cartSchema, cartToken: z.string().nullable() }),
    errors: ['CURRENCY_MISMATCH'],
  }),
  get: query({
    summary: 'A cart with priced lines and totals',
    access: 'public',
    rest: { method: 'GET', path: '/carts/{cartId}' },
    input: z.strictObject({ cartId }),
    output: cartAnswer,
    errors: ['NOT_FOUND'],
  }),
  mine: query({
    summary: 'The cart that the signed-in customer changed last, or null',
    access: 'signed-in',
    rest: { method: 'GET', path: '/carts/mine', also: [{ method: 'GET', path: '/cart' }] },
    input: nothing,
    output: z.object({ cart: cartSchema.nullable() }),
  }),
  listActive: query({
    summary: 'Carts with lines that are in use, those changed last first',
    access: { scope: 'orders:read' },
    rest: { method: 'GET', path: '/carts' },
    input: z.strictObject({ ...pageInput, abandoned: z.boolean().optional() }),
    output: pageOf(activeCartSchema),
  }),
  update: mutation({
    summary: 'Note, e-mail address, shipping address, country and currency of a cart',
    description:
      'Fields that are left out stay; null takes one back. The address also sets the country that shipping and tax are worked out for. ' +
      'The currency can be changed while the cart is empty; with lines in it the answer is `CURRENCY_MISMATCH`.',
    access: 'public',
    rest: { method: 'PATCH', path: '/carts/{cartId}' },
    input: z.strictObject({
      cartId,
      note: text(2000).nullable().optional(),
      email: email.nullable().optional(),
      shippingAddress: addressInput.nullable().optional(),
      countryCode: countryCode.nullable().optional(),
      currency: currency.optional(),
    }),
    output: cartAnswer,
    errors: ['NOT_FOUND', 'CART_ALREADY_ORDERED', 'CART_MERGED', 'CURRENCY_MISMATCH'],
  }),
  merge: mutation({
    summary: "After signing in: take a guest's cart over into the account's",
    description:
      'Sent with the access token and the `X-Cart-Token` of the guest. Without a cart of the account the guest cart becomes it. Lines are priced anew; a line whose units are gone stays without a hold, and checkout tells. The same call again answers the cart.',
    access: 'signed-in',
    rest: { method: 'POST', path: '/carts/{cartId}/merge' },
    input: z.strictObject({ cartId, strategy: z.enum(mergeStrategies).default('sum') }),
    output: cartAnswer,
    errors: ['NOT_FOUND', 'CART_ALREADY_ORDERED', 'CART_MERGED', 'CURRENCY_MISMATCH'],
  }),
  addItem: mutation({
    summary: 'Put units of a variant into the cart and hold them',
    description: 'A variant already in the cart gets the units on top.',
    access: 'public',
    idempotency: 'optional',
    uniqueBy: 'lapse',
    rest: { method: 'POST', path: '/carts/{cartId}/items', status: 201 },
    input: z.strictObject({ cartId, variantId, quantity }),
    output: cartAnswer,
    errors: [
      'NOT_FOUND',
      'INSUFFICIENT_STOCK',
      'HOLD_LIMIT',
      'CART_ALREADY_ORDERED',
      'CART_MERGED',
      'INVALID_QUANTITY',
      'CURRENCY_MISMATCH',
    ],
  }),
  addToMine: mutation({
    summary: 'Put units of a variant into the cart of the account, which is opened if there is none',
    description: 'The cart is the one that `carts.mine` answers. Two calls at once end in one cart.',
    access: 'signed-in',
    idempotency: 'optional',
    uniqueBy: 'lapse',
    rest: { method: 'POST', path: '/cart/items', status: 201 },
    input: z.strictObject({ variantId, quantity }),
    output: cartAnswer,
    errors: ['NOT_FOUND', 'INSUFFICIENT_STOCK', 'HOLD_LIMIT', 'INVALID_QUANTITY', 'CURRENCY_MISMATCH'],
  }),
  removeFromMine: mutation({
    summary: 'Take a line out of the cart of the account and let its units go',
    description: 'The cart is the one that `carts.mine` answers.',
    access: 'signed-in',
    rest: { method: 'DELETE', path: '/cart/items/{itemId}' },
    input: z.strictObject({ itemId: cartItemId }),
    output: cartAnswer,
    errors: ['NOT_FOUND', 'CART_ALREADY_ORDERED', 'CART_MERGED'],
  }),
  addItems: mutation({
    summary: 'Put several variants into the cart, all or none',
    access: 'public',
    idempotency: 'optional',
    uniqueBy: 'lapse',
    rest: { method: 'POST', path: '/carts/{cartId}/items/batch', status: 201 },
    input: z.strictObject({ cartId, items: z.array(z.strictObject({ variantId, quantity })).min(1).max(1000) }),
    output: cartAnswer,
    errors: [
      'NOT_FOUND',
      'INSUFFICIENT_STOCK',
      'HOLD_LIMIT',
      'CART_ALREADY_ORDERED',
      'CART_MERGED',
      'INVALID_QUANTITY',
      'CURRENCY_MISMATCH',
    ],
  }),
  updateItem: mutation({
    summary: 'Set the quantity of a line',
    access: 'public',
    rest: { method: 'PATCH', path: '/carts/{cartId}/items/{itemId}' },
    input: z.strictObject({ cartId, itemId: cartItemId, quantity }),
    output: cartAnswer,
    errors: [
      'NOT_FOUND',
      'INSUFFICIENT_STOCK',
      'HOLD_LIMIT',
      'CART_ALREADY_ORDERED',
      'CART_MERGED',
      'INVALID_QUANTITY',
      'CURRENCY_MISMATCH',
    ],
  }),
  removeItem: mutation({
    summary: 'Take a line out and let its units go',
    access: 'public',
    rest: { method: 'DELETE', path: '/carts/{cartId}/items/{itemId}' },
    input: z.strictObject({ cartId, itemId: cartItemId }),
    output: cartAnswer,
    errors: ['NOT_FOUND', 'CART_ALREADY_ORDERED', 'CART_MERGED'],
  }),
  clear: mutation({
    summary: 'Empty the cart',
    access: 'public',
    rest: { method: 'DELETE', path: '/carts/{cartId}/items' },
    input: z.strictObject({ cartId }),
    output: cartAnswer,
    errors: ['NOT_FOUND', 'CART_ALREADY_ORDERED', 'CART_MERGED'],
  }),
  setShipping: mutation({
    summary: 'Say where the cart goes, and how',
    description: '`checkout.shippingOptions` lists the ways. Without a method the cheapest is taken.',
    access: 'public',
    rest: { method: 'PUT', path: '/carts/{cartId}/shipping' },
    input: z.strictObject({ cartId, countryCode, region: regionText.optional(), shippingMethodId: shippingMethodId.optional() }),
    output: cartAnswer,
    errors: ['NOT_FOUND', 'CART_ALREADY_ORDERED', 'CART_MERGED', 'SHIPPING_UNAVAILABLE'],
  }),
  quote: mutation({
    summary: 'Have the figures of a cart promised',
    description:
      'The quote is signed, for this cart and address, and good until `expiresAt`. Sent with `checkout.complete` it is kept: prices, promotions, tax and ' +
      'shipping that change meanwhile do not matter. Where it cannot be kept, the answer is `PRICE_CHANGED` with what is different.',
    access: 'public',
    rest: { method: 'POST', path: '/carts/{cartId}/quote' },
    input: z.strictObject({
      cartId,
      countryCode: countryCode.optional(),
      region: regionText.optional(),
      shippingMethodId: shippingMethodId.optional(),
      /** What the buyer reads prices in; a cart in another currency is answered with `CURRENCY_MISMATCH`. */
      expectedCurrency: currency.optional(),
    }),
    output: cartQuoteSchema,
    errors: ['NOT_FOUND', 'CART_EMPTY', 'CHECKOUT_BLOCKED', 'CART_ALREADY_ORDERED', 'CART_MERGED', 'CURRENCY_MISMATCH'],
  }),
  applyCode: mutation({
    summary: 'Use a promo code',
    access: 'public',
    rest: { method: 'POST', path: '/carts/{cartId}/code' },
    input: z.strictObject({ cartId, code: text(64) }),
    output: cartAnswer,
    errors: ['NOT_FOUND', 'CODE_NOT_APPLICABLE', 'RATE_LIMITED', 'CART_ALREADY_ORDERED', 'CART_MERGED'],
  }),
  removeCode: mutation({
    summary: 'Drop the promo code',
    access: 'public',
    rest: { method: 'DELETE', path: '/carts/{cartId}/code' },
    input: z.strictObject({ cartId }),
    output: cartAnswer,
    errors: ['NOT_FOUND', 'CART_ALREADY_ORDERED', 'CART_MERGED'],
  }),
  applyCredit: mutation({
    summary: 'Pay with a gift card, or with the credit of the account',
    description:
      'Give `code` for a gift card, or `account: true`. Nothing is taken before the order is placed; what the cards do not cover is charged to the ' +
      'payment of the checkout. Guesses are limited together with those at promo codes.',
    access: 'public',
    rest: { method: 'POST', path: '/carts/{cartId}/credits' },
    input: z
      .strictObject({ cartId, code: giftCardCode.optional(), account: z.literal(true).optional() })
      .refine(({ code, account }) => (code === undefined) !== (account === undefined), {
        path: ['code'],
        message: 'give either a code or account: true',
      }),
    output: cartAnswer,
    errors: [
      'NOT_FOUND',
      'CODE_NOT_APPLICABLE',
      'INSUFFICIENT_CREDIT',
      'LIMIT_REACHED',
      'RATE_LIMITED',
      'CART_ALREADY_ORDERED',
      'CART_MERGED',
      'UNAUTHENTICATED',
    ],
  }),
  removeCredit: mutation({
    summary: 'Take a gift card or account credit off the cart, or all of them',
    access: 'public',
    rest: { method: 'DELETE', path: '/carts/{cartId}/credits' },
    input: z.strictObject({ cartId, creditId: storeCreditId.optional() }),
    output: cartAnswer,
    errors: ['NOT_FOUND', 'CART_ALREADY_ORDERED', 'CART_MERGED'],
  }),
} as const;
