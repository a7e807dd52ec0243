/** A cart, its lines, its place in the staff's list, and its quote, as calls answer them. */
import { z } from 'zod';
import { addressSchema, cents, instant, unreadable, createdAt, updatedAt, shownSku, productName, variantTitle } from './common.ts';
import { currency } from './currency.ts';
import { cartId, cartItemId, pricedMethodId, productId, userId, variantId } from './ids.ts';
import { appliedRuleSchema, lineAmounts, lineTaxRate, shippingOptionSchema, totalsSchema } from './pricing.schemas.ts';
import { creditCover } from './store-credit.schemas.ts';

export const cartStatuses = ['active', 'converted', 'merged'] as const;

export const cartItemSchema = z
  .object({
    id: cartItemId,
    variantId,
    productId,
    sku: shownSku,
    productName,
    variantTitle,
    /** Primary image of the product; null if it has none. */
    imageUrl: z.string().nullable(),
    /** Units of the line. */
    quantity: z.int(),
    /**
     * Units of the line that would be backordered now: those beyond the units on hand that nobody else has reserved. They follow when they
     * arrive. 0 for variants without a backorder limit. Units may arrive, or be sold to others, before the cart is paid:
     * `backorderedQuantity` of the line of the order says what is backordered.
     */
    backorderedQuantity: z.int(),
    /** Price of one unit before price lists and rules, in the `currency` of the cart. */
    baseUnitPriceCents: cents,
    /** Price of one unit after price lists and rules, in `currency`. */
    unitPriceCents: cents,
    /** `unitPriceCents` times `quantity`, before discounts. Includes tax if the prices of the shop do. */
    lineTotalCents: cents,
    /** Price lists and rules that changed the unit price. */
    appliedRules: z.array(appliedRuleSchema),
    /**
     * When the hold on the units expires; null when none are held: after it expired, when a merge found none free, or for an untracked
     * variant.
     */
    reservedUntil: instant.nullable(),
  })
  .meta({ id: 'CartItem' });
export type CartItem = z.infer<typeof cartItemSchema>;

export const cartSchema = z
  .object({
    id: cartId,
    /** `active`: can be changed and ordered; `converted`: ordered; `merged`: merged into the cart of the account. */
    status: z.enum(cartStatuses),
    currency,
    /** Destination for tax and shipping (ISO 3166-1 alpha-2); null until it is known. */
    countryCode: z.string().nullable(),
    /** Region within the country, such as `CA`. */
    region: z.string().nullable(),
    /** Shipping method: the buyer's choice, else the cheapest. */
    shippingMethodId: pricedMethodId.nullable(),
    /** Promo code on the cart; null for none. */
    promoCode: z.string().nullable(),
    /** The buyer's note to the shop, such as delivery instructions; copied to the order. */
    note: z.string().nullable(),
    /** E-mail address that the buyer has already entered, to prefill the checkout. */
    email: z.string().nullable(),
    /** Shipping address that the buyer has already entered; null for none. */
    shippingAddress: addressSchema.nullable(),
    unreadable,
    /** Lines of the cart, in the order in which they were added. */
    items: z.array(cartItemSchema),
    /** Applied offers over several units, order promotions and shipping promotions, including the promo code. */
    promotions: z.array(appliedRuleSchema),
    /**
     * Totals of the cart in its currency, at the unit prices of its lines: each line keeps its price until it is changed.
     * `checkout.summary` has the totals at current prices.
     */
    totals: totalsSchema,
    /** What gift cards and store credit currently pay of the total. */
    ...creditCover,
    /** Increases with every change. Send it at checkout as `expectedCartVersion` to reject a cart that has changed. */
    version: z.int(),
    createdAt,
    updatedAt,
  })
  .meta({ id: 'Cart' });
export type Cart = z.infer<typeof cartSchema>;

/** A cart in the staff's list of active carts. */
export const activeCartSchema = z
  .object({
    id: cartId,
    /** Account that owns the cart; null for a guest. */
    userId: userId.nullable(),
    currency,
    /** Number of lines. */
    lineCount: z.int(),
    /** Units of all lines. */
    unitCount: z.int(),
    /** Sum of the lines in `currency`, before discounts, shipping and tax. */
    subtotalCents: cents,
    /** Units currently held. */
    heldUnits: z.int(),
    /** Whether `cart.abandoned` was sent since the last change of the cart. */
    abandoned: z.boolean(),
    createdAt,
    updatedAt,
  })
  .meta({ id: 'ActiveCart' });

/** `sum` adds the guest's units to those of the account. `keep_user` and `keep_guest` keep one of the two carts unchanged. */
export const mergeStrategies = ['sum', 'keep_user', 'keep_guest'] as const;

export const cartQuoteSchema = z
  .object({
    /** Signed quote. Send it as `quote` to `checkout.complete`. */
    quote: z.string(),
    /** Until when the quoted amounts are charged even if prices change. */
    expiresAt: instant,
    currency,
    /** Lines of the cart with the quoted amounts. */
    items: z.array(
      z.object({
        variantId,
        /** Units of the line. */
        quantity: z.int(),
        ...lineAmounts,
        ...lineTaxRate,
      }),
    ),
    /** Offers over several units, order promotions and shipping promotions that apply, including the promo code. */
    promotions: z.array(appliedRuleSchema),
    /** Shipping method of the quote with its price; null if the cart has none. */
    shipping: shippingOptionSchema.nullable(),
    /** Totals that checkout charges with this quote. */
    totals: totalsSchema,
    /**
     * Not part of the promise, because another order may use the credit first. If less is left, checkout fails before it charges
     * anything.
     */
    ...creditCover,
  })
  .meta({ id: 'CartQuote' });
