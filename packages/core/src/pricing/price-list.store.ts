/** Writes `price_lists`, by its entity, and `price_list_prices`. */
import type { PriceListId, ShopContract, VariantId } from '@cartwright/contracts';
import { PriceList } from '@cartwright/db';
import { sql } from 'kysely';
import type { z } from 'zod';
import { actorName, databaseNow, type Actor, type LockedEntity, type Tx } from '../kernel/index.ts';
import { recordPriceChanges } from './price-change.store.ts';
import { windowDates } from './pricing.changes.ts';

type Terms = z.output<ShopContract['priceLists']['create']['input']>;

/** Tx step: adds a price list and returns its id. */
export const insertPriceList = async (tx: Tx, terms: Terms): Promise<PriceListId> => {
  const id = tx.ids.next<PriceListId>();
  tx.em.create(PriceList, { id, ...terms, ...windowDates(terms) });
  await tx.em.flush();
  return id;
};

/** Tx step: changes the terms of a locked list and increases its version. */
export const changePriceList = async (tx: Tx, list: LockedEntity<typeof PriceList>, terms: Omit<Terms, 'currency'>): Promise<void> => {
  tx.em.assign(list, { ...terms, ...windowDates(terms), updatedAt: databaseNow() });
  await tx.em.flush();
};

/** Tx step: deletes a locked list; the database deletes its prices with it. */
export const removePriceList = async (tx: Tx, list: LockedEntity<typeof PriceList>): Promise<void> => {
  tx.em.remove(list);
  await tx.em.flush();
};

/**
 * Tx step: sets the prices of a locked list, or removes those that are null, and increases its version. Unchanged prices write nothing;
 * the price history records the others, as far as they are the price of a single unit.
 */
export const writeListPrices = async (
  tx: Tx,
  actor: Actor,
  list: LockedEntity<typeof PriceList>,
  prices: readonly { readonly variantId: VariantId; readonly minQuantity: number; readonly priceCents: number | null }[],
): Promise<void> => {
  const id = list.id as PriceListId;
  const { rows: changed } = await sql<{ variant_id: VariantId; price_cents: number | null }>`
      with wanted as (
        select * from unnest(${prices.map((p) => p.variantId)}::uuid[], ${prices.map((p) => p.minQuantity)}::int[],
          ${prices.map((p) => p.priceCents)}::bigint[]) as w(variant_id, min_quantity, price_cents)
      ), changed as (
        select w.* from wanted w
        left join price_list_prices x on x.price_list_id = ${id} and x.variant_id = w.variant_id and x.min_quantity = w.min_quantity
        where w.price_cents is distinct from x.price_cents
      ), written as (
        insert into price_list_prices (price_list_id, variant_id, min_quantity, price_cents)
        select ${id}, variant_id, min_quantity, price_cents from changed where price_cents is not null
        on conflict (price_list_id, variant_id, min_quantity) do update set price_cents = excluded.price_cents
      ), dropped as (
        delete from price_list_prices x using changed c
        where c.price_cents is null and x.price_list_id = ${id} and x.variant_id = c.variant_id and x.min_quantity = c.min_quantity
      )
      select variant_id, price_cents from changed where min_quantity = 1`.execute(tx.db);
  await recordPriceChanges(
    tx,
    actorName(actor),
    changed.map((change) => ({ variantId: change.variant_id, priceCents: change.price_cents, priceListId: id })),
  );
  tx.em.assign(list, { updatedAt: databaseNow() });
  await tx.em.flush();
};
