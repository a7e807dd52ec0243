import type { FlashSale, FlashSaleId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { readFlashSale } from './flash-sale.queries.ts';
import { lockAllocations, lockRunningSale } from './sale.locks.ts';

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
    await lockAllocations(tx, sale);
    const { rows } = await sql<{ id: string }>`
      update flash_sales set paused_at = ${paused ? sql`now()` : null}, version = version + 1, updated_at = now()
      where id = ${saleId} and (paused_at is null) = ${paused} returning id`.execute(tx.db);
    if (rows[0]) tx.outbox.add(paused ? 'flash_sale.paused' : 'flash_sale.resumed', saleId, { saleId });
    return readFlashSale(tx, saleId);
  });
};
