/** An order and its payments: which belong together, and how far the payment of an order is. */
import type { PaymentStatus } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { literals, now, secondsFromNow, type Reader } from '../kernel/index.ts';

/** SQL: the order of the payment with the alias `p`, as columns. */
export const orderOfPayment = sql`
  (select order_number from orders o where o.id = p.order_id) as "orderNumber",
  (select status from orders o where o.id = p.order_id) as "orderStatus"`;

/** SQL: the ids of the orders of some payments, for `any`. */
export const ordersOfPayments = (paymentIds: readonly string[]): RawBuilder<string[]> =>
  sql`array(select order_id from payments where id = any(${paymentIds}::uuid[]))`;

/** How far the payment of an order is. */
export interface OrderPayment {
  /** When the order expires unless it is paid. */
  readonly expiresAt: Date | null;
  /** The status of its last attempt; null without one. */
  readonly last: PaymentStatus | null;
}

/** The time limit and the last attempt of an order; undefined when the order does not exist. */
export const readOrderPayment = ({ db }: Pick<Reader, 'db'>, orderId: string): Promise<OrderPayment | undefined> =>
  db
    .selectFrom('orders as o')
    .select((eb) => [
      'o.expiresAt',
      eb
        .selectFrom('payments as p')
        .select('p.status')
        .whereRef('p.orderId', '=', 'o.id')
        .where('p.orderEditId', 'is', null)
        .where('p.supersededAt', 'is', null)
        .orderBy('p.createdAt', 'desc')
        .orderBy('p.id', 'desc')
        .limit(sql.lit(1))
        .as('last'),
    ])
    .where('o.id', '=', orderId)
    .executeTakeFirst();

/** Whether an order has expired, and whether a call for its payment began less than some seconds ago; undefined when it does not exist. */
export const readPaymentWindow = (
  { db }: Pick<Reader, 'db'>,
  orderId: string,
  callSeconds: number,
): Promise<{ readonly expired: boolean | null; readonly calling: boolean } | undefined> =>
  db
    .selectFrom('orders as o')
    .select(({ eb, exists, selectFrom, lit }) => [
      eb('o.expiresAt', '<=', now).as('expired'),
      exists(
        selectFrom('payments as p')
          .select(lit(1).as('one'))
          .whereRef('p.orderId', '=', 'o.id')
          .where('p.supersededAt', 'is', null)
          .where('p.gatewayPhase', 'in', literals('created', 'calling'))
          .where('p.createdAt', '>', secondsFromNow(-callSeconds)),
      ).as('calling'),
    ])
    .where('o.id', '=', orderId)
    .$castTo<{ expired: boolean | null; calling: boolean }>()
    .executeTakeFirst();
