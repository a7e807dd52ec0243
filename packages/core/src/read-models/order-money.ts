/** How much an order's charges and store credit paid, and how much of it is left. */
import type { OrderId } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { expressionBuilder } from 'kysely';
import { sumOf, type Reader } from '../kernel/index.ts';

/** What was paid and what is left of it. */
export interface OrderMoney {
  /** Captured from the order's own charges, and taken from gift cards and store credit. */
  readonly paidCents: number;
  /** Paid and not refunded; pending refunds count as refunded. */
  readonly leftCents: number;
  /** Whether a charge of the order has an open or lost dispute. */
  readonly disputed: boolean;
}

/** Reads how much of an order's money is not refunded. In a transaction the caller has locked the order. */
export const readOrderMoney = ({ db }: Pick<Reader, 'db'>, orderId: OrderId): Promise<OrderMoney> => {
  const charged = db
    .selectFrom('payments')
    .select((eb) => [
      sumOf(eb.ref('capturedCents')).as('paidCents'),
      sumOf(eb('capturedCents', '-', eb.ref('refundClaimedCents'))).as('leftCents'),
      eb.fn.coalesce(eb.fn<boolean>('bool_or', [eb('status', '=', 'disputed')]), eb.lit(false)).as('disputed'),
    ])
    .where('orderId', '=', orderId)
    .where('supersededAt', 'is', null);
  const credit = db
    .selectFrom('order_credits')
    .select((eb) => [sumOf(eb.ref('amountCents')).as('paidCents'), sumOf(eb('amountCents', '-', eb.ref('returnedCents'))).as('leftCents')])
    .where('orderId', '=', orderId);
  return db
    .selectFrom([charged.as('charged'), credit.as('credit')])
    .select((eb) => [
      eb('charged.paidCents', '+', eb.ref('credit.paidCents')).as('paidCents'),
      eb('charged.leftCents', '+', eb.ref('credit.leftCents')).as('leftCents'),
      'charged.disputed',
    ])
    .executeTakeFirstOrThrow();
};

const order = expressionBuilder<Database & { o: Database['orders'] }, 'o'>();
const charges = order
  .selectFrom('payments as p')
  .select(order.lit(1).as('one'))
  .whereRef('p.orderId', '=', 'o.id')
  .where('p.supersededAt', 'is', null);
const credits = order.selectFrom('order_credits as k').select(order.lit(1).as('one')).whereRef('k.orderId', '=', 'o.id');

/** SQL: `orders o` was paid, and nothing is left of it: it must not be shipped. A free order never counts as refunded. */
export const isRefundedOrder = order.and([
  order.or([order.exists(charges.where('p.capturedCents', '>', order.lit(0))), order.exists(credits)]),
  order.not(order.exists(charges.whereRef('p.capturedCents', '>', 'p.refundClaimedCents'))),
  order.not(order.exists(credits.whereRef('k.returnedCents', '<', 'k.amountCents'))),
]);
