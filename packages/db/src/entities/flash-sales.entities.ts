/** Flash sales: their period, items and prices, purchases and waiting rooms. */
import { defineEntity, p } from '@mikro-orm/core';
import { Variant } from './catalog.entities.ts';
import { StockAllocation } from './inventory.entities.ts';
import { Order } from './orders.entities.ts';

/** A flash sale. */
export const FlashSale = defineEntity({
  name: 'FlashSale',
  tableName: 'flash_sales',
  properties: {
    id: p.uuid().primary(),
    name: p.string().length(200),
    startsAt: p.datetime(),
    endsAt: p.datetime(),
    pausedAt: p.datetime().nullable(),
    closedAt: p.datetime().nullable(),
    /** Minutes until an unpaid order expires and its units return to the sale. */
    paymentWindowMinutes: p.integer().default(2),
    /** Minutes after its first declined payment in which an order can be paid again, within the payment window. */
    paymentRetryMinutes: p.integer().default(2),
    /** Whether buyers need an admission from the waiting room. */
    waitingRoom: p.boolean().default(false),
    /** Maximum number of buyers admitted a second. */
    admitPerSecond: p.integer().default(50),
    /** How long an admission is valid. */
    minutesInside: p.integer().default(5),
    /** By how much admissions may exceed the free units, in hundredths of a percent. */
    overbookingBasisPoints: p.integer().default(5000),
    version: p.integer().default(1),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'flash_sales_window', expression: 'ends_at > starts_at' },
    { name: 'flash_sales_payment_retry', expression: 'payment_retry_minutes > 0' },
    { name: 'flash_sales_admission', expression: 'admit_per_second > 0 and minutes_inside > 0 and overbooking_basis_points >= 0' },
  ],
  indexes: [{ name: 'flash_sales_open', expression: 'create index flash_sales_open on flash_sales (starts_at) where closed_at is null' }],
});

/** One variant of a sale. Its id is also the id of its stock allocation, the one hot row of the sale. */
export const FlashSaleItem = defineEntity({
  name: 'FlashSaleItem',
  tableName: 'flash_sale_items',
  properties: {
    id: () => p.manyToOne(StockAllocation).mapToPk().fieldName('id').primary(),
    saleId: () => p.manyToOne(FlashSale).mapToPk().fieldName('sale_id'),
    variantId: () => p.manyToOne(Variant).mapToPk().fieldName('variant_id').index(),
    position: p.integer(),
    salePriceCents: p.bigint('number'),
    currency: p.character().length(3),
    unitsAllocated: p.integer(),
    limitPerCustomer: p.integer().nullable(),
    limitPerAddress: p.integer().nullable(),
  },
  checks: [
    { name: 'flash_sale_items_currency', expression: `currency ~ '^[A-Z]{3}$'` },
    { name: 'flash_sale_items_price', expression: 'sale_price_cents >= 0' },
    { name: 'flash_sale_items_units', expression: 'units_allocated >= 0' },
    {
      name: 'flash_sale_items_limits',
      expression: 'coalesce(limit_per_customer, 1) > 0 and coalesce(limit_per_address, 1) > 0',
    },
  ],
  uniques: [{ name: 'flash_sale_items_one_per_variant', properties: ['saleId', 'variantId'] }],
});

/** A purchase from a sale with its idempotency key: a repeat with the same key finds the order. */
export const FlashPurchase = defineEntity({
  name: 'FlashPurchase',
  tableName: 'flash_purchases',
  properties: {
    orderId: () => p.manyToOne(Order).mapToPk().fieldName('order_id').primary(),
    itemId: () => p.manyToOne(FlashSaleItem).mapToPk().fieldName('item_id').index(),
    requestKey: p.string().length(160).unique(),
    fingerprint: p.string().length(64),
    quantity: p.integer(),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'flash_purchases_quantity', expression: 'quantity > 0' }],
});

/** The waiting room of a sale: how many buyers joined, and how many were admitted. */
export const WaitingRoom = defineEntity({
  name: 'WaitingRoom',
  tableName: 'waiting_rooms',
  properties: {
    saleId: () => p.manyToOne(FlashSale).mapToPk().fieldName('sale_id').primary(),
    lastNumber: p.bigint('number').default(0),
    admittedThrough: p.bigint('number').default(0),
    tickedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'waiting_rooms_order', expression: 'admitted_through between 0 and last_number' }],
});

/** One buyer's place in the waiting room; the number is the order of arrival. */
export const WaitingPlace = defineEntity({
  name: 'WaitingPlace',
  tableName: 'waiting_places',
  properties: {
    id: p.uuid().primary(),
    saleId: () => p.manyToOne(FlashSale).mapToPk().fieldName('sale_id'),
    /** Keyed hash of the account or e-mail address; each has one place. */
    identity: p.string().length(64),
    number: p.bigint('number'),
    joinedAt: p.datetime().defaultRaw('now()'),
    admittedAt: p.datetime().nullable(),
    admittedUntil: p.datetime().nullable(),
    usedAt: p.datetime().nullable(),
  },
  checks: [
    { name: 'waiting_places_admission', expression: '(admitted_at is null) = (admitted_until is null)' },
    { name: 'waiting_places_use', expression: 'used_at is null or admitted_at is not null' },
  ],
  uniques: [
    { name: 'waiting_places_one_per_buyer', properties: ['saleId', 'identity'] },
    { name: 'waiting_places_number', properties: ['saleId', 'number'] },
  ],
  indexes: [
    {
      name: 'waiting_places_inside',
      expression:
        'create index waiting_places_inside on waiting_places (sale_id, admitted_until) where admitted_at is not null and used_at is null',
    },
  ],
});
