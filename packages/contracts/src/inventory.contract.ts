/** Inventory: units on hand, reserved units, and the ledger of their changes. */
import { z } from 'zod';
import { instant, nothing, pageInput, pageOf, nameText, text, unitsBy, unitsFrom, version } from './common.ts';
import { idOf, orderId, productId, stockLocationId, variantId } from './ids.ts';
import { mutation, query } from './procedure.ts';

/** `backorder`: no unit is available, but units can be sold before they arrive. */
export const stockStatuses = ['in_stock', 'low_stock', 'backorder', 'sold_out'] as const;

/** Availability of a variant as shoppers see it. */
export const availabilitySchema = z
  .object({
    /** Units that can be sold now: on hand minus reserved. */
    available: z.int(),
    /** Whether a unit can be bought, from stock on hand or as a backorder. */
    inStock: z.boolean(),
    /** What to show beside the buy button: `sold_out` means that nothing can be bought. */
    label: z.enum(stockStatuses),
  })
  .meta({ id: 'Availability' });

/** A place that stores units. */
export const stockLocationSchema = z
  .object({
    id: stockLocationId,
    code: z.string(),
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

/** Stock level of a variant. `onHand` counts the units in the warehouse; `reserved` counts those held by carts and unpaid orders. */
export const stockLevelSchema = z
  .object({
    variantId,
    productId,
    sku: z.string(),
    name: z.string(),
    onHand: z.int(),
    reserved: z.int(),
    /** On hand minus reserved; negative when backorders exceed the stock. */
    available: z.int(),
    status: z.enum(stockStatuses),
    /** Stock is low at or below this number of available units. */
    reorderThreshold: z.int(),
    /** Units that may be sold before they arrive; 0 allows no backorders. */
    backorderLimit: z.int(),
    /** Units on hand by location; a negative number counts backordered units that the location still owes. */
    locations: z.array(z.object({ locationId: stockLocationId, code: z.string(), onHand: z.int() })),
    version,
    updatedAt: instant,
  })
  .meta({ id: 'StockLevel' });
export type StockLevel = z.infer<typeof stockLevelSchema>;

export const movementKinds = ['received', 'adjusted', 'sold', 'restocked', 'transferred'] as const;
export const stockMovementSchema = z
  .object({
    id: idOf('stock movement', '`inventory.movements`'),
    kind: z.enum(movementKinds),
    /** Change of the units on hand. */
    quantity: z.int(),
    /** Code of the location. */
    location: z.string(),
    reason: z.string(),
    /** Who made the change: `staff:<id>`, or a part of the system such as `system:settle`. */
    actor: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'StockMovement' });

/** Stock of a product as shoppers see it. Drafts and archived products are `NOT_FOUND`. */
export const productStockSchema = z
  .object({
    productId,
    /** Sum over all variants. */
    available: z.int(),
    variants: z.array(z.object({ variantId, sku: z.string(), availability: availabilitySchema })),
  })
  .meta({ id: 'ProductStock' });

/** Reserved units and who holds them. */
export const stockHoldSchema = z
  .object({
    id: idOf('hold', '`inventory.holds`'),
    quantity: z.int(),
    /** `cart`, `order`, or the purpose of an allocation. */
    heldBy: z.string(),
    /** Order that holds the units; null for other holds. */
    orderId: orderId.nullable(),
    /** Number of that order; null for other holds. */
    orderNumber: z.string().nullable(),
    createdAt: instant,
    /** When the hold expires; null for an allocation. */
    expiresAt: instant.nullable(),
    /** Whether the hold of a cart has expired; the next buyer can take its units. */
    lapsed: z.boolean(),
  })
  .meta({ id: 'StockHold' });

/** A counter that differs from the ledger and the holds. */
export const stockRepairSchema = z
  .object({
    variantId,
    sku: z.string(),
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

const mostUnits = 100_000_000;
const reason = text(200);
/** Default: all locations together. */
const locationId = stockLocationId.optional();
/** Writes the number even if carts and orders hold more units than are left. */
const force = z
  .boolean()
  .optional()
  .meta({ description: 'Set the stock even below the reserved units: nobody can buy until the shortage is made up' });
const priority = z.int().min(1).max(10_000);
const locationCode = z
  .string()
  .max(40)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens');
export const inventoryContract = {
  ofProduct: query({
    summary: 'Current availability of a product, by variant',
    description: 'Never cached. Staff get units on hand and reserved from `inventory.get`.',
    access: 'public',
    rest: { method: 'GET', path: '/products/{id}/stock', also: [{ method: 'GET', path: '/products/{id}/inventory' }] },
    input: z.strictObject({
      id: z.string().min(1).max(255).meta({ description: 'Id, slug or handle of the product, from `products.list` or `search.products`' }),
    }),
    output: productStockSchema,
    errors: ['NOT_FOUND', 'BUSY'],
  }),
  get: query({
    summary: 'The stock level of a variant',
    access: { scope: 'inventory:read' },
    rest: { method: 'GET', path: '/inventory/{variantId}' },
    input: z.strictObject({ variantId }),
    output: stockLevelSchema,
    errors: ['NOT_FOUND'],
  }),
  list: query({
    summary: 'A page of stock levels',
    access: { scope: 'inventory:read' },
    rest: { method: 'GET', path: '/inventory' },
    input: z.strictObject({
      ...pageInput,
      /** `true` returns only variants at or below their reorder threshold. */
      lowOnly: z.boolean().default(false),
      q: z.string().trim().max(100).optional(),
    }),
    output: pageOf(stockLevelSchema),
  }),
  adjust: mutation({
    summary: 'Add or remove units',
    access: { scope: 'inventory:write' },
    idempotency: 'required',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/inventory/{variantId}/adjust' },
    description: 'Without a location, added units go to the default location and removed units are taken from the locations by priority.',
    input: z.strictObject({ variantId, delta: unitsBy(mostUnits), locationId, reason, force }),
    output: stockLevelSchema,
    errors: ['NOT_FOUND', 'STOCK_BELOW_RESERVED', 'INSUFFICIENT_STOCK'],
  }),
  set: mutation({
    summary: 'Set the units on hand to a counted number',
    description: 'Send the version that staff saw, so that a count made before a sale cannot undo the sale.',
    access: { scope: 'inventory:write' },
    rest: { method: 'PUT', path: '/inventory/{variantId}' },
    input: z.strictObject({ variantId, onHand: unitsFrom(0, mostUnits), version, locationId, reason, force }),
    output: stockLevelSchema,
    errors: ['NOT_FOUND', 'STOCK_BELOW_RESERVED', 'VERSION_MISMATCH'],
  }),
  configure: mutation({
    summary: 'Set the low-stock threshold and the backorder limit',
    access: { scope: 'inventory:write' },
    rest: { method: 'PATCH', path: '/inventory/{variantId}' },
    input: z.strictObject({
      variantId,
      reorderThreshold: unitsFrom(0, mostUnits).optional(),
      backorderLimit: unitsFrom(0, 1_000_000).optional(),
    }),
    output: stockLevelSchema,
    errors: ['NOT_FOUND', 'STOCK_BELOW_RESERVED'],
  }),
  lowStock: query({
    summary: 'Variants that are low or sold out, lowest stock first',
    access: { scope: 'inventory:read' },
    rest: { method: 'GET', path: '/inventory/low-stock' },
    input: z.strictObject({ ...pageInput, q: z.string().trim().max(100).optional() }),
    output: pageOf(stockLevelSchema),
  }),
  transfer: mutation({
    summary: 'Move units from one location to another',
    access: { scope: 'inventory:write' },
    idempotency: 'required',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/inventory/{variantId}/transfer' },
    input: z.strictObject({
      variantId,
      fromLocationId: stockLocationId,
      toLocationId: stockLocationId,
      quantity: unitsFrom(1, mostUnits),
      reason,
    }),
    output: stockLevelSchema,
    errors: ['NOT_FOUND', 'INSUFFICIENT_STOCK', 'LOCATION_CLOSED'],
  }),
  locations: query({
    summary: 'The locations, by priority',
    access: { scope: 'inventory:read' },
    rest: { method: 'GET', path: '/stock-locations' },
    input: nothing,
    output: z.object({ locations: z.array(stockLocationSchema) }),
  }),
  createLocation: mutation({
    summary: 'Add a location',
    access: { scope: 'inventory:write' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/stock-locations', status: 201 },
    input: z.strictObject({ code: locationCode, name: nameText(120), priority: priority.default(100) }),
    output: stockLocationSchema,
    errors: ['LOCATION_CODE_TAKEN'],
  }),
  updateLocation: mutation({
    summary: 'Rename, reorder or close a location, or make it the default',
    description: 'A location with units and the default location cannot be closed. `isDefault: true` replaces the current default.',
    access: { scope: 'inventory:write' },
    rest: { method: 'PATCH', path: '/stock-locations/{locationId}' },
    input: z.strictObject({
      locationId: stockLocationId,
      name: nameText(120).optional(),
      priority: priority.optional(),
      isDefault: z.literal(true).optional(),
      /** `false` closes the location, `true` opens it again. */
      active: z.boolean().optional(),
    }),
    output: stockLocationSchema,
    errors: ['NOT_FOUND', 'LOCATION_IS_DEFAULT', 'LOCATION_NOT_EMPTY'],
  }),
  holds: query({
    summary: 'Holds on a variant, oldest first',
    access: { scope: 'inventory:read' },
    rest: { method: 'GET', path: '/inventory/{variantId}/holds' },
    input: z.strictObject({ variantId, ...pageInput }),
    output: pageOf(stockHoldSchema),
    errors: ['NOT_FOUND'],
  }),
  repair: mutation({
    summary: 'Compare the counters with the ledger and the holds, and correct them',
    description: 'By default this is a dry run. The response and the audit log list every change; at most 10,000 per call.',
    access: { scope: 'inventory:write', and: ['system:read'] },
    rest: { method: 'POST', path: '/stock-repairs' },
    input: z.strictObject({
      /** `true` reports the changes without making them. */
      dryRun: z.boolean().default(true),
      variantIds: z.array(variantId).min(1).max(1_000).optional(),
    }),
    output: z.object({
      /** Whether the changes were only reported. */
      dryRun: z.boolean(),
      variantCount: z.int(),
      changes: z.array(stockRepairSchema),
    }),
    errors: ['NOT_FOUND'],
  }),
  movements: query({
    summary: 'The ledger of a variant, newest first',
    access: { scope: 'inventory:read' },
    rest: { method: 'GET', path: '/inventory/{variantId}/movements' },
    input: z.strictObject({ variantId, ...pageInput }),
    output: pageOf(stockMovementSchema),
    errors: ['NOT_FOUND'],
  }),
} as const;
