import type { FlashSale, FlashSaleId } from '@cartwright/contracts';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { readFlashSale } from './flash-sale.queries.ts';
import { setSalePaused } from './flash-sale.store.ts';
import { lockPurchases, lockRunningSale } from './sale.locks.ts';

/** Pauses a sale at once: nothing is sold after this returns. Pausing twice changes nothing. */
export const pauseFlashSale = (core: Core, actor: Actor, { saleId }: { saleId: FlashSaleId }): Promise<FlashSale> =>
  setPaused(core, actor, saleId, true);

/** Resumes a paused sale within its window. */
export const resumeFlashSale = (core: Core, actor: Actor, { saleId }: { saleId: FlashSaleId }): Promise<FlashSale> =>
  setPaused(core, actor, saleId, false);

const setPaused = (core: Core, actor: Actor, saleId: FlashSaleId, paused: boolean): Promise<FlashSale> => {
  requireScope(actor, 'flash-sales:manage');
  return transact(core, async (tx) => {
    const sale = await lockRunningSale(tx, saleId);
    await lockPurchases(tx, sale);
    if (await setSalePaused(tx, saleId, paused)) tx.outbox.add(paused ? 'flash_sale.paused' : 'flash_sale.resumed', saleId, { saleId });
    return readFlashSale(tx, saleId);
  });
};
