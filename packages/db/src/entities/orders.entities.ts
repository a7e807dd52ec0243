/** Orders as sold. Prices, names and the address are copies, so later changes elsewhere do not affect them. */
import { cancellationReasons, orderEditStatuses, orderLogKinds, orderStatuses, taxRoundings, type TaxAmount } from '@cartwright/contracts';
import { defineEntity, p } from '@mikro-orm/core';
import { User } from './accounts.entities.ts';
import { Cart } from './carts.entities.ts';
import { Product, Variant } from './catalog.entities.ts';

/** An order. */
export const Order = defineEntity({
  name: 'Order',
  tableName: 'orders',
  properties: {
    id: p.uuid().primary(),
    /** Compared byte by byte, so that the unique index also serves searches for the start of a number. */
    orderNumber: p.string().length(32).collation('C').unique(),
    /** The cart that became this order; null for a one-call purchase. */
    cartId: () => p.manyToOne(Cart).mapToPk().fieldName('cart_id').deleteRule('no action').nullable().unique(),
    userId: () => p.manyToOne(User).mapToPk().fieldName('user_id').nullable(),
    /** SHA-256 of the cart token of the guest who ordered; the same token reads the order. */
    guestTokenHash: p.string().length(64).nullable(),
    emailSealed: p.text(),
    emailIndex: p.string().length(64).index(),
    shippingAddressSealed: p.text(),
    status: p.enum(orderStatuses).default('pending'),
    cancellationReason: p.enum(cancellationReasons).nullable(),
    currency: p.character().length(3),
    subtotalCents: p.bigint('number'),
    discountCents: p.bigint('number').default(0),
    shippingCents: p.bigint('number').default(0),
    /** Total tax of lines and shipping. */
    taxCents: p.bigint('number').default(0),
    shippingTaxCents: p.bigint('number').default(0),
    /** Name of the shipping method when the order was placed. */
    shippingMethod: p.string().length(100).nullable(),
    totalCents: p.bigint('number'),
    /** By how much edits have reduced the invoiced and paid total, and the tax in that reduction. */
    creditedCents: p.bigint('number').default(0),
    creditedTaxCents: p.bigint('number').default(0),
    /** The part of the invoiced total that gift cards and store credit paid. */
    storeCreditCents: p.bigint('number').default(0),
    taxIncluded: p.boolean().default(false),
    /** The tax by rate; empty for orders from before it was stored. */
    taxes: p.json<TaxAmount[]>().defaultRaw(`'[]'::jsonb`),
    /** How the tax was rounded; an edit rounds it in the same way. */
    taxRounding: p.enum(taxRoundings).default('line'),
    itemCount: p.integer(),
    /** Units that were shipped. */
    shippedCount: p.integer().default(0),
    /** Units that were returned. */
    returnedCount: p.integer().default(0),
    promoCode: p.string().length(64).nullable(),
    notesSealed: p.text().nullable(),
    /** Actor, endpoint and idempotency key of the checkout that placed the order. */
    checkoutKey: p.string().length(200).unique(),
    /** SHA-256 of the checkout request, salted with its key: distinguishes a repeat from another request with the same key. */
    checkoutFingerprint: p.string().length(64).nullable(),
    placedAt: p.datetime().defaultRaw('now()'),
    expiresAt: p.datetime().nullable(),
    /** Minutes after its first declined payment in which the order can be paid again, as promised when it was placed. */
    paymentRetryMinutes: p.integer().default(15),
    paidAt: p.datetime().nullable(),
    /** When staff deleted the order: lists hide it, its records stay. */
    archivedAt: p.datetime().nullable(),
    /** Whether an earlier version cancelled the order and restocked its shipped units at once. */
    restockedAtCancellation: p.boolean().default(false),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'orders_currency', expression: `currency ~ '^[A-Z]{3}$'` },
    { name: 'orders_payment_retry', expression: 'payment_retry_minutes > 0' },
    { name: 'orders_archived', expression: `archived_at is null or status = 'cancelled'` },
    {
      name: 'orders_money',
      expression:
        'subtotal_cents >= 0 and discount_cents between 0 and subtotal_cents and shipping_cents >= 0 and tax_cents >= 0 and ' +
        'total_cents = subtotal_cents - discount_cents + shipping_cents + case when tax_included then 0 else tax_cents end',
    },
    { name: 'orders_cancellation', expression: `(status = 'cancelled') = (cancellation_reason is not null)` },
    { name: 'orders_paid', expression: `status not in ('confirmed', 'shipped', 'delivered') or paid_at is not null` },
    { name: 'orders_shipping_tax', expression: 'shipping_tax_cents between 0 and tax_cents' },
    { name: 'orders_credited', expression: 'credited_cents >= 0' },
    { name: 'orders_store_credit', expression: 'store_credit_cents between 0 and total_cents + credited_cents' },
    { name: 'orders_not_empty', expression: 'item_count > 0' },
    { name: 'orders_shipped', expression: 'shipped_count between 0 and item_count' },
    { name: 'orders_returned', expression: 'returned_count between 0 and shipped_count' },
  ],
  indexes: [
    { name: 'orders_newest', expression: 'create index orders_newest on orders (placed_at desc, id desc) include (archived_at)' },
    {
      name: 'orders_by_status',
      expression: 'create index orders_by_status on orders (status, placed_at desc, id desc) include (archived_at)',
    },
    { name: 'orders_by_user', expression: 'create index orders_by_user on orders (user_id, placed_at desc) where user_id is not null' },
    { name: 'orders_by_total', expression: 'create index orders_by_total on orders (total_cents, id) include (archived_at)' },
    { name: 'orders_to_ship', expression: `create index orders_to_ship on orders (paid_at) where status = 'confirmed'` },
    { name: 'orders_by_number_end', expression: 'create index orders_by_number_end on orders (right(order_number, 4))' },
    { name: 'orders_unpaid', expression: `create index orders_unpaid on orders (expires_at) where status = 'pending'` },
  ],
});

