/** What is told of flash sales: a sale, a purchase, its figures, and a place in the waiting room. */
import { z } from 'zod';
import { cents, instant, version } from './common.ts';
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
    productName: z.string(),
    variantTitle: z.string(),
    sku: z.string(),
    slug: z.string(),
    imageUrl: z.string().nullable(),
    salePriceCents: cents,
    /** What the variant costs outside the sale. */
    regularPriceCents: cents,
    currency,
    limitPerCustomer: z.int().nullable(),
    limitPerAddress: z.int().nullable(),
    unitsAllocated: z.int(),
    soldOut: z.boolean(),
  })
  .meta({ id: 'FlashSaleItem' });
export type FlashSaleItem = z.infer<typeof flashSaleItemSchema>;

export const flashSaleSchema = z
  .object({
    id: flashSaleId,
    name: z.string(),
    /** By the database's clock, which alone decides. */
    state: z.enum(flashSaleStates),
    startsAt: instant,
    endsAt: instant,
    /** Whether buyers queue first; see `flashSales.join`. */
    waitingRoom: z.boolean(),
    /** Minutes in which an order of this sale must be paid. */
    paymentWindowMinutes: z.int(),
    /** Minutes after the first declined payment in which it can be paid another way, never beyond the payment window. */
    paymentRetryMinutes: z.int(),
    items: z.array(flashSaleItemSchema),
    version,
  })
  .meta({ id: 'FlashSale' });
export type FlashSale = z.infer<typeof flashSaleSchema>;

/** What one call of `buy` came to. */
export const flashPurchaseSchema = z
  .object({
    orderId,
    orderNumber: z.string(),
    status: orderStatus,
    itemId: flashSaleItemId,
    quantity: z.int(),
    unitPriceCents: cents,
    totals: totalsSchema,
    currency,
    /** Until when it must be paid; null once that is decided. */
    expiresAt: instant.nullable(),
    /** For guests: opens this order when sent as `X-Cart-Token`. */
    orderToken: z.string().nullable(),
  })
  .meta({ id: 'FlashPurchase' });
export type FlashPurchase = z.infer<typeof flashPurchaseSchema>;

export const flashSaleFiguresSchema = z
  .object({
    saleId: flashSaleId,
    state: z.enum(flashSaleStates),
    /** Instant of these figures. */
    at: instant,
    items: z.array(
      z.object({
        itemId: flashSaleItemId,
        sku: z.string(),
        productName: z.string(),
        unitsAllocated: z.int(),
        unitsFree: z.int(),
        /** Bought, but not paid yet. */
        unitsHeld: z.int(),
        unitsSold: z.int(),
        orders: z.int(),
        revenueCents: cents,
        currency,
      }),
    ),
    ordersLastMinute: z.int(),
    waiting: z.int(),
    inside: z.int(),
    /** Units taken from the sale in each of the last stretches of ten seconds, oldest first. */
    pace: z.array(z.object({ at: instant, units: z.int() })),
  })
  .meta({ id: 'FlashSaleFigures' });
export type FlashSaleFigures = z.infer<typeof flashSaleFiguresSchema>;

/** Where a buyer stands in the waiting room. */
export const waitingPlaceSchema = z
  .object({
    placeId: waitingPlaceId,
    /** `waiting`, then `admitted` for a few minutes; `used` after a purchase, `expired` when the turn was missed, `sold_out` when nothing can come back. */
    state: z.enum(['waiting', 'admitted', 'used', 'expired', 'sold_out']),
    /** How many are in front; 0 once admitted. */
    ahead: z.int(),
    estimatedSeconds: z.int().nullable(),
    /** Until when an admitted buyer may buy. */
    admittedUntil: instant.nullable(),
    /** Ask again after so many seconds, when not subscribed. */
    askAgainSeconds: z.int(),
  })
  .meta({ id: 'WaitingPlace' });
export type WaitingPlace = z.infer<typeof waitingPlaceSchema>;
