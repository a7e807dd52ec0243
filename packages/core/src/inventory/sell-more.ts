import type { Tx } from '../kernel/index.ts';
import type { RestockedLine, StockChange } from './restock-lines.ts';
import { moveOnHand } from './stock.store.ts';
import { lockUnreservedStock, recordSales, type UnitsOfLine } from './stock.unreserved.ts';

/** Units of an order line that are sold, counted or not. */
export interface SoldLine extends RestockedLine, UnitsOfLine {}

/**
 * Tx step: sells more units to an order that is paid, from the available stock. Units that are held or allocated
 * are not touched, and no counter moves for untracked lines. All or nothing: throws `INSUFFICIENT_STOCK` with what is available, and
 * `STOCK_TRACKING_CHANGED`.
 */
export const sellMore = async (tx: Tx, lines: readonly SoldLine[], change: StockChange): Promise<void> => {
  const wanted = lines.filter((line) => line.quantity > 0);
  if (wanted.length === 0) return;
  const tracked = await lockUnreservedStock(tx, wanted);
  if (tracked.length === 0) return;
  await moveOnHand(
    tx,
    tracked.map(({ variantId, quantity }) => ({ variantId, quantity: -quantity })),
  );
  await recordSales(tx, tracked, change);
};
