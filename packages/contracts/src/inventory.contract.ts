/** Inventory: how many units there are, how many are spoken for, and every change of either. */
import { z } from 'zod';
import { instant, pageInput, pageOf, text, version } from './common.ts';
import { productId, variantId } from './ids.ts';
import { mutation, query } from './procedure.ts';

/** `backorder`: the shelf is empty, and units can be sold ahead of their delivery. */
export const stockStatuses = ['in_stock', 'low_stock', 'backorder', 'sold_out'] as const;

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
    version,
    updatedAt: instant,
  })
  .meta({ id: 'StockLevel' });
export type StockLevel = z.infer<typeof stockLevelSchema>;

export const movementKinds = ['received', 'adjusted', 'sold', 'restocked'] as const;
export const stockMovementSchema = z
  .object({
    id: z.uuid(),
    kind: z.enum(movementKinds),
    /** Change of the units on hand. */
    quantity: z.int(),
    reason: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'StockMovement' });

const reason = text(200);
/** Writes the truth even when fewer units are left than are promised to carts and orders. */
const force = z.boolean().optional();
export const inventoryContract = {
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
    rest: { method: 'POST', path: '/inventory/{variantId}/adjust' },
    input: z.strictObject({ variantId, delta: z.int().min(-100_000_000).max(100_000_000), reason, force }),
    output: stockLevelSchema,
    errors: ['NOT_FOUND', 'STOCK_BELOW_RESERVED'],
  }),
  set: mutation({
    summary: 'Set the units on hand to a counted number',
    description: 'Takes the version that was shown, so that a count made before a sale cannot undo the sale.',
    access: { scope: 'inventory:write' },
    rest: { method: 'PUT', path: '/inventory/{variantId}' },
    input: z.strictObject({ variantId, onHand: z.int().min(0).max(100_000_000), version, reason, force }),
    output: stockLevelSchema,
    errors: ['NOT_FOUND', 'STOCK_BELOW_RESERVED', 'VERSION_MISMATCH'],
  }),
  configure: mutation({
    summary: 'Set when stock counts as low, and how far it may be sold ahead',
    access: { scope: 'inventory:write' },
    rest: { method: 'PATCH', path: '/inventory/{variantId}' },
    input: z.strictObject({
      variantId,
      reorderThreshold: z.int().min(0).max(100_000_000).optional(),
      backorderLimit: z.int().min(0).max(1_000_000).optional(),
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
  movements: query({
    summary: 'The ledger of a variant, newest first',
    access: { scope: 'inventory:read' },
    rest: { method: 'GET', path: '/inventory/{variantId}/movements' },
    input: z.strictObject({ variantId, ...pageInput }),
    output: pageOf(stockMovementSchema),
    errors: ['NOT_FOUND'],
  }),
} as const;
