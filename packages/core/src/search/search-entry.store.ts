/**
 * Writes the tables `search_entries`, `search_queue` and `search_words`. Triggers on products, variants and stock write entries and queue
 * too.
 */
import type { ProductId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';
import { entryFlags } from '../read-models/in-stock.ts';

/** Tx step: takes the oldest queued products; one may be among them more than once. Rows that another worker is taking are skipped. */
export const takeQueued = async (tx: Tx, limit: number): Promise<ProductId[]> => {
  const { rows } = await sql<{ taken: ProductId }>`
    delete from search_queue where id in (select id from search_queue order by id limit ${limit} for update skip locked)
    returning product_id as taken`.execute(tx.db);
  return rows.map(({ taken }) => taken);
};

/** Tx step: adds the words of products to the known words. */
export const insertWordsOf = async (tx: Tx, productIds: readonly ProductId[]): Promise<void> => {
  await sql`
    insert into search_words (word) select distinct left(w, 64) as word
    from search_entries e,
      regexp_split_to_table(search_text(concat_ws(' ', e.name, e.brand, array_to_string(e.tags || e.options, ' '))), '[ -]') w
    where e.product_id = any(${productIds}::uuid[]) and length(w) > 2 and w !~ '[0-9~]' order by word on conflict do nothing`.execute(
    tx.db,
  );
};

/** Tx step: sets the stock flag of products by their units. Returns the number of entries that changed. */
export const refreshInStock = async (tx: Tx, productIds: readonly ProductId[]): Promise<number> => {
  const { numUpdatedRows } = await tx.db
    .updateTable('search_entries as e')
    .from(entryFlags(productIds))
    .set((eb) => ({ inStock: eb.ref('s.inStock') }))
    .whereRef('e.productId', '=', 's.productId')
    .whereRef('e.inStock', '<>', 's.inStock')
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
};

/** Tx step: rebuilds the entries of products by the function that the triggers call. */
export const rebuildEntries = async (tx: Tx, productIds: readonly ProductId[]): Promise<void> => {
  await tx.db.selectNoFrom((eb) => eb.fn('refresh_search_entries', [eb.val(productIds)]).as('refreshed')).execute();
};
