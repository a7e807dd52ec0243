/** Inventory: how many units there are, how many are spoken for, and every change of either. */
import { z } from 'zod';
import { instant, nothing, pageInput, pageOf, nameText, text, unitsBy, unitsFrom, version } from './common.ts';
import { orderId, productId, stockLocationId, variantId } from './ids.ts';
import { mutation, query } from './procedure.ts';

/** `backorder`: the shelf is empty, and units can be sold ahead of their delivery. */
export const stockStatuses = ['in_stock', 'low_stock', 'backorder', 'sold_out'] as const;

/** What a shopper is told of a variant. */
export const availabilitySchema = z
  .object({
    /** Units on the shelf that can be sold right now: on hand less reserved. */
    available: z.int(),
    /** Whether a unit can be bought, from the shelf or ahead of its delivery. */
    inStock: z.boolean(),
    /** What to write beside the buy button: `sold_out` means that there is none. */
    label: z.enum(stockStatuses),
  })
  .meta({ id: 'Availability' });

/** A place where units lie. */
export const stockLocationSchema = z
  .object({
    id: stockLocationId,
    code: z.string(),
    name: z.string(),
    /** Orders are served from the lowest number that has enough. */
    priority: z.int(),
    /** Takes what comes without a location. */
    isDefault: z.boolean(),
    active: z.boolean(),
  })
  .meta({ id: 'StockLocation' });
export type StockLocation = z.infer<typeof stockLocationSchema>;

/** `on hand` is in the warehouse; `reserved` of these are held by carts and unpaid orders. */
export const stockLevelSchema = z
  .object({
    variantId,
    productId,
    sku: z.string(),
    name: z.string(),
    onHand: z.int(),
    reserved: z.int(),
    /** On hand less reserved; below zero when units are sold ahead of their delivery. */
    available: z.int(),
    status: z.enum(stockStatuses),
    /** At or below this many available units the level counts as low. */
    reorderThreshold: z.int(),
    /** Units that may be sold before they are there; 0 sells nothing ahead. */
    backorderLimit: z.int(),
    /** Where the units on hand lie; below zero are units that were sold ahead and are owed from there. */
    locations: z.array(z.object({ locationId: stockLocationId, code: z.string(), onHand: z.int() })),
    version,
    updatedAt: instant,
  })
  .meta({ id: 'StockLevel' });
export type StockLevel = z.infer<typeof stockLevelSchema>;

export const movementKinds = ['received', 'adjusted', 'sold', 'restocked', 'transferred'] as const;
export const stockMovementSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(movementKinds),
    /** Change of the units on hand. */
    quantity: z.int(),
    /** Code of the location. */
    location: z.string(),
    reason: z.string(),
    /** Who did it: `staff:<id>`, or a part of the shop such as `system:settle`. */
    actor: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'StockMovement' });

/** Of drafts and archived products there is nothing to be bought, and nothing to be read. */
export const productStockSchema = z
  .object({
    productId,
    /** Over all variants. */
    available: z.int(),
    variants: z.array(z.object({ variantId, sku: z.string(), availability: availabilitySchema })),
  })
  .meta({ id: 'ProductStock' });

/** Units that are spoken for, and by whom. */
export const stockHoldSchema = z
  .object({
    id: z.uuid(),
    quantity: z.int(),
    /** `cart`, `order`, or what the units are set apart for. */
    heldBy: z.string(),
    orderId: orderId.nullable(),
    orderNumber: z.string().nullable(),
    createdAt: instant,
    /** Until when; null for units that are set apart. */
    expiresAt: instant.nullable(),
    /** A cart's hold that has run out: the next who wants its units gets them. */
    lapsed: z.boolean(),
  })
  .meta({ id: 'StockHold' });

/** One counter that is not what the ledger and the holds say. */
export const stockRepairSchema = z
  .object({
    variantId,
    sku: z.string(),
    counter: z.enum(['onHand', 'reserved', 'onHandAtLocation']),
    /** Code of the location, for `onHandAtLocation`. */
    location: z.string().nullable(),
    from: z.int(),
    to: z.int(),
  })
  .meta({ id: 'StockRepair' });
export type StockRepair = z.infer<typeof stockRepairSchema>;

