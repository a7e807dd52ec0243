import type { OrderId } from '@cartwright/contracts';
import type { Tx } from '../kernel/index.ts';
import { withdrawBackorders } from './backorder.store.ts';
import { restockLocked, type RestockedLine, type StockChange } from './restock-lines.ts';
import { announceReturns } from './stock.events.ts';
import { lockStock, type LockedStock } from './stock.locks.ts';
import { canBeAwaited } from './supply-backorders.ts';

/**
 * Tx step: takes units of order lines that were never shipped back: first those that are backordered, which no longer are; the others
 * return into stock, see `restockLines`. The caller has locked the order.
 */
export const returnUnshipped = async (tx: Tx, orderId: OrderId, lines: readonly RestockedLine[], change: StockChange): Promise<void> => {
  const coming = lines.filter((line) => line.quantity > 0);
  if (coming.length === 0) return;
  const stock = await lockStock(
    tx,
    coming.map((line) => line.variantId),
  );
  // Lines of an order begin to wait under its lock, so the lock of the levels has seen those of this one.
  const waiting = coming.filter(({ variantId }) => canBeAwaited(stock.get(variantId)));
  const withdrawn = waiting.length > 0 ? await withdrawBackorders(tx, orderId, waiting) : [];
  announceReturns(tx, stock, withdrawn);
  const units = new Map(withdrawn.map(({ variantId, quantity }) => [variantId, quantity]));
  const now = new Map<string, LockedStock>(
    [...stock].map(([id, level]) => [id, { ...level, reserved: level.reserved - (units.get(level.variantId) ?? 0) }]),
  );
  const sold = coming.map((line) => ({ ...line, quantity: line.quantity - (units.get(line.variantId) ?? 0) }));
  await restockLocked(tx, now, sold, change);
};
