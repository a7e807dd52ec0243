import type { Tx } from '../kernel/index.ts';
import type { RestockedLine, StockChange } from './restock-lines.ts';
import { moveOnHand } from './stock.store.ts';
import { lockUnreservedStock, recordSales } from './stock.unreserved.ts';

/**
 * Tx step: sells more units to an order that is paid, from the available stock. Units that are held or allocated
 * are not touched. All or nothing: throws `INSUFFICIENT_STOCK` with what is available.
 */
export const sellMore = async (tx: Tx, lines: readonly RestockedLine[], change: StockChange): Promise<void> => {
  const wanted = lines.filter((line) => line.quantity > 0);
  if (wanted.length === 0) return;
  await lockUnreservedStock(tx, wanted);
  await moveOnHand(
    tx,
    wanted.map(({ variantId, quantity }) => ({ variantId, quantity: -quantity })),
  );
  await recordSales(tx, wanted, change);
};
