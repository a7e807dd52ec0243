import { sql } from 'kysely';
import { moveHoldsOfOrder } from '../inventory/index.ts';
import type { Tx } from '../kernel/index.ts';
import type { OrderRow } from './order.locks.ts';

/**
 * Tx step on a locked order whose payment was declined. A pending order ends `payment_retry_minutes` after its first decline, and
 * never later than it would have ended anyway; further declines change nothing. Its holds end with it.
 */
export const shortenPaymentTime = async (tx: Tx, { id }: Pick<OrderRow, 'id'>): Promise<void> => {
  const { rows } = await sql<{ expiresAt: Date }>`
    update orders set expires_at = now() + make_interval(mins => payment_retry_minutes), updated_at = now()
    where id = ${id} and status = 'pending' and expires_at > now() + make_interval(mins => payment_retry_minutes)
    returning expires_at as "expiresAt"`.execute(tx.db);
  if (rows[0]) await moveHoldsOfOrder(tx, id, rows[0].expiresAt);
};
