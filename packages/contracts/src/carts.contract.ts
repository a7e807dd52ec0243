/** Carts: lines with a price snapshot and a hold on the stock, for customers and guests. */
import { z } from 'zod';
import { cents, countryCode, currency, instant, quantity, text } from './common.ts';
import { cartId, cartItemId, productId, variantId } from './ids.ts';
import { appliedRuleSchema, totalsSchema } from './pricing.schemas.ts';
import { mutation, query } from './procedure.ts';

export const cartStatuses = ['active', 'converted', 'abandoned'] as const;

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
    items: z.array(cartItemSchema),
    /** Offers over several units and promotions of the order and its shipping, promo code included. */
    promotions: z.array(appliedRuleSchema),
    totals: totalsSchema,
    /** Grows with every change; checkout may name it to refuse a cart that moved on. */
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Cart' });
export type Cart = z.infer<typeof cartSchema>;

const cartAnswer = cartSchema;
export const cartsContract = {
  create: mutation({
    summary: 'Open a cart',
    description: 'A guest is given `cartToken` once and sends it as `X-Cart-Token`; a customer needs none.',
    access: 'public',
    idempotency: 'optional',
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
  addItem: mutation({
    summary: 'Put units of a variant into the cart and hold them',
    description: 'A variant already in the cart gets the units on top.',
    access: 'public',
    idempotency: 'optional',
    rest: { method: 'POST', path: '/carts/{cartId}/items', status: 201 },
    input: z.strictObject({ cartId, variantId, quantity }),
    output: cartAnswer,
    errors: ['NOT_FOUND', 'INSUFFICIENT_STOCK', 'HOLD_LIMIT', 'INVALID_STATE', 'INVALID_QUANTITY'],
  }),
  addItems: mutation({
    summary: 'Put several variants into the cart, all or none',
    access: 'public',
    idempotency: 'optional',
    rest: { method: 'POST', path: '/carts/{cartId}/items/batch', status: 201 },
    input: z.strictObject({ cartId, items: z.array(z.strictObject({ variantId, quantity })).min(1).max(1000) }),
    output: cartAnswer,
    errors: ['NOT_FOUND', 'INSUFFICIENT_STOCK', 'HOLD_LIMIT', 'INVALID_STATE', 'INVALID_QUANTITY'],
  }),
  updateItem: mutation({
    summary: 'Set the quantity of a line',
    access: 'public',
    rest: { method: 'PATCH', path: '/carts/{cartId}/items/{itemId}' },
    input: z.strictObject({ cartId, itemId: cartItemId, quantity }),
    output: cartAnswer,
    errors: ['NOT_FOUND', 'INSUFFICIENT_STOCK', 'HOLD_LIMIT', 'INVALID_STATE', 'INVALID_QUANTITY'],
  }),
  removeItem: mutation({
    summary: 'Take a line out and let its units go',
    access: 'public',
    rest: { method: 'DELETE', path: '/carts/{cartId}/items/{itemId}' },
    input: z.strictObject({ cartId, itemId: cartItemId }),
    output: cartAnswer,
    errors: ['NOT_FOUND', 'INVALID_STATE'],
  }),
  clear: mutation({
    summary: 'Empty the cart',
    access: 'public',
    rest: { method: 'DELETE', path: '/carts/{cartId}/items' },
    input: z.strictObject({ cartId }),
    output: cartAnswer,
    errors: ['NOT_FOUND', 'INVALID_STATE'],
  }),
  applyCode: mutation({
    summary: 'Use a promo code',
    access: 'public',
    rest: { method: 'POST', path: '/carts/{cartId}/code' },
    input: z.strictObject({ cartId, code: text(64) }),
    output: cartAnswer,
    errors: ['NOT_FOUND', 'CODE_NOT_APPLICABLE', 'INVALID_STATE'],
  }),
  removeCode: mutation({
    summary: 'Drop the promo code',
    access: 'public',
    rest: { method: 'DELETE', path: '/carts/{cartId}/code' },
    input: z.strictObject({ cartId }),
    output: cartAnswer,
    errors: ['NOT_FOUND', 'INVALID_STATE'],
  }),
} as const;
