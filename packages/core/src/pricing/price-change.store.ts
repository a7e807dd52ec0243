/** Writes `price_changes`, the price history of variants, from which the lowest price of 30 days is calculated (Directive 98/6/EC). */
import type { PriceListId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { actorName, insertRows, type Actor, type Tx } from '../kernel/index.ts';

/** Tx step: records new base prices of variants. Prices of price lists are recorded where they are set. */
export const recordPriceChanges = (
  tx: Tx,
  changedBy: string,
  changes: readonly { readonly variantId: VariantId; readonly priceCents: number }[],
): Promise<void> =>
  insertRows(
    tx,
    'price_changes',
    changes.map(({ variantId, priceCents }) => ({
      id: tx.ids.next(),
      variantId,
      priceCents,
      changedBy,
    })),
  );

/** Tx step: records the end of all prices of a price list that is about to be removed. */
export const recordEndOfPrices = async (tx: Tx, actor: Actor, id: PriceListId): Promise<void> => {
  await sql`
      insert into price_changes (id, variant_id, price_cents, price_list_id, changed_by)
      select gen_random_uuid(), variant_id, null, price_list_id, ${actorName(actor)} from price_list_prices where price_list_id = ${id} and min_quantity = 1`.execute(
    tx.db,
  );
};