/** A line of an order. */
export const OrderItem = defineEntity({
  name: 'OrderItem',
  tableName: 'order_items',
  properties: {
    id: p.uuid().primary(),
    orderId: () => p.manyToOne(Order).mapToPk().fieldName('order_id'),
    productId: () => p.manyToOne(Product).mapToPk().fieldName('product_id').index(),
    variantId: () => p.manyToOne(Variant).mapToPk().fieldName('variant_id').index(),
    productName: p.string().length(255),
    variantTitle: p.string().length(255),
    sku: p.string().length(255),
    /** Units currently sold; 0 after staff removed the line. */
    quantity: p.integer(),
    /** Units that were packed into parcels. */
    shippedQuantity: p.integer().default(0),
    /** Units of returns, from the request on; units that are refused or do not arrive are subtracted again. */
    claimedQuantity: p.integer().default(0),
    /** Units that were returned. */
    returnedQuantity: p.integer().default(0),
    unitPriceCents: p.bigint('number'),
    lineTotalCents: p.bigint('number'),
    discountCents: p.bigint('number').default(0),
    taxCents: p.bigint('number').default(0),
    /** The sum of its tax rates; null for lines from before it was stored. */
    taxRatePpm: p.integer().nullable(),
    position: p.integer(),
    /** Whether its units were counted when they were sold. A line keeps this, whatever becomes of its variant. */
    tracked: p.boolean().default(true),
  },
  checks: [
    { name: 'order_items_quantity', expression: 'quantity between 0 and 10000' },
    { name: 'order_items_shipped', expression: 'shipped_quantity between 0 and quantity' },
    {
      name: 'order_items_returned',
      expression: 'returned_quantity >= 0 and returned_quantity <= claimed_quantity and claimed_quantity <= shipped_quantity',
    },
    { name: 'order_items_arithmetic', expression: 'line_total_cents = unit_price_cents * quantity and unit_price_cents >= 0' },
    { name: 'order_items_components', expression: 'discount_cents between 0 and line_total_cents and tax_cents >= 0' },
  ],
  uniques: [{ name: 'order_items_one_line_per_variant', properties: ['orderId', 'variantId'] }],
  indexes: [{ name: 'order_items_by_sku', properties: ['sku', 'orderId'] }],
});

/** One row for each transition, written together with the change of `orders.status`. */
export const OrderStatusChange = defineEntity({
  name: 'OrderStatusChange',
  tableName: 'order_status_changes',
  properties: {
    orderId: () => p.manyToOne(Order).mapToPk().fieldName('order_id').primary(),
    position: p.integer().primary(),
    fromStatus: p.enum(orderStatuses).nullable(),
    toStatus: p.enum(orderStatuses),
    actor: p.string().length(64),
    note: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'order_status_changes_start', expression: `(position = 1) = (from_status is null)` }],
});

