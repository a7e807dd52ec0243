/** What inventory announces when a counter crosses a line: once per crossing, not once per sale. */
import type { Tx } from '../kernel/index.ts';
import type { LockedStock } from './stock.locks.ts';

/** Compares what could be sold before and after a change of a locked row. */
export const announceCrossings = (
  tx: Tx,
  stock: Pick<LockedStock, 'productId' | 'variantId' | 'reorderThreshold'>,
  availableBefore: number,
  availableAfter: number,
): void => {
  const { productId, variantId, reorderThreshold } = stock;
  if (availableBefore > reorderThreshold && availableAfter <= reorderThreshold)
    tx.outbox.add('inventory.low_stock', variantId, { productId, variantId, available: availableAfter });
  if (availableBefore > 0 && availableAfter <= 0) tx.outbox.add('product.out_of_stock', productId, { productId, variantId });
};
