/** What is left of the money that was paid for an order, and whether the order counts as refunded. */
import type { OrderId } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { expressionBuilder, type SqlBool } from 'kysely';
import { sumOf, type Reader } from '../kernel/index.ts';

/** What is left of what was paid. */
export interface OrderMoney {
  /** Paid by charges and store credit, and not refunded; pending refunds count as refunded. */
  readonly leftCents: number;
  /** Whether a charge of the order has an open or lost dispute. */
  readonly disputed: SqlBool;
  /** Whether everything that was paid is refunded, so that it must not be shipped. */
  readonly refunded: SqlBool;
}

const order = expressionBuilder<Database & { o: Database['orders'] }, 'o'>();
const charges = order
  .selectFrom('payments as p')
  .select(order.lit(1).as('one'))
  .whereRef('p.orderId', '=', 'o.id')
  .where('p.supersededAt', 'is', null);
const credits = order.selectFrom('order_credits as k').select(order.lit(1).as('one')).whereRef('k.orderId', '=', 'o.id');

/**
 * SQL: `orders o` was paid, and nothing is left of it: it must not be shipped. An order that costs nothing, also after an edit, never
 * counts as refunded.
 */
export const isRefundedOrder = order.and([
  order('o.totalCents', '>', order.lit(0)),
  order.or([order.exists(charges.where('p.capturedCents', '>', order.lit(0))), order.exists(credits)]),
  order.not(order.exists(charges.whereRef('p.capturedCents', '>', 'p.refundClaimedCents'))),
  order.not(order.exists(credits.whereRef('k.returnedCents', '<', 'k.amountCents'))),
]);

/** Reads what is left of an order's money. In a transaction the caller has locked the order. */
export const readOrderMoney = ({ db }: Pick<Reader, 'db'>, orderId: OrderId): Promise<OrderMoney> => {
  const left = db
    .selectFrom('payments')
    .select((eb) => sumOf(eb('capturedCents', '-', eb.ref('refundClaimedCents'))).as('cents'))
    .where('orderId', '=', orderId)
    .where('supersededAt', 'is', null);
  const credit = db
    .selectFrom('order_credits')
    .select((eb) => sumOf(eb('amountCents', '-', eb.ref('returnedCents'))).as('cents'))
    .where('orderId', '=', orderId);
  return db
    .selectFrom('orders as o')
    .innerJoin(left.as('left'), (join) => join.onTrue())
    .innerJoin(credit.as('credit'), (join) => join.onTrue())
    .select((eb) => [
      eb('left.cents', '+', eb.ref('credit.cents')).as('leftCents'),
      eb.exists(charges.where('p.status', '=', 'disputed')).as('disputed'),
      isRefundedOrder.as('refunded'),
    ])
    .where('o.id', '=', orderId)
    .executeTakeFirstOrThrow();
};
