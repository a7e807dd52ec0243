/** The calls of carts of customers and guests: lines with a price and a hold on stock. */
import { z } from 'zod';
import { activeCartSchema, cartQuoteSchema, cartSchema, mergeStrategies } from './carts.schemas.ts';
import { addressInput, email, nothing, pageInput, pageOf, quantity, regionInput, text } from './common.ts';
import { countryCode } from './countries.ts';
import { currency } from './currency.ts';
import { cartId, cartItemId, shippingMethodId, storeCreditId, variantId } from './ids.ts';
import { mutation, query } from './procedure.ts';
import { giftCardCode } from './store-credit.schemas.ts';

/** Errors of calls on a cart that must be open. */
const errorsOfOpenCart = ['NOT_FOUND', 'CART_ALREADY_ORDERED', 'CART_MERGED'] as const;
/** Errors of calls that hold units for a line. */
const errorsOfUnits = [
  'NOT_FOUND',
  'INSUFFICIENT_STOCK',
  'HOLD_LIMIT',
  'CART_ALREADY_ORDERED',
  'CART_MERGED',
  'INVALID_QUANTITY',
  'INVALID_PRICE',
  'CURRENCY_MISMATCH',
  'BUSY',
] as const;

export const cartsContract = {
  create: mutation({
    summary: 'Create a cart',
    description: 'A guest gets `cartToken` once and sends it as `X-Cart-Token`. A signed-in customer needs no token.',
    access: 'public',
    readsCartToken: true,
    idempotency: 'optional',
    uniqueBy: 'lapse',
    rest: { method: 'POST', path: '/carts', status: 201 },
    input: z.strictObject({
      currency: currency.optional(),
      /** Destination for tax and shipping (ISO 3166-1 alpha-2). Default: the country in the settings of the shop. */
      countryCode: countryCode.optional(),
    }),
    output: z.object({
      /** The new cart, without lines. */
      cart: cartSchema,
      /** Token of the guest for this cart; null for a signed-in customer. */
      cartToken: z.string().nullable(),
    }),
    errors: ['CURRENCY_MISMATCH', 'BUSY'],
  }),
  get: query({
    summary: 'A cart with prices and totals',
    access: { buyerOf: 'cart' },
    rest: { method: 'GET', path: '/carts/{cartId}' },
    input: z.strictObject({ cartId }),
    output: cartSchema,
    errors: ['NOT_FOUND', 'INVALID_PRICE'],
  }),
  mine: query({
    summary: 'The most recently changed cart of the signed-in customer, or null',
    access: 'signed-in',
    rest: { method: 'GET', path: '/carts/mine', also: [{ method: 'GET', path: '/cart' }] },
    input: nothing,
    output: z.object({
      /** The cart; null if the customer has none. */
      cart: cartSchema.nullable(),
    }),
    errors: ['INVALID_PRICE'],
  }),
  listActive: query({
    summary: 'Active carts with lines, most recently changed first',
    access: { scope: 'orders:read' },
    rest: { method: 'GET', path: '/carts' },
    input: z.strictObject({
      ...pageInput,
      /** `true` returns only carts for which `cart.abandoned` was sent since their last change; `false` only the others. */
      abandoned: z.boolean().optional(),
    }),
    output: pageOf(activeCartSchema),
  }),
  update: mutation({
    summary: 'Change note, e-mail address, shipping address, country or currency of a cart',
    description:
      'Omitted fields do not change; null clears a field. The address also sets the country for shipping and tax. ' +
      'The currency can only change while the cart is empty; otherwise the call fails with `CURRENCY_MISMATCH`.',
    access: { buyerOf: 'cart' },
    rest: { method: 'PATCH', path: '/carts/{cartId}' },
    input: z.strictObject({
      cartId,
      /** The buyer's note to the shop; null removes it. */
      note: text(2000).nullable().optional(),
      email: email.nullable().optional(),
      /** Address of the buyer; null removes it. */
      shippingAddress: addressInput.nullable().optional(),
      /** Destination for tax and shipping (ISO 3166-1 alpha-2), such as `DE`; null removes it. */
      countryCode: countryCode.nullable().optional(),
      currency: currency.optional(),
    }),
    output: cartSchema,
    errors: [...errorsOfOpenCart, 'CURRENCY_MISMATCH', 'INVALID_PRICE'],
  }),
  merge: mutation({
    summary: "Merge a guest's cart into the account's cart after sign-in",
    description:
      'Send the access token and the `X-Cart-Token` of the guest. If the account has no cart, the guest cart becomes its ' +
      'cart. Lines are priced again. A line without available units stays in the cart without a hold, and checkout reports ' +
      'it. A repeated call returns the cart.',
    access: 'signed-in',
    readsCartToken: true,
    rest: { method: 'POST', path: '/carts/{cartId}/merge' },
    input: z.strictObject({
      cartId,
      /**
       * `sum` adds the guest's units to those of the account; `keep_user` keeps only the account's lines; `keep_guest` keeps only the
       * guest's lines.
       */
      strategy: z.enum(mergeStrategies).default('sum'),
    }),
    output: cartSchema,
    errors: [...errorsOfOpenCart, 'CURRENCY_MISMATCH', 'INVALID_PRICE'],
  }),
  addItem: mutation({
    summary: 'Add units of a variant to the cart and hold them',
    description: 'If the variant is already in the cart, the units are added to its line.',
    access: { buyerOf: 'cart' },
    idempotency: 'optional',
    uniqueBy: 'lapse',
    rest: { method: 'POST', path: '/carts/{cartId}/items', status: 201 },
    input: z.strictObject({ cartId, variantId, quantity }),
    output: cartSchema,
    errors: errorsOfUnits,
  }),
  addToMine: mutation({
    summary: "Add units of a variant to the account's cart, and open a cart if there is none",
    description: 'This is the cart that `carts.mine` returns. Two simultaneous calls use the same cart.',
    access: 'signed-in',
    idempotency: 'optional',
    uniqueBy: 'lapse',
    rest: { method: 'POST', path: '/cart/items', status: 201 },
    input: z.strictObject({ variantId, quantity }),
    output: cartSchema,
    errors: ['NOT_FOUND', 'INSUFFICIENT_STOCK', 'HOLD_LIMIT', 'INVALID_QUANTITY', 'CURRENCY_MISMATCH', 'INVALID_PRICE'],
  }),
  removeFromMine: mutation({
    summary: "Remove a line from the account's cart and release its units",
    description: 'This is the cart that `carts.mine` returns.',
    access: 'signed-in',
    rest: { method: 'DELETE', path: '/cart/items/{itemId}' },
    input: z.strictObject({ itemId: cartItemId }),
    output: cartSchema,
    errors: [...errorsOfOpenCart, 'INVALID_PRICE'],
  }),
  addItems: mutation({
    summary: 'Add several variants to the cart, all or none',
    access: { buyerOf: 'cart' },
    idempotency: 'optional',
    uniqueBy: 'lapse',
    rest: { method: 'POST', path: '/carts/{cartId}/items/batch', status: 201 },
    input: z.strictObject({
      cartId,
      /** Variants with the units to add. Units of a variant that the cart has already are added to its line. */
      items: z.array(z.strictObject({ variantId, quantity })).min(1).max(1000),
    }),
    output: cartSchema,
    errors: errorsOfUnits,
  }),
  updateItem: mutation({
    summary: 'Set the quantity of a line',
    access: { buyerOf: 'cart' },
    rest: { method: 'PATCH', path: '/carts/{cartId}/items/{itemId}' },
    input: z.strictObject({ cartId, itemId: cartItemId, quantity }),
    output: cartSchema,
    errors: errorsOfUnits,
  }),
  removeItem: mutation({
    summary: 'Remove a line and release its units',
    access: { buyerOf: 'cart' },
    rest: { method: 'DELETE', path: '/carts/{cartId}/items/{itemId}' },
    input: z.strictObject({ cartId, itemId: cartItemId }),
    output: cartSchema,
    errors: [...errorsOfOpenCart, 'BUSY', 'INVALID_PRICE'],
  }),
  clear: mutation({
    summary: 'Empty the cart',
    access: { buyerOf: 'cart' },
    rest: { method: 'DELETE', path: '/carts/{cartId}/items' },
    input: z.strictObject({ cartId }),
    output: cartSchema,
    errors: [...errorsOfOpenCart, 'BUSY'],
  }),
  setShipping: mutation({
    summary: 'Set destination and shipping method of a cart',
    description: '`checkout.shippingOptions` lists the shipping methods. Without `shippingMethodId` the cheapest is used.',
    access: { buyerOf: 'cart' },
    rest: { method: 'PUT', path: '/carts/{cartId}/shipping' },
    input: z.strictObject({ cartId, countryCode, region: regionInput.optional(), shippingMethodId: shippingMethodId.optional() }),
    output: cartSchema,
    errors: [...errorsOfOpenCart, 'SHIPPING_UNAVAILABLE', 'REGION_REQUIRED', 'INVALID_PRICE'],
  }),
  quote: mutation({
    summary: 'Get a binding quote for a cart',
    description:
      'The quote is signed and valid for this cart and address until `expiresAt`. `checkout.complete` with this quote ' +
      'charges the quoted amounts, even if ' +
      'prices, promotions, tax or shipping have changed. If the quote cannot be kept, checkout fails with `QUOTE_CHANGED` ' +
      'and lists the changes.',
    access: { buyerOf: 'cart' },
    rest: { method: 'POST', path: '/carts/{cartId}/quote' },
    input: z.strictObject({
      cartId,
      countryCode: countryCode.optional(),
      /** Region within `countryCode`, such as `CA`; without `countryCode` it has no effect. */
      region: regionInput.optional(),
      shippingMethodId: shippingMethodId.optional(),
      /** Currency that the buyer sees. If the cart has another currency, the call fails with `CURRENCY_MISMATCH`. */
      expectedCurrency: currency.optional(),
    }),
    output: cartQuoteSchema,
    errors: [...errorsOfOpenCart, 'CART_EMPTY', 'CHECKOUT_BLOCKED', 'REGION_REQUIRED', 'CURRENCY_MISMATCH', 'INVALID_PRICE'],
  }),
  applyCode: mutation({
    summary: 'Apply a promo code',
    description:
      'A code replaces the code that the cart has. `CODE_NOT_APPLICABLE` does not say whether the code is unknown, expired, ' +
      'used up or not for this cart: ask the buyer to check the spelling, or continue without a code. The cart stays as it ' +
      'was. Too many such answers lead to `RATE_LIMITED`.',
    access: { buyerOf: 'cart' },
    rest: { method: 'POST', path: '/carts/{cartId}/code' },
    input: z.strictObject({
      cartId,
      /** Promo code as the buyer typed it; upper and lower case are the same. */
      code: text(64),
    }),
    output: cartSchema,
    errors: [
      'NOT_FOUND',
      'CODE_NOT_APPLICABLE',
      'RATE_LIMITED',
      'CART_ALREADY_ORDERED',
      'CART_MERGED',
      'BUSY',
      'INVALID_PRICE',
      'CURRENCY_MISMATCH',
    ],
  }),
  removeCode: mutation({
    summary: 'Remove the promo code',
    access: { buyerOf: 'cart' },
    rest: { method: 'DELETE', path: '/carts/{cartId}/code' },
    input: z.strictObject({ cartId }),
    output: cartSchema,
    errors: [...errorsOfOpenCart, 'INVALID_PRICE', 'CURRENCY_MISMATCH'],
  }),
  applyCredit: mutation({
    summary: 'Pay with a gift card or with store credit',
    description:
      'Send `code` for a gift card or `account: true` for store credit. Nothing is debited before the order is placed. The ' +
      'payment of the checkout is ' +
      'charged the rest. Wrong codes count towards the same limit as wrong promo codes.',
    access: { buyerOf: 'cart' },
    rest: { method: 'POST', path: '/carts/{cartId}/credits' },
    input: z
      .strictObject({
        cartId,
        code: giftCardCode.optional(),
        /** `true` to pay with the store credit of the signed-in account. */
        account: z.literal(true).optional(),
      })
      .refine(({ code, account }) => (code === undefined) !== (account === undefined), {
        path: ['code'],
        message: 'must be given, or account: true, and not both',
      }),
    output: cartSchema,
    errors: [
      'NOT_FOUND',
      'CODE_NOT_APPLICABLE',
      'INSUFFICIENT_CREDIT',
      'LIMIT_REACHED',
      'RATE_LIMITED',
      'CART_ALREADY_ORDERED',
      'CART_MERGED',
      'UNAUTHENTICATED',
      'BUSY',
      'INVALID_PRICE',
    ],
  }),
  removeCredit: mutation({
    summary: 'Remove one gift card or store credit from the cart, or all of them',
    access: { buyerOf: 'cart' },
    rest: { method: 'DELETE', path: '/carts/{cartId}/credits' },
    input: z.strictObject({
      cartId,
      creditId: storeCreditId
        .meta({ description: 'Id of the gift card or store credit, from `credits` of the cart. Without it, all of them are removed.' })
        .optional(),
    }),
    output: cartSchema,
    errors: [...errorsOfOpenCart, 'INVALID_PRICE'],
  }),
} as const;
