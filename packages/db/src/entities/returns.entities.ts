/** Returns of ordered units. */
import { returnStatuses } from '@cartwright/contracts';
import { defineEntity, p } from '@mikro-orm/core';
import { Order, OrderItem } from './orders.entities.ts';
import { Refund } from './payments.entities.ts';

/** Units that a buyer wants to return. `refundCents` is calculated when they have arrived. */
export const OrderReturn = defineEntity({
  name: 'OrderReturn',
  tableName: 'order_returns',
  properties: {
    id: p.uuid().primary(),
    orderId: () => p.manyToOne(Order).mapToPk().fieldName('order_id').index(),
    status: p.enum(returnStatuses).default('requested'),
    reasonSealed: p.text(),
    decisionNote: p.text().nullable(),
    requestedBy: p.string().length(64),
    decidedBy: p.string().length(64).nullable(),
    receivedBy: p.string().length(64).nullable(),
    refundCents: p.bigint('number').default(0),
    /** The part of `refundCents` that was returned to gift cards and store credit. */
    storeCreditCents: p.bigint('number').default(0),
    createdAt: p.datetime().defaultRaw('now()'),
    decidedAt: p.datetime().nullable(),
    receivedAt: p.datetime().nullable(),
    /** The date until which units in transit are expected; units that have not arrived by then are written off. */
    dueAt: p.datetime().nullable(),
    writtenOffAt: p.datetime().nullable(),
    writtenOffBy: p.string().length(64).nullable(),
  },
  checks: [
    { name: 'order_returns_money', expression: `refund_cents >= 0 and (refund_cents = 0 or status = 'received')` },
    { name: 'order_returns_credit', expression: 'store_credit_cents between 0 and refund_cents' },
    { name: 'order_returns_decided', expression: `(status = 'requested') = (decided_at is null)` },
    { name: 'order_returns_received', expression: `(status = 'received') = (received_at is not null)` },
    { name: 'order_returns_due', expression: `status <> 'in_transit' or due_at is not null` },
    { name: 'order_returns_written_off', expression: `status <> 'written_off' or written_off_at is not null` },
  ],
  indexes: [
    { name: 'order_returns_newest', expression: 'create index order_returns_newest on order_returns (created_at desc, id desc)' },
    {
      name: 'order_returns_open',
      expression: `create index order_returns_open on order_returns (order_id) where status in ('requested', 'approved')`,
    },
    {
      name: 'order_returns_in_transit',
      expression: `create index order_returns_in_transit on order_returns (due_at) where status = 'in_transit'`,
    },
  ],
});

/** The units of an order line in a return. */
export const OrderReturnLine = defineEntity({
  name: 'OrderReturnLine',
  tableName: 'order_return_lines',
  properties: {
    returnId: () => p.manyToOne(OrderReturn).mapToPk().fieldName('return_id').primary(),
    orderItemId: () => p.manyToOne(OrderItem).mapToPk().fieldName('order_item_id').primary().index(),
    quantity: p.integer(),
    /** Units that arrived, and how many of them were restocked. */
    receivedQuantity: p.integer().default(0),
    restockedQuantity: p.integer().default(0),
    refundCents: p.bigint('number').default(0),
  },
  checks: [
    {
      name: 'order_return_lines_quantities',
      expression: 'quantity > 0 and received_quantity between 0 and quantity and restocked_quantity between 0 and received_quantity',
    },
    { name: 'order_return_lines_money', expression: 'refund_cents >= 0' },
  ],
});

/** The refunds that pay for a return. */
export const OrderReturnRefund = defineEntity({
  name: 'OrderReturnRefund',
  tableName: 'order_return_refunds',
  properties: {
    refundId: () => p.manyToOne(Refund).mapToPk().fieldName('refund_id').primary(),
    returnId: () => p.manyToOne(OrderReturn).mapToPk().fieldName('return_id').index(),
  },
});
