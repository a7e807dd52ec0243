/** Stock counters, the holds behind the reserved units, and the ledger behind the units on hand. */
import { movementKinds } from '@cartwright/contracts';
import { defineEntity, p } from '@mikro-orm/core';
import { Variant } from './catalog.entities.ts';

/** The counters of a variant: units on hand and reserved units. */
export const StockLevel = defineEntity({
  name: 'StockLevel',
  tableName: 'stock_levels',
  properties: {
    variantId: () => p.manyToOne(Variant).mapToPk().fieldName('variant_id').primary(),
    onHand: p.integer().default(0),
    reserved: p.integer().default(0),
    reorderThreshold: p.integer().default(10),
    /** How many units may be sold before they arrive; 0 allows sales of units on hand only. They stay reserved until they arrive. */
    backorderLimit: p.integer().default(0),
    /** How far a forced correction went below the promised units. It allows no sales; it only lets the CHECK accept the shortage. */
    forcedShort: p.integer().default(0),
    /** Whether units are counted. The stock of an untracked variant is not: it can always be bought, and nothing reserves units of it. */
    tracked: p.boolean().default(true),
    version: p.integer().default(1),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'stock_levels_on_hand', expression: 'on_hand >= 0' },
    { name: 'stock_levels_bounds', expression: 'reserved >= 0 and reserved <= on_hand + backorder_limit + forced_short' },
    { name: 'stock_levels_untracked', expression: 'tracked or reserved = 0' },
    { name: 'stock_levels_policies', expression: 'backorder_limit >= 0 and forced_short >= 0 and reorder_threshold >= 0' },
  ],
  indexes: [
    {
      name: 'stock_levels_low',
      expression: 'create index stock_levels_low on stock_levels (variant_id) where on_hand - reserved <= reorder_threshold',
    },
  ],
});

/**
 * A stock location. An order is served from the first one with enough units, by priority; the default one receives units without a
 * location.
 */
export const StockLocation = defineEntity({
  name: 'StockLocation',
  tableName: 'stock_locations',
  properties: {
    id: p.uuid().primary(),
    code: p.string().length(40).unique(),
    name: p.string().length(120),
    /** 1 is served before 2. */
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
 * A variant's units on hand at a location. The sum over the locations equals the counter of the level, which
 * alone is read and changed when buyers hold units. Written only while the level is locked.
 */
export const LocationLevel = defineEntity({
  name: 'LocationLevel',
  tableName: 'location_levels',
  properties: {
    variantId: () => p.manyToOne(Variant).mapToPk().fieldName('variant_id').primary().deleteRule('cascade'),
    locationId: () => p.manyToOne(StockLocation).mapToPk().fieldName('location_id').primary().deleteRule('no action').index(),
    onHand: p.integer().default(0),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'location_levels_on_hand', expression: 'on_hand >= 0' }],
});

/** Reserved units: held by a cart until `expiresAt`, or by the order that the cart became. */
export const Hold = defineEntity({
  name: 'Hold',
  tableName: 'holds',
  properties: {
    id: p.uuid().primary(),
    variantId: () => p.manyToOne(Variant).mapToPk().fieldName('variant_id').deleteRule('cascade'),
    quantity: p.integer(),
    cartId: p.uuid().nullable(),
    orderId: p.uuid().nullable(),
    /** The order edit that waits for its payment. */
    orderEditId: p.uuid().nullable(),
    /** The allocation that the units were taken from; they return to it when the order is cancelled or expires. */
    allocationId: () => p.manyToOne(StockAllocation).mapToPk().fieldName('allocation_id').nullable(),
    /** The account or guest of the cart, while a cart holds the units: the holds of one buyer are limited. */
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
 * Units of a line of a paid order that are backordered: they were sold before they arrived, count as reserved, and are taken from the
 * stock that arrives, the oldest line first.
 */
export const Backorder = defineEntity({
  name: 'Backorder',
  tableName: 'backorders',
  properties: {
    orderId: p.uuid().primary(),
    variantId: () => p.manyToOne(Variant).mapToPk().fieldName('variant_id').primary().deleteRule('no action'),
    /** Units that have not arrived; 0 once all have, or were cancelled. */
    quantity: p.integer(),
    /** When the line was paid. */
    since: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'backorders_quantity', expression: 'quantity >= 0' }],
  indexes: [
    {
      name: 'backorders_by_variant',
      expression: 'create index backorders_by_variant on backorders (variant_id, since, order_id) where quantity > 0',
    },
  ],
});

/**
 * Units of a variant that are allocated to one purpose, such as a sale, and not available to carts. Free units
 * of an allocation count as reserved on the stock row. A sold unit becomes an order's hold without a change of
 * the stock row, which every other buyer of the variant needs.
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
    /** The return or order edit that moved the units; null for the sale and the cancellation of the order. */
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
        'create unique index stock_movements_once on stock_movements ' +
        '(order_item_id, kind, location_id, coalesce(change_id, order_item_id)) where order_item_id is not null',
    },
  ],
});
