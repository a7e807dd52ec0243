/** Inventory: how many units there are, how many are spoken for, and every change of either. */
import { z } from 'zod';
import { instant, pageInput, pageOf, text, version } from './common.ts';
import { productId, variantId } from './ids.ts';
import { mutation, query } from './procedure.ts';

/** `on hand` is in the warehouse; `reserved` of these are held by carts and unpaid orders. */
export const stockLevelSchema = z
  .object({
    variantId,
    productId,
    sku: z.string(),
    name: z.string(),
    onHand: z.int(),
    reserved: z.int(),
    available: z.int(),
    reorderThreshold: z.int(),
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
    input: z.strictObject({ variantId, delta: z.int().min(-100_000_000).max(100_000_000), reason }),
    output: stockLevelSchema,
    errors: ['NOT_FOUND', 'STOCK_BELOW_RESERVED'],
  }),
  set: mutation({
    summary: 'Set the units on hand to a counted number',
    description: 'Takes the version that was shown, so that a count made before a sale cannot undo the sale.',
    access: { scope: 'inventory:write' },
    rest: { method: 'PUT', path: '/inventory/{variantId}' },
    input: z.strictObject({ variantId, onHand: z.int().min(0).max(100_000_000), version, reason }),
    output: stockLevelSchema,
    errors: ['NOT_FOUND', 'STOCK_BELOW_RESERVED', 'VERSION_MISMATCH'],
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
