/** Invoices and credit notes: numbered without gaps, never changed after they are issued. */
import { defineEntity, p } from '@mikro-orm/core';
import { Order, OrderEdit } from './orders.entities.ts';
import { Refund } from './payments.entities.ts';
import { StoreCreditMovement } from './store-credit.entities.ts';

/** The last number of a series, such as `INV-2026`. Its row lock keeps the numbers free of gaps. */
export const InvoiceSeries = defineEntity({
  name: 'InvoiceSeries',
  tableName: 'invoice_series',
  properties: { series: p.string().length(20).primary(), lastNumber: p.integer().default(0) },
  checks: [{ name: 'invoice_series_number', expression: 'last_number >= 0' }],
});

/** An invoice of an order or of an edit. */
export const Invoice = defineEntity({
  name: 'Invoice',
  tableName: 'invoices',
  properties: {
    id: p.uuid().primary(),
    series: p.string().length(20),
    sequence: p.integer(),
    number: p.string().length(32).unique(),
    orderId: () => p.manyToOne(Order).mapToPk().fieldName('order_id').index(),
    /** The order edit whose additional amount is invoiced; null for the invoice of the original order. */
    orderEditId: () => p.manyToOne(OrderEdit).mapToPk().fieldName('order_edit_id').deleteRule('no action').nullable().unique(),
    currency: p.character().length(3),
    netCents: p.bigint('number'),
    taxCents: p.bigint('number'),
    totalCents: p.bigint('number'),
    issuedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'invoices_currency', expression: `currency ~ '^[A-Z]{3}$'` },
    {
      name: 'invoices_money',
      expression:
        'total_cents >= 0 and total_cents = net_cents + tax_cents and (order_edit_id is not null or (net_cents >= 0 and tax_cents >= 0))',
    },
  ],
  uniques: [{ name: 'invoices_sequence_unique', properties: ['series', 'sequence'] }],
  indexes: [
    {
      name: 'invoices_one_per_order',
      expression: 'create unique index invoices_one_per_order on invoices (order_id) where order_edit_id is null',
    },
    { name: 'invoices_newest', expression: 'create index invoices_newest on invoices (issued_at desc, id desc)' },
  ],
});

/** A credit note: it corrects the invoices of an order. */
export const CreditNote = defineEntity({
  name: 'CreditNote',
  tableName: 'credit_notes',
  properties: {
    id: p.uuid().primary(),
    series: p.string().length(20),
    sequence: p.integer(),
    number: p.string().length(32).unique(),
    invoiceId: () => p.manyToOne(Invoice).mapToPk().fieldName('invoice_id').index(),
    refundId: () => p.manyToOne(Refund).mapToPk().fieldName('refund_id').deleteRule('no action').nullable().unique(),
    /** The ledger movement that returned credit. */
    movementId: () => p.manyToOne(StoreCreditMovement).mapToPk().fieldName('movement_id').deleteRule('no action').nullable().unique(),
    /** The credit note that this one reverses, because its refund failed after it had been processed. */
    reversesId: p.uuid().nullable().unique(),
    totalCents: p.bigint('number'),
    issuedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'credit_notes_total', expression: 'total_cents > 0' },
    { name: 'credit_notes_one_cause', expression: 'num_nonnulls(refund_id, movement_id, reverses_id) = 1' },
  ],
  uniques: [{ name: 'credit_notes_sequence_unique', properties: ['series', 'sequence'] }],
});
