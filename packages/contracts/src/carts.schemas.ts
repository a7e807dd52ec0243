/** A cart, its lines, its place in the staff's list, and its quote, as calls answer them. */
import { z } from 'zod';
import { addressSchema, cents, instant, unreadable } from './common.ts';
import { currency } from './currency.ts';
import { cartId, cartItemId, pricedMethodId, productId, userId, variantId } from './ids.ts';
import { appliedRuleSchema, shippingOptionSchema, totalsSchema } from './pricing.schemas.ts';
import { creditCover } from './store-credit.schemas.ts';

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
    /** When the hold on the units expires; null after it has expired. */
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
    /** Region within the country, such as `CA`. */
    region: z.string().nullable(),
    /** Shipping method: the buyer's choice, else the cheapest. */
    shippingMethodId: pricedMethodId.nullable(),
    promoCode: z.string().nullable(),
    /** The buyer's note to the shop, such as delivery instructions; copied to the order. */
    note: z.string().nullable(),
    /** E-mail address that the buyer has already entered, to prefill the checkout. */
    email: z.string().nullable(),
    shippingAddress: addressSchema.nullable(),
    unreadable,
    items: z.array(cartItemSchema),
    /** Applied offers over several units, order promotions and shipping promotions, including the promo code. */
    promotions: z.array(appliedRuleSchema),
    totals: totalsSchema,
    /** What gift cards and store credit currently pay of the total. */
    ...creditCover,
    /** Increases with every change. Send it at checkout as `expectedCartVersion` to reject a cart that has changed. */
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'Cart' });
export type Cart = z.infer<typeof cartSchema>;

/** A cart in the staff's list of active carts. */
export const activeCartSchema = z
  .object({
    id: cartId,
    userId: userId.nullable(),
    currency,
    lineCount: z.int(),
    unitCount: z.int(),
    subtotalCents: cents,
    /** Units currently held. */
    heldUnits: z.int(),
    /** Whether `cart.abandoned` was sent since the last change. */
    abandoned: z.boolean(),
    createdAt: instant,
    updatedAt: instant,
  })
  .meta({ id: 'ActiveCart' });

/** `sum` adds the guest's units to those of the account. `keep_user` and `keep_guest` keep one of the two carts unchanged. */
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
    /** Not part of the promise, because another order may use the credit first. If less is left, checkout fails before it charges anything. */
    ...creditCover,
  })
  .meta({ id: 'CartQuote' });
