/** Schemas of inventory: availability, locations, stock levels, movements and holds. */
import { z } from 'zod';
import { instant, version, createdAt, updatedAt, shownSku } from './common.ts';
import { idOf, orderId, productId, stockLocationId, variantId } from './ids.ts';

/** `backorder`: no unit is available, but units can be sold before they arrive. */
export const stockStatuses = ['in_stock', 'low_stock', 'backorder', 'sold_out'] as const;

/** Availability of a variant as buyers see it. */
export const availabilitySchema = z
  .object({
    /** Units that can be sold from stock now: on hand minus reserved, at least 0. It is 0 where units are not counted (`tracked`). */
    available: z.int(),
    /** Whether units are counted. An untracked variant can always be bought: `inStock` is true and `label` is `in_stock`. */
    tracked: z.boolean(),
    /** Whether a unit can be bought, from stock on hand, as a backorder, or because units are not counted. */
    inStock: z.boolean(),
    /** What to show beside the buy button: `sold_out` means that nothing can be bought. */
    label: z.enum(stockStatuses),
  })
  .meta({ id: 'Availability' });

/** A place that stores units. */
export const stockLocationSchema = z
  .object({
    id: stockLocationId,
    /** Short name of the location in lists and files. */
    code: z.string(),
    /** Name of the location for staff. */
    name: z.string(),
    /** Orders take units from the location with the lowest number that has enough. */
    priority: z.int(),
    /** Receives units that arrive without a location. */
    isDefault: z.boolean(),
    /** False for a closed location. */
    active: z.boolean(),
  })
  .meta({ id: 'StockLocation' });
export type StockLocation = z.infer<typeof stockLocationSchema>;

/**
 * Stock level of a variant. `onHand` counts the units in the warehouse, never below 0; `reserved` counts those held by carts, unpaid orders
 * and edits that wait for payment, the backordered units of paid orders, and the free units of flash sales.
 */
export const stockLevelSchema = z
  .object({
    variantId,
    productId,
    sku: shownSku,
    /** Name of the product with the title of the variant. */
    name: z.string(),
    /** Units in all locations together. */
    onHand: z.int(),
    /**
     * Units held by carts, unpaid orders and edits that wait for payment, backordered units of paid orders, and free units of flash sales.
     * Expired holds of carts do not count.
     */
    reserved: z.int(),
    /** On hand minus reserved; negative when backorders exceed the stock. Sales of an untracked variant do not change it. */
    available: z.int(),
    /** What buyers see: `sold_out` means that nothing can be bought; `backorder` that units can be sold before they arrive. */
    status: z.enum(stockStatuses),
    /** Stock is low at or below this number of available units. */
    reorderThreshold: z.int(),
    /** By how many units the reserved ones may exceed those on hand; 0 allows no backorders. */
    backorderLimit: z.int(),
    /**
     * Whether units are counted. An untracked variant can always be bought, nothing reserves its units, and `onHand` stays as it was when
     * tracking ended.
     */
    tracked: z.boolean(),
    /** Units on hand by location. */
    locations: z.array(
      z.object({
        locationId: stockLocationId,
        /** Code of the location. */
        code: z.string(),
        /** Units in this location. */
        onHand: z.int(),
      }),
    ),
    version,
    updatedAt,
  })
  .meta({ id: 'StockLevel' });
export type StockLevel = z.infer<typeof stockLevelSchema>;

export const movementKinds = ['received', 'adjusted', 'sold', 'restocked', 'transferred'] as const;
export const stockMovementSchema = z
  .object({
    id: idOf('stock movement', '`inventory.movements`'),
    /**
     * `received`: units were added; `adjusted`: units were removed, counted or set by an import; `sold`; `restocked`: came back from
     * an order; `transferred`: moved between locations.
     */
    kind: z.enum(movementKinds),
    /** Change of the units on hand. */
    quantity: z.int(),
    /** Code of the location. */
    location: z.string(),
    /** Why the stock changed, by staff or by the shop. */
    reason: z.string(),
    /** Who made the change: `staff:<id>`, or a part of the system such as `system:settle`. */
    actor: z.string(),
    createdAt,
  })
  .meta({ id: 'StockMovement' });

/** Stock of a product as buyers see it. Drafts and archived products are `NOT_FOUND`. */
export const productStockSchema = z
  .object({
    productId,
    /** Sum over all variants whose units are counted. */
    available: z.int(),
    /** Availability of each variant. */
    variants: z.array(
      z.object({
        variantId,
        sku: shownSku,
        /** What buyers see of the stock of the variant. */
        availability: availabilitySchema,
      }),
    ),
  })
  .meta({ id: 'ProductStock' });

/** Reserved units and who holds them. */
export const stockHoldSchema = z
  .object({
    id: idOf('hold', '`inventory.holds`'),
    /** Units held. */
    quantity: z.int(),
    /** `cart`, `order` until it is paid, `backorder` for units of a paid order that have not arrived, or the purpose of an allocation. */
    heldBy: z.string(),
    /** Order that holds the units; null for other holds. */
    orderId: orderId.nullable(),
    /** Number of that order; null for other holds. */
    orderNumber: z.string().nullable(),
    createdAt,
    /** When the hold expires; null for a backorder and an allocation. */
    expiresAt: instant.nullable(),
    /** Whether the hold of a cart has expired; the next buyer can take its units. */
    lapsed: z.boolean(),
  })
  .meta({ id: 'StockHold' });

/** A counter that differs from the ledger and the holds. */
export const stockRepairSchema = z
  .object({
    variantId,
    sku: shownSku,
    /** Which counter differs: units on hand, reserved units, or units on hand at one location. */
    counter: z.enum(['onHand', 'reserved', 'onHandAtLocation']),
    /** Code of the location, for `onHandAtLocation`. */
    location: z.string().nullable(),
    /** Value of the counter before the repair. */
    from: z.int(),
    /** Value that the ledger and the holds give. */
    to: z.int(),
  })
  .meta({ id: 'StockRepair' });
export type StockRepair = z.infer<typeof stockRepairSchema>;

/** Units on hand that a repair gives to the paid orders that wait for them. */
export const stockSupplySchema = z
  .object({
    variantId,
    sku: shownSku,
    /** Units that orders get, the oldest first. */
    units: z.int(),
  })
  .meta({ id: 'StockSupply' });
