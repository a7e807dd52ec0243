import type { Tx } from '../kernel/index.ts';
import { releaseCartHolds } from './cart-hold.store.ts';
import { announceCrossings } from './stock.events.ts';
import { lockStock, type LockedStock } from './stock.locks.ts';

/**
 * Tx step: locks stock rows and releases the units of expired cart holds, and all holds of those that are withdrawn from sale, each hold
 * once. Returns the resulting rows.
 */
export const lockFreedStock = async (
  tx: Tx,
  variantIds: readonly string[],
  withdrawn: readonly string[] = [],
): Promise<Map<string, LockedStock>> => {
  const stock = await lockStock(tx, variantIds);
  const lapsed = await releaseCartHolds(tx, [...stock.keys()], 'lapsed');
  const ended = withdrawn.length === 0 ? [] : await releaseCartHolds(tx, withdrawn, 'all');
  for (const { variantId, reserved } of [...lapsed, ...ended]) {
    const row = stock.get(variantId);
    if (!row) continue;
    announceCrossings(tx, row, row.onHand - row.reserved, row.onHand - reserved);
    stock.set(variantId, { ...row, reserved });
  }
  return stock;
};
