import type { FlashSale, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, requireScope, transact, versionMismatch, type Actor, type Core } from '../kernel/index.ts';
import { assertSaleWindow } from './create-flash-sale.ts';
import { readFlashSale } from './flash-sale.queries.ts';
import { changeFlashSale } from './flash-sale.store.ts';
import { lockPurchases, lockRunningSale } from './sale.locks.ts';

/**
 * Changes a sale that has not ended. Purchases after the response follow the new rules. Throws `VERSION_MISMATCH` when
 * somebody else changed it first, `SALE_STARTED` for a new start of a sale that has begun.
 */
export const updateFlashSale = (
  core: Core,
  actor: Actor,
  input: z.output<ShopContract['flashSales']['update']['input']>,
): Promise<FlashSale> => {
  requireScope(actor, 'flash-sales:manage');
  return transact(core, async (tx) => {
    const sale = await lockRunningSale(tx, input.saleId);
    if (sale.version !== input.version) throw versionMismatch('this flash sale', input.version, sale.version);
    if (input.startsAt !== undefined && sale.state !== 'scheduled')
      throw new DomainError('SALE_STARTED', 'The flash sale has started, so its start time cannot be changed.', {
        details: { state: sale.state },
      });
    if (input.startsAt !== undefined || input.endsAt !== undefined)
      await assertSaleWindow(tx, input.startsAt ?? sale.startsAt, input.endsAt ?? sale.endsAt);
    await lockPurchases(tx, sale);
    await changeFlashSale(tx, sale.id, input);
    tx.outbox.add('flash_sale.updated', sale.id, { saleId: sale.id });
    return readFlashSale(tx, sale.id);
  });
};
