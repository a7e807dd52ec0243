import type { FlashSale, FlashSaleId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { closeAllocations } from '../inventory/index.ts';
import { now, requireScope, system, transact, workOff, type Actor, type Core } from '../kernel/index.ts';
import { readFlashSale } from './flash-sale.queries.ts';
import { closeFlashSale } from './flash-sale.store.ts';
import { lockSale } from './sale.locks.ts';

/** Ends a sale for good and returns its free units to stock. Ending twice changes nothing. */
export const endFlashSale = (core: Core, actor: Actor, { saleId }: { saleId: FlashSaleId }): Promise<FlashSale> => {
  requireScope(actor, 'flash-sales:manage');
  return transact(core, async (tx) => {
    const sale = await lockSale(tx, saleId);
    if (sale.closedAt === null) {
      await closeAllocations(tx, sale.items);
      await closeFlashSale(tx, saleId);
      tx.outbox.add('flash_sale.ended', saleId, { saleId });
    }
    return readFlashSale(tx, saleId);
  });
};

/** Ends overdue sales, in random order, so that a sale that cannot be ended does not delay the others. Returns how many. */
export const endOverdueSales = async (core: Core): Promise<number> => {
  const overdue = await core.db
    .selectFrom('flash_sales')
    .select('id')
    .where('closedAt', 'is', null)
    .where('endsAt', '<=', now)
    .orderBy(({ fn }) => fn('random'))
    .limit(sql.lit(100))
    .$narrowType<{ id: FlashSaleId }>()
    .execute();
  return workOff(core, overdue, { what: 'the end of a sale', atOnce: 1 }, async ({ id }) => {
    await endFlashSale(core, system('sale clock'), { saleId: id });
    return true;
  });
};
