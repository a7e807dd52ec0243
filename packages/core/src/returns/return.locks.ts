/** Every row lock on returns. The order is always locked first. */
import type { OrderId, OrderReturnId, ReturnStatus } from '@cartwright/contracts';
import { sql } from 'kysely';
import { notFound, type Tx } from '../kernel/index.ts';
import { lockOrder, type OrderRow } from '../orders/index.ts';

export interface ReturnRow {
  readonly id: OrderReturnId;
  readonly status: ReturnStatus;
}

/** Locks a return and the order it belongs to. Throws `NOT_FOUND`. */
export const lockReturn = async (tx: Tx, returnId: OrderReturnId): Promise<{ order: OrderRow; back: ReturnRow }> => {
  const owner = await sql<{ orderId: OrderId }>`select order_id as "orderId" from order_returns where id = ${returnId}`.execute(tx.db);
  const orderId = owner.rows[0]?.orderId;
  if (!orderId) throw notFound('This return');
  const order = await lockOrder(tx, orderId);
  const { rows } = await sql<ReturnRow>`select id, status from order_returns where id = ${returnId} for no key update`.execute(tx.db);
  if (!rows[0]) throw notFound('This return');
  return { order, back: rows[0] };
};

/** Tx step on a locked order: locks its returns of which nothing has been received yet, in the order of their ids. */
export const lockOpenReturns = async (tx: Tx, orderId: OrderId): Promise<ReturnRow[]> => {
  const { rows } = await sql<ReturnRow>`
    select id, status from order_returns where order_id = ${orderId} and status in ('requested', 'approved') order by id for no key update`.execute(
    tx.db,
  );
  return rows;
};

/** The fields that every event about a return contains. */
export const returnFacts = (order: OrderRow, returnId: OrderReturnId) => ({
  returnId,
  orderId: order.id,
  orderNumber: order.orderNumber,
  userId: order.userId,
});
