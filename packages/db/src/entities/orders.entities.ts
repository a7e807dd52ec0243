/** Orders as sold. Prices, names and the address are copies that later edits elsewhere never reach. */
import { cancellationReasons, orderEditStatuses, orderLogKinds, orderStatuses } from '@cartwright/contracts';
import { defineEntity, p } from '@mikro-orm/core';
import { User } from './accounts.entities.ts';
import { Cart } from './carts.entities.ts';
import { Product, Variant } from './catalog.entities.ts';

export const Order = defineEntity({
  name: 'Order',
  tableName: 'orders',
  properties: {
    id: p.uuid().primary(),
    /** Compared byte by byte, so that the unique index also finds by the start of a number. */
    orderNumber: p.string().length(32).collation('C').unique(),
    /** The cart that became this order; none for an order that was bought in one call. */
    cartId: () => p.manyToOne(Cart).mapToPk().fieldName('cart_id').deleteRule('no action').nullable().unique(),
    userId: () => p.manyToOne(User).mapToPk().fieldName('user_id').nullable(),
    /** SHA-256 of the cart token a guest ordered with; the same token reads the order. */
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
    /** All tax: of the lines and of the shipping. */
    taxCents: p.bigint('number').default(0),
    shippingTaxCents: p.bigint('number').default(0),
    /** Name of the shipping method as it was. */
    shippingMethod: p.string().length(100).nullable(),
    totalCents: p.bigint('number'),
    /** By how much edits have made it cheaper than it was invoiced and paid, and the tax in that. */
    creditedCents: p.bigint('number').default(0),
    creditedTaxCents: p.bigint('number').default(0),
    /** The part of what was invoiced that gift cards and account credit paid. */
    storeCreditCents: p.bigint('number').default(0),
    taxIncluded: p.boolean().default(false),
    taxBasisPoints: p.integer().default(0),
    itemCount: p.integer(),
    /** Units that were handed to a carrier. */
    shippedCount: p.integer().default(0),
    /** Units that came back. */
    returnedCount: p.integer().default(0),
    promoCode: p.string().length(64).nullable(),
    notesSealed: p.text().nullable(),
    /** Actor, endpoint and key of the checkout that made it. */
    checkoutKey: p.string().length(200).unique(),
    /** SHA-256 of the checkout request, salted with its key: tells a repeat from another request under the same key. */
    checkoutFingerprint: p.string().length(64).nullable(),
    placedAt: p.datetime().defaultRaw('now()'),
    expiresAt: p.datetime().nullable(),
    /** Minutes after its first declined payment in which it can be paid another way, as promised when it was placed. */
    paymentRetryMinutes: p.integer().default(15),
    paidAt: p.datetime().nullable(),
    /** When staff deleted the order: lists hide it, and its records stay. */
    archivedAt: p.datetime().nullable(),
    /** Cancelled by an earlier version that counted its shipped units as back at once. */
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
        'subtotal_cents >= 0 and discount_cents between 0 and subtotal_cents and shipping_cents >= 0 and tax_cents >= 0 and total_cents = subtotal_cents - discount_cents + shipping_cents + case when tax_included then 0 else tax_cents end',
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
    /** Units sold as of now; 0 once staff took the line out. */
    quantity: p.integer(),
    /** Units that went into parcels. */
    shippedQuantity: p.integer().default(0),
    /** Units that a return speaks for, from its request on; what is refused or does not arrive is taken off again. */
    claimedQuantity: p.integer().default(0),
    /** Units that came back. */
    returnedQuantity: p.integer().default(0),
    unitPriceCents: p.bigint('number'),
    lineTotalCents: p.bigint('number'),
    discountCents: p.bigint('number').default(0),
    taxCents: p.bigint('number').default(0),
    position: p.integer(),
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

/** One row a transition, written by the same statement block that changes `orders.status`. */
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

/** What went into a parcel. */
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

/** What people did with an order beside its states: notes, a new address, an edit. Append-only. */
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
 * A change that makes a paid order dearer, kept until its difference is paid. `plan` holds the lines and sums that the
 * order is to have then; what is personal in it is sealed beside it.
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

/** How many units one identity has claimed within one scope, such as an item of a sale. The counter a limit is checked against. */
export const PurchaseCount = defineEntity({
  name: 'PurchaseCount',
  tableName: 'purchase_counts',
  properties: {
    scopeId: p.uuid().primary(),
    /** Keyed hash of a customer, an address or whatever else counts as one buyer. */
    identity: p.string().length(64).primary(),
    units: p.integer(),
  },
  checks: [{ name: 'purchase_counts_bounds', expression: 'units >= 0' }],
});

/** What an order counts for, given back when the order dies. */
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