const mostUnits = 100_000_000;
const reason = text(200);
/** All locations together unless told. */
const locationId = stockLocationId.optional();
/** Writes the truth even when fewer units are left than are promised to carts and orders. */
const force = z.boolean().optional();
const priority = z.int().min(1).max(10_000);
const locationCode = z
  .string()
  .max(40)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be lower-case words joined by hyphens');
export const inventoryContract = {
  ofProduct: query({
    summary: 'What can be bought of a product right now, variant by variant',
    description: 'Read anew at each call; what staff sees of it, units on hand and reserved, is at `inventory.get`.',
    access: 'public',
    rest: { method: 'GET', path: '/products/{id}/stock', also: [{ method: 'GET', path: '/products/{id}/inventory' }] },
    input: z.strictObject({ id: z.string().min(1).max(255).meta({ description: 'Id, slug or handle of the product' }) }),
    output: productStockSchema,
    errors: ['NOT_FOUND'],
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
    summary: 'Stock levels, a page at a time',
    access: { scope: 'inventory:read' },
    rest: { method: 'GET', path: '/inventory' },
    input: z.strictObject({ ...pageInput, lowOnly: z.boolean().default(false), q: z.string().trim().max(100).optional() }),
    output: pageOf(stockLevelSchema),
  }),
  adjust: mutation({
    summary: 'Add or take away units',
    access: { scope: 'inventory:write' },
    idempotency: 'required',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/inventory/{variantId}/adjust' },
    description:
      'At a location, or without one: what is added goes to the default, what is taken away comes from the locations by priority.',
    input: z.strictObject({ variantId, delta: unitsBy(mostUnits), locationId, reason, force }),
    output: stockLevelSchema,
    errors: ['NOT_FOUND', 'STOCK_BELOW_RESERVED', 'INSUFFICIENT_STOCK'],
  }),
  set: mutation({
    summary: 'Set the units on hand to a counted number',
    description: 'Takes the version that was shown, so that a count made before a sale cannot undo the sale.',
    access: { scope: 'inventory:write' },
    rest: { method: 'PUT', path: '/inventory/{variantId}' },
    input: z.strictObject({ variantId, onHand: unitsFrom(0, mostUnits), version, locationId, reason, force }),
    output: stockLevelSchema,
    errors: ['NOT_FOUND', 'STOCK_BELOW_RESERVED', 'VERSION_MISMATCH'],
  }),
  configure: mutation({
    summary: 'Set when stock counts as low, and how far it may be sold ahead',
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
    summary: 'What is running out or sold out, emptiest first',
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
    summary: 'Open a location',
    access: { scope: 'inventory:write' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/stock-locations', status: 201 },
    input: z.strictObject({ code: locationCode, name: nameText(120), priority: priority.default(100) }),
    output: stockLocationSchema,
    errors: ['LOCATION_CODE_TAKEN'],
  }),
  updateLocation: mutation({
    summary: 'Rename, reorder, close a location, or make it the default',
    description: 'A location with units cannot be closed, nor can the default; `isDefault: true` takes the place of the one before.',
    access: { scope: 'inventory:write' },
    rest: { method: 'PATCH', path: '/stock-locations/{locationId}' },
    input: z.strictObject({
      locationId: stockLocationId,
      name: nameText(120).optional(),
      priority: priority.optional(),
      isDefault: z.literal(true).optional(),
      active: z.boolean().optional(),
    }),
    output: stockLocationSchema,
    errors: ['NOT_FOUND', 'LOCATION_IS_DEFAULT', 'LOCATION_NOT_EMPTY'],
  }),
  holds: query({
    summary: 'Who holds units of a variant, oldest first',
    access: { scope: 'inventory:read' },
    rest: { method: 'GET', path: '/inventory/{variantId}/holds' },
    input: z.strictObject({ variantId, ...pageInput }),
    output: pageOf(stockHoldSchema),
    errors: ['NOT_FOUND'],
  }),
  repair: mutation({
    summary: 'Compare the counters with ledger and holds, and put them right',
    description: 'A dry run unless told. Every change is in the answer and in the audit log; at most 10,000 at a time.',
    access: { scope: 'inventory:write', and: ['system:read'] },
    rest: { method: 'POST', path: '/stock-repairs' },
    input: z.strictObject({ dryRun: z.boolean().default(true), variantIds: z.array(variantId).min(1).max(1_000).optional() }),
    output: z.object({ dryRun: z.boolean(), variantCount: z.int(), changes: z.array(stockRepairSchema) }),
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
