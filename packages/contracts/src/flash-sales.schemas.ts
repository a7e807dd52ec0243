/** Schemas of flash sales: a sale, a purchase, metrics of a sale, and a place in the waiting room. */
import { z } from 'zod';
import { cents, instant, version, shownSku, productName, variantTitle, orderNumber } from './common.ts';
import { currency } from './currency.ts';
import { flashSaleId, flashSaleItemId, orderId, productId, variantId, waitingPlaceId } from './ids.ts';
import { orderStatus } from './orders.schemas.ts';
import { totalsSchema } from './pricing.schemas.ts';

export const flashSaleStates = ['scheduled', 'open', 'paused', 'ended'] as const;
export type FlashSaleState = (typeof flashSaleStates)[number];

export const flashSaleItemSchema = z
  .object({
    id: flashSaleItemId,
    variantId,
    productId,
    productName,
    variantTitle,
    sku: shownSku,
    /** Slug of the product: its part of the address in the shop. */
    slug: z.string(),
    /** Primary image of the product; null if it has none. */
    imageUrl: z.string().nullable(),
    /** Price of one unit in the sale, in `currency`; price lists and rules do not change it. */
    salePriceCents: cents,
    /** Own price of the variant now, in `currency`, before price lists and rules. */
    regularPriceCents: cents,
    currency,
    /** Most units of this item that one customer can buy; null for no limit. The account and the e-mail address are each counted. */
    limitPerCustomer: z.int().nullable(),
    /**
     * Most units of this item for one shipping address, whoever buys; null for no limit. Case, accents, spaces and punctuation make no
     * difference.
     */
    limitPerAddress: z.int().nullable(),
    /** Units taken from the stock for the sale, sold or not. */
    unitsAllocated: z.int(),
    /** Whether no unit is free now. */
    soldOut: z.boolean(),
  })
  .meta({ id: 'FlashSaleItem' });
export type FlashSaleItem = z.infer<typeof flashSaleItemSchema>;

export const flashSaleSchema = z
  .object({
    id: flashSaleId,
    /** Name of the sale for buyers. */
    name: z.string(),
    /**
     * By the clock of the database. `scheduled`: has not begun; `open`: sells; `paused`: stopped by staff until they resume it;
     * `ended`: over, by its window or by staff.
     */
    state: z.enum(flashSaleStates),
    /** When the sale opens. */
    startsAt: instant,
    /** When the sale closes at the latest. */
    endsAt: instant,
    /** Whether buyers must queue first; see `flashSales.join`. */
    waitingRoom: z.boolean(),
    /** Minutes within which an order of this sale must be paid. */
    paymentWindowMinutes: z.int(),
    /**
     * Minutes after the first declined payment within which the order can be paid with another payment method; never beyond the
     * payment window.
     */
    paymentRetryMinutes: z.int(),
    /** Items of the sale, in display order. */
    items: z.array(flashSaleItemSchema),
    version,
  })
  .meta({ id: 'FlashSale' });
export type FlashSale = z.infer<typeof flashSaleSchema>;

/** Result of one call of `flashSales.buy`. */
export const flashPurchaseSchema = z
  .object({
    orderId,
    orderNumber,
    status: orderStatus,
    itemId: flashSaleItemId,
    /** Units bought. */
    quantity: z.int(),
    /** Price of one unit in the sale, in `currency`. */
    unitPriceCents: cents,
    /** Totals of the order, in `currency`. */
    totals: totalsSchema,
    currency,
    /** Payment deadline while the order is pending, also after a decline; null once it is paid or cancelled. */
    expiresAt: instant.nullable(),
    /** For a guest who sent no cart token: send it as `X-Cart-Token` to read and pay this order; null for others. */
    orderToken: z.string().nullable(),
  })
  .meta({ id: 'FlashPurchase' });
export type FlashPurchase = z.infer<typeof flashPurchaseSchema>;

export const flashSaleMetricsSchema = z
  .object({
    saleId: flashSaleId,
    /**
     * By the clock of the database. `scheduled`: has not begun; `open`: sells; `paused`: stopped by staff until they resume it;
     * `ended`: over, by its window or by staff.
     */
    state: z.enum(flashSaleStates),
    /** Instant of these metrics. */
    at: instant,
    /** Items of the sale, in display order. */
    items: z.array(
      z.object({
        itemId: flashSaleItemId,
        sku: shownSku,
        productName,
        /** Units taken from the stock for the sale, sold or not. */
        unitsAllocated: z.int(),
        /** Units that can be bought now. */
        unitsFree: z.int(),
        /** Ordered, but not paid yet. */
        unitsHeld: z.int(),
        /** Units of paid orders, also of those cancelled later. */
        unitsSold: z.int(),
        /** Orders of the item, paid or not. */
        orders: z.int(),
        /** Price of the goods in paid orders, after discounts and without shipping; cancelled orders do not count. */
        revenueCents: cents,
        currency,
      }),
    ),
    /** Orders placed in the last minute. */
    ordersLastMinute: z.int(),
    /** Buyers in the waiting room who have not been admitted; 0 without a waiting room. */
    waiting: z.int(),
    /** Admitted buyers who have not bought and may still buy. */
    inside: z.int(),
    /** Units ordered in intervals of ten seconds: the last 60 with an order, oldest first. Intervals without an order are left out. */
    pace: z.array(
      z.object({
        /** Start of the interval. */
        at: instant,
        /** Units ordered in the interval. */
        units: z.int(),
      }),
    ),
  })
  .meta({ id: 'FlashSaleMetrics' });
export type FlashSaleMetrics = z.infer<typeof flashSaleMetricsSchema>;

/** Place of a buyer in the waiting room. */
export const waitingPlaceSchema = z
  .object({
    placeId: waitingPlaceId,
    /**
     * `waiting`, then `admitted` for a few minutes; `used` after a purchase; `expired` when the buyer did not buy in time; `sold_out`
     * when no unit can become free again or the sale has ended.
     */
    state: z.enum(['waiting', 'admitted', 'used', 'expired', 'sold_out']),
    /** Buyers ahead in the queue; 0 once admitted. */
    ahead: z.int(),
    /** Expected wait in seconds; null when it cannot be estimated or nothing is left. */
    estimatedSeconds: z.int().nullable(),
    /** Until when the buyer may buy, or could have bought; null while waiting. */
    admittedUntil: instant.nullable(),
    /** Polling interval in seconds, for clients without the live feed. */
    askAgainSeconds: z.int(),
  })
  .meta({ id: 'WaitingPlace' });
export type WaitingPlace = z.infer<typeof waitingPlaceSchema>;
