import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { recordEndOfPrices } from './price-change.store.ts';
import { removePriceList } from './price-list.store.ts';
import { announcePriceList } from './pricing.changes.ts';
import { lockPriceList } from './pricing.locks.ts';

type C = ShopContract['priceLists'];

/** Removes a price list and its prices; the price history records their end. */
export const deletePriceList = (core: Core, actor: Actor, { id }: z.output<C['delete']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'pricing:write');
  return transact(core, async (tx) => {
    const list = await lockPriceList(tx, id);
    await announcePriceList(tx, id);
    await recordEndOfPrices(tx, actor, id);
    await removePriceList(tx, list);
    return { ok: true };
  });
};
