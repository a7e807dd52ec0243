/** Every row lock on orders. */
import type { CartId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { notFound, type Actor, type LockWaitPolicy, type Tx } from '../kernel/index.ts';
import { ordersOfPayments } from '../read-models/order-payment.ts';
import { orderColumns, type OrderRow } from './order.row.ts';

/**
 * Locks an order, whoever it belongs to: the caller checks that with `assertMaySee`. Throws `NOT_FOUND`; the actor only decides which hint
 * the error has, so that it is the one of `assertMaySee`.
 */
export const lockOrder = async (tx: Tx, orderId: string, actor?: Actor): Promise<OrderRow> => {
  const { rows } = await sql<OrderRow>`select ${orderColumns} from orders where id = ${orderId} for no key update`.execute(tx.db);
  if (!rows[0]) throw notFound('This order', orderId, actor);
  return rows[0];
};

/** Locks the order that a cart became, if it did. The caller has locked the cart. */
export const lockOrderOfCart = async (tx: Tx, cartId: CartId): Promise<OrderRow | null> => {
  const { rows } = await sql<OrderRow>`select ${orderColumns} from orders where cart_id = ${cartId} for no key update`.execute(tx.db);
  return rows[0] ?? null;
};

/** Locks the order that a payment is for; the payment may be locked next. Throws `NOT_FOUND`. */
export const lockOrderOfPayment = async (tx: Tx, paymentId: string): Promise<OrderRow> => {
  const [order] = await lockOrdersOfPayments(tx, [paymentId], { skipLocked: false });
  if (!order) throw notFound('This payment', paymentId);
  return order;
};

/** Locks the orders of several payments, in the order of their ids; with `skipLocked` those that no other transaction has locked. */
export const lockOrdersOfPayments = async (tx: Tx, paymentIds: readonly string[], { skipLocked }: LockWaitPolicy): Promise<OrderRow[]> => {
  const { rows } = await sql<OrderRow>`
    select ${orderColumns} from orders where id = any(${ordersOfPayments(paymentIds)})
    order by id for no key update${skipLocked ? sql` skip locked` : sql``}`.execute(tx.db);
  return rows;
};
