/** Every row lock on returns. The order is always locked first. */
import type { OrderId, OrderReturnId, ReturnStatus } from '@cartwright/contracts';
import { sql } from 'kysely';
import { notFound, type Tx } from '../kernel/index.ts';
import { lockOrder, type OrderRow } from '../orders/index.ts';

/** A locked return. */
export interface ReturnRow {
  readonly id: OrderReturnId;
  readonly status: ReturnStatus;
}

const selectReturns = ({ db }: Pick<Tx, 'db'>) =>
  db.selectFrom('order_returns').select(['id', 'status']).$narrowType<{ id: OrderReturnId }>();

/** Locks a return and the order it belongs to. Throws `NOT_FOUND`. */
export const lockReturn = async (tx: Tx, returnId: OrderReturnId): Promise<{ order: OrderRow; back: ReturnRow }> => {
  const owner = await tx.db.selectFrom('order_returns').select('orderId').where('id', '=', returnId).executeTakeFirst();
  if (!owner) throw notFound('This return', returnId);
  const order = await lockOrder(tx, owner.orderId);
  const back = await selectReturns(tx).where('id', '=', returnId).forNoKeyUpdate().executeTakeFirst();
  if (!back) throw notFound('This return', returnId);
  return { order, back };
};

/** Tx step on a locked order: locks its returns of which nothing has been received yet, in the order of their ids. */
export const lockOpenReturns = (tx: Tx, orderId: OrderId): Promise<ReturnRow[]> =>
  selectReturns(tx)
    .where('orderId', '=', orderId)
    .where('status', 'in', [sql.lit<ReturnStatus>('requested'), sql.lit<ReturnStatus>('approved')])
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
