import type { OrderId } from '@cartwright/contracts';
import type { Tx } from '../kernel/index.ts';
import { lockStock } from './stock.locks.ts';
import { supplyBackorders } from './supply-backorders.ts';

/**
 * Tx step for an order that gets units again, because its refund failed: units that arrived while it was refunded may still be there. They
 * go to the oldest line that waits. The caller has locked the order.
 */
export const supplyOrder = async (tx: Tx, orderId: OrderId): Promise<void> => {
  const waiting = await tx.db
    .selectFrom('backorders')
    .select('variantId')
    .where('orderId', '=', orderId)
    .where('quantity', '>', ({ lit }) => lit(0))
    .execute();
  if (waiting.length === 0) return;
  const stock = await lockStock(
    tx,
    waiting.map(({ variantId }) => variantId),
  );
  await supplyBackorders(
    tx,
    [...stock.values()].map(({ variantId }) => variantId),
  );
};