/** A parcel of an order. */
export const Shipment = defineEntity({
  name: 'Shipment',
  tableName: 'shipments',
  properties: {
    id: p.uuid().primary(),
    orderId: () => p.manyToOne(Order).mapToPk().fieldName('order_id').index(),
    carrier: p.string().length(60),
    trackingNumber: p.string().length(100),
    trackingUrl: p.string().length(500).nullable(),
    shippedAt: p.datetime().defaultRaw('now()'),
    deliveredAt: p.datetime().nullable(),
  },
});

/** The units of a parcel. */
export const ShipmentLine = defineEntity({
  name: 'ShipmentLine',
  tableName: 'shipment_lines',
  properties: {
    shipmentId: () => p.manyToOne(Shipment).mapToPk().fieldName('shipment_id').primary().updateRule('no action').deleteRule('no action'),
    orderItemId: () =>
      p.manyToOne(OrderItem).mapToPk().fieldName('order_item_id').primary().updateRule('no action').deleteRule('no action').index(),
    quantity: p.integer(),
  },
  checks: [{ name: 'shipment_lines_quantity', expression: 'quantity > 0' }],
});

/** Actions on an order that do not change its state: notes, a new address, an edit. Append-only. */
export const OrderLogEntry = defineEntity({
  name: 'OrderLogEntry',
  tableName: 'order_log',
  properties: {
    id: p.uuid().primary(),
    orderId: () => p.manyToOne(Order).mapToPk().fieldName('order_id').index(),
    kind: p.enum(orderLogKinds),
    actor: p.string().length(64),
    textSealed: p.text(),
    customerVisible: p.boolean().default(false),
    createdAt: p.datetime().defaultRaw('now()'),
  },
});

/**
 * An edit that increases the total of a paid order, stored until the difference is paid. `plan` holds the future lines
 * and totals of the order; personal data is encrypted in a separate column.
 */
export const OrderEdit = defineEntity({
  name: 'OrderEdit',
  tableName: 'order_edits',
  properties: {
    id: p.uuid().primary(),
    orderId: () => p.manyToOne(Order).mapToPk().fieldName('order_id').index(),
    status: p.enum(orderEditStatuses).default('awaiting_payment'),
    plan: p.json<Record<string, unknown>>(),
    shippingAddressSealed: p.text().nullable(),
    reasonSealed: p.text().nullable(),
    differenceCents: p.bigint('number'),
    requestedBy: p.string().length(64),
    createdAt: p.datetime().defaultRaw('now()'),
    expiresAt: p.datetime(),
    decidedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'order_edits_difference', expression: 'difference_cents > 0' },
    { name: 'order_edits_decided', expression: `(status = 'awaiting_payment') = (decided_at is null)` },
  ],
  indexes: [
    {
      name: 'order_edits_one_open',
      expression: `create unique index order_edits_one_open on order_edits (order_id) where status = 'awaiting_payment'`,
    },
    { name: 'order_edits_due', expression: `create index order_edits_due on order_edits (expires_at) where status = 'awaiting_payment'` },
  ],
});

/** How many units one identity has claimed in one scope, such as an item of a sale. Limits are checked against this counter. */
export const PurchaseCount = defineEntity({
  name: 'PurchaseCount',
  tableName: 'purchase_counts',
  properties: {
    scopeId: p.uuid().primary(),
    /** Keyed hash of the customer, address or other identity that counts as one buyer. */
    identity: p.string().length(64).primary(),
    units: p.integer(),
  },
  checks: [{ name: 'purchase_counts_bounds', expression: 'units >= 0' }],
});

/** The claims of an order, released when the order is cancelled or expires. */
export const PurchaseClaim = defineEntity({
  name: 'PurchaseClaim',
  tableName: 'purchase_claims',
  properties: {
    orderId: () => p.manyToOne(Order).mapToPk().fieldName('order_id').primary(),
    scopeId: p.uuid().primary(),
    identity: p.string().length(64).primary(),
    units: p.integer(),
  },
  checks: [{ name: 'purchase_claims_units', expression: 'units > 0' }],
});
