/** Inventory: units on hand, reserved units, and the ledger of their changes. */
import { z } from 'zod';
import { nothing, pageInput, pageOf, nameText, text, seenVersion, unitsBy, unitsFrom } from './common.ts';
import { stockLocationId, variantId } from './ids.ts';
import {
  productStockSchema,
  stockHoldSchema,
  stockLevelSchema,
  stockLocationSchema,
  stockMovementSchema,
  stockRepairSchema,
  stockSupplySchema,
} from './inventory.schemas.ts';
import { mutation, query } from './procedure.ts';
import { mostOfVariant } from './product.schemas.ts';

const mostUnits = mostOfVariant.onHand;

/** Why the stock changes, for the ledger of the variant. */
const stockReason = text(200);
/** Default: all locations together. */
const locationId = stockLocationId.optional();
/** Writes the number even if carts and orders hold more units than are left. */
const force = z
  .boolean()
  .optional()
  .meta({ description: 'Set the stock even below the reserved units: nobody can buy until the shortage is made up' });

/** Orders take units from the location with the lowest number that has enough. */
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
      /** Words of the product, or a part of a SKU or barcode. */
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
    description:
      'Without a location, added units go to the default location and removed units are taken from the locations by priority. ' +
      'Added units go to orders with backordered units first, the oldest paid order first.',
    input: z.strictObject({
      variantId,
      /** Units to add, or, if negative, to remove. */
      delta: unitsBy(mostUnits),
      locationId,
      /** Why the stock changes, for the ledger of the variant. */
      reason: stockReason,
      force,
    }),
    output: stockLevelSchema,
    errors: ['NOT_FOUND', 'STOCK_BELOW_RESERVED', 'INSUFFICIENT_STOCK', 'STOCK_NOT_TRACKED', 'LOCATION_CLOSED'],
  }),
  set: mutation({
    summary: 'Set the units on hand to a counted number',
    description:
      'Send the version that staff saw, so that a count made before a sale cannot undo the sale. ' +
      'Orders with backordered units get theirs out of the counted units, so fewer can be on hand afterwards.',
    access: { scope: 'inventory:write' },
    rest: { method: 'PUT', path: '/inventory/{variantId}' },
    input: z.strictObject({
      variantId,
      /** Units that were counted. */
      onHand: unitsFrom(0, mostUnits),
      version: seenVersion,
      locationId,
      /** Why the stock changes, for the ledger of the variant. */
      reason: stockReason,
      force,
    }),
    output: stockLevelSchema,
    errors: ['NOT_FOUND', 'STOCK_BELOW_RESERVED', 'VERSION_MISMATCH', 'STOCK_NOT_TRACKED', 'LOCATION_CLOSED'],
  }),
  configure: mutation({
    summary: 'Set the low-stock threshold, the backorder limit, and whether stock is tracked',
    description:
      'Tracking begins with the units on hand that the level has kept: count them first thing. It ends only when no order, edit, ' +
      'backorder or flash sale reserves units; carts keep their lines and need no hold. Orders keep what they were sold as: their ' +
      'units return into stock if these were counted when they were sold.',
    access: { scope: 'inventory:write' },
    rest: { method: 'PATCH', path: '/inventory/{variantId}' },
    input: z.strictObject({
      variantId,
      /** Stock counts as low at or below this number of available units. */
      reorderThreshold: unitsFrom(0, mostUnits).optional(),
      /** Units that may be sold before they arrive; 0 allows none. */
      backorderLimit: unitsFrom(0, mostOfVariant.backorderLimit).optional(),
      /** Whether units are counted. An untracked variant can always be bought. */
      tracked: z.boolean().optional(),
    }),
    output: stockLevelSchema,
    errors: ['NOT_FOUND', 'STOCK_BELOW_RESERVED', 'STOCK_RESERVED'],
  }),
  lowStock: query({
    summary: 'Tracked variants that are low or sold out, lowest stock first',
    access: { scope: 'inventory:read' },
    rest: { method: 'GET', path: '/inventory/low-stock' },
    input: z.strictObject({
      ...pageInput,
      /** Words of the product, or a part of a SKU or barcode. */
      q: z.string().trim().max(100).optional(),
    }),
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
      /** Units to move. */
      quantity: unitsFrom(1, mostUnits),
      /** Why the units are moved, for the ledger of the variant. */
      reason: stockReason,
    }),
    output: stockLevelSchema,
    errors: ['NOT_FOUND', 'INSUFFICIENT_STOCK', 'LOCATION_CLOSED', 'STOCK_NOT_TRACKED'],
  }),
  locations: query({
    summary: 'The locations, by priority',
    access: { scope: 'inventory:read' },
    rest: { method: 'GET', path: '/stock-locations' },
    input: nothing,
    output: z.object({
      /** All locations, closed ones included. */
      locations: z.array(stockLocationSchema),
    }),
  }),
  createLocation: mutation({
    summary: 'Add a location',
    access: { scope: 'inventory:write' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/stock-locations', status: 201 },
    input: z.strictObject({
      /** Short name of the location in lists and files; unique. */
      code: locationCode,
      /** Name of the location for staff. */
      name: nameText(120),
      /** Orders take units from the location with the lowest number that has enough. */
      priority: priority.default(100),
    }),
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
      /** New name of the location. */
      name: nameText(120).optional(),
      /** Orders take units from the location with the lowest number that has enough. */
      priority: priority.optional(),
      /** `true` makes it the location that receives units without a location, in place of the present one. */
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
      /** Only these variants. Default: all. */
      variantIds: z.array(variantId).min(1).max(1_000).optional(),
    }),
    output: z.object({
      /** Whether the changes were only reported. */
      dryRun: z.boolean(),
      /** Variants with a counter that differed. */
      variantCount: z.int(),
      /** Counters that differed. */
      changes: z.array(stockRepairSchema),
      /**
       * Counters that differ and are left as they are, because the ledger of their variant is below zero. Add the units that it lacks,
       * repair again, and count the variant.
       */
      uncorrected: z.array(stockRepairSchema),
      /** Units on hand that orders waited for, and get. */
      supplied: z.array(stockSupplySchema),
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
