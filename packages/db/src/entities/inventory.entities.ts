/** Stock counters, the holds that justify what is reserved, and the ledger that justifies what is on hand. */
import { movementKinds } from '@cartwright/contracts';
import { defineEntity, p } from '@mikro-orm/core';
import { Variant } from './catalog.entities.ts';

export const StockLevel = defineEntity({
  name: 'StockLevel',
  tableName: 'stock_levels',
  properties: {
    variantId: () => p.manyToOne(Variant).mapToPk().fieldName('variant_id').primary(),
    onHand: p.integer().default(0),
    reserved: p.integer().default(0),
    reorderThreshold: p.integer().default(10),
    /** How many units may be sold before they are there; 0 sells what is there and nothing more. */
    backorderLimit: p.integer().default(0),
    /** How far a forced correction went below what is promised. Nobody can buy on it; it only tells the CHECK that the shortage is known. */
    forcedShort: p.integer().default(0),
    version: p.integer().default(1),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'stock_levels_bounds', expression: 'reserved >= 0 and reserved <= on_hand + backorder_limit + forced_short' },
    { name: 'stock_levels_policies', expression: 'backorder_limit >= 0 and forced_short >= 0 and reorder_threshold >= 0' },
  ],
  indexes: [
    {
      name: 'stock_levels_low',
      expression: 'create index stock_levels_low on stock_levels (variant_id) where on_hand - reserved <= reorder_threshold',
    },
  ],
});

/** A place where units lie. Orders are served from the first that has enough, by priority; the default takes what comes without one. */
export const StockLocation = defineEntity({
  name: 'StockLocation',
  tableName: 'stock_locations',
  properties: {
    id: p.uuid().primary(),
    code: p.string().length(40).unique(),
    name: p.string().length(120),
    /** 1 comes before 2. */
    priority: p.integer().default(100),
    isDefault: p.boolean().default(false),
    active: p.boolean().default(true),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'stock_locations_default_is_open', expression: 'active or not is_default' }],
  indexes: [
    {
      name: 'stock_locations_one_default',
      expression: 'create unique index stock_locations_one_default on stock_locations (is_default) where is_default',
    },
  ],
});

/**
 * What of a variant's units on hand lies at a location: the sum over the locations is the level's own
 * counter, which alone is asked and moved when buyers hold units. Written only under the level's lock.
 */
export const LocationLevel = defineEntity({
  name: 'LocationLevel',
  tableName: 'location_levels',
  properties: {
    variantId: () => p.manyToOne(Variant).mapToPk().fieldName('variant_id').primary().deleteRule('cascade'),
    locationId: () => p.manyToOne(StockLocation).mapToPk().fieldName('location_id').primary().deleteRule('no action').index(),
    /** Below zero are units that were sold ahead and are owed from here. */
    onHand: p.integer().default(0),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
});

/** Units spoken for. Held by a cart until `expiresAt`, then by the order that the cart became. */
export const Hold = defineEntity({
  name: 'Hold',
  tableName: 'holds',
  properties: {
    id: p.uuid().primary(),
    variantId: () => p.manyToOne(Variant).mapToPk().fieldName('variant_id').deleteRule('cascade'),
    quantity: p.integer(),
    cartId: p.uuid().nullable(),
    orderId: p.uuid().nullable(),
    /** The edit of an order that waits for its difference to be paid. */
    orderEditId: p.uuid().nullable(),
    /** The allocation that the units were taken from; back there they go when the order dies. */
    allocationId: () => p.manyToOne(StockAllocation).mapToPk().fieldName('allocation_id').nullable(),
    /** Whose cart it is, account or guest, as long as a cart holds: what one buyer may keep from others is limited. */
    owner: p.string().length(80).nullable(),
    state: p.enum(['active', 'committed', 'released']).default('active'),
    expiresAt: p.datetime(),
    createdAt: p.datetime().defaultRaw('now()'),
    endedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'holds_quantity', expression: 'quantity > 0' },
    { name: 'holds_one_holder', expression: 'num_nonnulls(cart_id, order_id, order_edit_id) = 1' },
    { name: 'holds_end', expression: `(state = 'active') = (ended_at is null)` },
  ],
  indexes: [
    { name: 'holds_cart_line', expression: `create unique index holds_cart_line on holds (cart_id, variant_id) where state = 'active'` },
    {
      name: 'holds_order_line',
      expression: 'create unique index holds_order_line on holds (order_id, variant_id) where order_id is not null',
    },
    {
      name: 'holds_edit_line',
      expression: 'create unique index holds_edit_line on holds (order_edit_id, variant_id) where order_edit_id is not null',
    },
    { name: 'holds_expiry', expression: `create index holds_expiry on holds (expires_at) where state = 'active' and cart_id is not null` },
    { name: 'holds_by_owner', expression: `create index holds_by_owner on holds (owner) where state = 'active' and cart_id is not null` },
    {
      name: 'holds_active_by_variant',
      expression: `create index holds_active_by_variant on holds (variant_id, expires_at) where state = 'active'`,
    },
  ],
});

/**
 * Units of a variant set apart for one purpose, such as a sale, and not available to carts. What is free
 * here counts as reserved on the stock row; a unit that is taken becomes an order's hold, and the stock
 * row, which every other buyer of the variant needs, is left alone.
 */
export const StockAllocation = defineEntity({
  name: 'StockAllocation',
  tableName: 'stock_allocations',
  properties: {
    id: p.uuid().primary(),
    variantId: () => p.manyToOne(Variant).mapToPk().fieldName('variant_id').index(),
    purpose: p.string().length(200),
    unitsFree: p.integer(),
    createdAt: p.datetime().defaultRaw('now()'),
    closedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'stock_allocations_bounds', expression: 'units_free >= 0' },
    { name: 'stock_allocations_closed', expression: 'closed_at is null or units_free = 0' },
  ],
});

/** Append-only ledger: the sum of a variant's movements is its units on hand. */
export const StockMovement = defineEntity({
  name: 'StockMovement',
  tableName: 'stock_movements',
  properties: {
    id: p.uuid().primary(),
    variantId: () => p.manyToOne(Variant).mapToPk().fieldName('variant_id').deleteRule('cascade'),
    locationId: () => p.manyToOne(StockLocation).mapToPk().fieldName('location_id'),
    kind: p.enum(movementKinds),
    quantity: p.integer(),
    reason: p.string().length(200),
    orderItemId: p.uuid().nullable(),
    /** The return or edit of the order that moved the units; null for the order's own sale and cancellation. */
    changeId: p.uuid().nullable(),
    actor: p.string().length(64),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'stock_movements_not_zero', expression: 'quantity <> 0' },
    { name: 'stock_movements_order_kinds', expression: `(kind in ('sold', 'restocked')) = (order_item_id is not null)` },
    {
      name: 'stock_movements_signs',
      expression: `(kind <> 'sold' or quantity < 0) and (kind not in ('received', 'restocked') or quantity > 0)`,
    },
  ],
  indexes: [
    { name: 'stock_movements_by_variant', properties: ['variantId', 'createdAt'] },
    {
      name: 'stock_movements_once',
      expression:
        'create unique index stock_movements_once on stock_movements (order_item_id, kind, location_id, coalesce(change_id, order_item_id)) where order_item_id is not null',
    },
  ],
});
