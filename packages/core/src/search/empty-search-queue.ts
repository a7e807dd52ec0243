import { sql } from 'kysely';
import { transact, type Core } from '../kernel/index.ts';

const batch = 1_000;

/**
 * Processes the changes that triggers have queued: the stock flag of products that sold out or came back into stock,
 * and the words of new and changed products. Returns how many entries were processed; several workers may run it at
 * once.
 */
export const emptySearchQueue = async (core: Core): Promise<number> => {
  let total = 0;
  for (;;) {
    const { taken, flipped } = await transact(core, async (tx) => {
      const { rows } = await sql<{ productId: string }>`
        delete from search_queue where id in (select id from search_queue order by id limit ${batch} for update skip locked) returning product_id as "productId"`.execute(
        tx.db,
      );
      const ids = [...new Set(rows.map((row) => row.productId))].toSorted();
      if (ids.length === 0) return { taken: 0, flipped: false };
      await sql`
        insert into search_words (word) select distinct left(w, 64) as word
        from search_entries e, regexp_split_to_table(lower(unaccent(concat_ws(' ', e.name, e.brand, array_to_string(e.tags, ' ')))), '[^[:alnum:]]+') w
        where e.product_id = any(${ids}::uuid[]) and length(w) > 2 and w !~ '[0-9]' order by word on conflict do nothing`.execute(tx.db);
      const changed = await sql`
        update search_entries e set in_stock = s.in_stock
        from (select v.product_id, bool_or(l.on_hand + l.backorder_limit > l.reserved) as in_stock from variants v join stock_levels l on l.variant_id = v.id where v.product_id = any(${ids}::uuid[]) group by v.product_id) s
        where e.product_id = s.product_id and e.in_stock <> s.in_stock returning 1`.execute(tx.db);
      return { taken: rows.length, flipped: changed.rows.length > 0 };
    });
    if (flipped) await core.reads.forget(['search']);
    if (taken === 0) return total;
    total += taken;
  }
};
