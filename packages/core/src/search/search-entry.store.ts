/** Writes the tables `search_entries`, `search_queue` and `search_words`. Triggers on products, variants and stock write entries and queue too. */
import type { ProductId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

/** Tx step: takes the oldest queued products; one may be among them more than once. Rows that another worker is taking are skipped. */
export const takeQueued = async (tx: Tx, limit: number): Promise<ProductId[]> => {
  const { rows } = await sql<{ productId: ProductId }>`
    delete from search_queue where id in (select id from search_queue order by id limit ${limit} for update skip locked) returning product_id as "productId"`.execute(
    tx.db,
  );
  return rows.map(({ productId }) => productId);
};

/** Tx step: adds the words of products to the known words. */
export const insertWordsOf = async (tx: Tx, productIds: readonly ProductId[]): Promise<void> => {
  await sql`
    insert into search_words (word) select distinct left(w, 64) as word
    from search_entries e, regexp_split_to_table(lower(unaccent(concat_ws(' ', e.name, e.brand, array_to_string(e.tags, ' ')))), '[^[:alnum:]]+') w
    where e.product_id = any(${productIds}::uuid[]) and length(w) > 2 and w !~ '[0-9]' order by word on conflict do nothing`.execute(tx.db);
};

/** Tx step: sets the stock flag of products by their units. Returns the number of entries that changed. */
export const refreshInStock = async (tx: Tx, productIds: readonly ProductId[]): Promise<number> => {
  const { rows } = await sql`
    update search_entries e set in_stock = s.in_stock
    from (select v.product_id, bool_or(l.on_hand + l.backorder_limit > l.reserved) as in_stock from variants v join stock_levels l on l.variant_id = v.id where v.product_id = any(${productIds}::uuid[]) group by v.product_id) s
    where e.product_id = s.product_id and e.in_stock <> s.in_stock returning 1`.execute(tx.db);
  return rows.length;
};

/** Tx step: rebuilds the entries of products by the function that the triggers call. */
export const rebuildEntries = async (tx: Tx, productIds: readonly ProductId[]): Promise<void> => {
  await sql`select refresh_search_entries(${productIds}::uuid[])`.execute(tx.db);
};
