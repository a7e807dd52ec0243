import { moveHoldsOfOrder } from '../inventory/index.ts';
import type { Tx } from '../kernel/index.ts';
import type { OrderRow } from './order.row.ts';
import { shortenExpiry, type NewExpiry } from './order-change.store.ts';

/**
 * Tx step on a locked order whose payment was declined. A pending order ends `payment_retry_minutes` after its first decline, and
 * never later than it would have ended anyway; further declines change nothing. Its holds end with it. Returns the new expiry; null when
 * nothing changed.
 */
export const shortenPaymentTime = async (tx: Tx, { id }: Pick<OrderRow, 'id'>): Promise<NewExpiry | null> => {
  const changed = await shortenExpiry(tx, id);
  if (changed) await moveHoldsOfOrder(tx, id, changed.expiresAt);
  return changed;
};
