/** Inventory events: one per crossed threshold, not one per sale. */
import type { VariantId } from '@cartwright/contracts';
import type { Tx } from '../kernel/index.ts';
import { isLow } from '../read-models/stock-levels.ts';
import type { SoldUnits } from './hold.store.ts';
import type { LockedStock } from './stock.locks.ts';

type Lines = Pick<LockedStock, 'reorderThreshold' | 'backorderLimit' | 'tracked'>;

/**
 * Compares what is free (on hand - reserved) before and after a change of a locked row, or of the thresholds
 * themselves (`next`). Low is measured against the reorder threshold; sold out and back in stock are measured
 * against what a buyer can still get, so that a variant on backorder is not sold
 * out when its own stock is used up, and an untracked one never is.
 */
export const announceCrossings = (
  tx: Tx,
  stock: Lines & Pick<LockedStock, 'productId' | 'variantId'>,
  before: number,
  after: number,
  next: Lines = stock,
): void => {
  const { productId, variantId } = stock;
  const couldBuy = !stock.tracked || before + stock.backorderLimit > 0;
  const canBuy = !next.tracked || after + next.backorderLimit > 0;
  if (!isLow(stock, before) && isLow(next, after))
    tx.outbox.add('inventory.low_stock', variantId, { productId, variantId, available: after });
  if (couldBuy && !canBuy) tx.outbox.add('product.out_of_stock', productId, { productId, variantId });
  if (!couldBuy && canBuy) tx.outbox.add('product.back_in_stock', productId, { productId, variantId, available: after });
};

/** Units that can be sold again: compares each locked row with what it was. */
export const announceReturns = (
  tx: Tx,
  stock: ReadonlyMap<string, LockedStock>,
  back: readonly { variantId: VariantId; quantity: number }[],
): void => {
  for (const { variantId, quantity } of back) {
    const row = stock.get(variantId);
    if (row) announceCrossings(tx, row, row.onHand - row.reserved, row.onHand - row.reserved + quantity);
  }
};

/** The units that orders got, once they were on hand. */
export const announceSales = (tx: Tx, sold: readonly SoldUnits[]): void => {
  for (const [orderId, items] of Map.groupBy(sold, (units) => units.orderId))
    tx.outbox.add('stock.committed', orderId, { orderId, items: items.map(({ variantId, quantity }) => ({ variantId, quantity })) });
};
