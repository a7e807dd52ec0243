import type { FlashSale, FlashSaleId, FlashSaleItemId } from '@cartwright/contracts';
import { changeAllocation } from '../inventory/index.ts';
import { notFound, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { findSaleItem, readFlashSale } from './flash-sale.queries.ts';
import { moveAllocatedUnits } from './flash-sale.store.ts';
import { lockRunningSale } from './sale.locks.ts';

/**
 * Moves units between the available stock and a sale, also while it runs. Throws `INSUFFICIENT_STOCK` when the stock
 * has too few, `STOCK_BELOW_RESERVED` when more would be taken away than are free.
 */
export const adjustSaleUnits = (
  core: Core,
  actor: Actor,
  { itemId, delta }: { itemId: FlashSaleItemId; delta: number },
): Promise<FlashSale> => {
  requireScope(actor, 'flash-sales:manage');
  return transact(
    core,
    { once: { answers: true, subject: ({ id }) => id, again: (tx, { subject }) => readFlashSale(tx, subject as FlashSaleId) } },
    async (tx) => {
      const item = await findSaleItem(tx, itemId);
      if (!item) throw notFound('This flash sale item', itemId);
      await lockRunningSale(tx, item.saleId);
      await changeAllocation(tx, { id: itemId, variantId: item.variantId }, delta);
      await moveAllocatedUnits(tx, itemId, delta);
      tx.outbox.add('flash_sale.updated', item.saleId, { saleId: item.saleId });
      return readFlashSale(tx, item.saleId);
    },
  );
};
