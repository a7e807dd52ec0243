import type { ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { actorName, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { announcePriceList } from './price-list.store.ts';
import { lockPriceList } from './pricing.locks.ts';

type C = ShopContract['priceLists'];

/** Removes a price list and its prices; the price history records their end. */
export const removePriceList = (core: Core, actor: Actor, { id }: z.output<C['remove']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'pricing:write');
  return transact(core, async (tx) => {
    await lockPriceList(tx, id);
    await announcePriceList(tx, id);
    await sql`
      insert into price_changes (id, variant_id, price_cents, price_list_id, changed_by)
      select gen_random_uuid(), variant_id, null, price_list_id, ${actorName(actor)} from price_list_prices where price_list_id = ${id} and min_quantity = 1`.execute(
      tx.db,
    );
    await tx.db.deleteFrom('price_lists').where('id', '=', id).execute();
    return { ok: true };
  });
};
