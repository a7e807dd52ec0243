import type { ProductId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Reader } from '../kernel/index.ts';
import { onSale } from './on-sale.ts';

/** The listed products most like a product on sale: by shared tags, category and brand, those in stock and in demand first. */
export const readSimilarProducts = async ({ db }: Pick<Reader, 'db'>, productId: ProductId, limit: number): Promise<ProductId[]> => {
  const { rows } = await sql<{ id: ProductId }>`
    with me as (select category_id, tags, brand from products p where id = ${productId} and ${onSale}),
    near as (
      (select e.product_id, e.category_id, e.tags, e.brand, e.in_stock
        from me join search_entries e on e.category_id = me.category_id order by e.created_at desc limit 300)
      union (select e.product_id, e.category_id, e.tags, e.brand, e.in_stock from me join search_entries e on e.tags && me.tags limit 300))
    select n.product_id as id from near n cross join me left join search_trends t on t.product_id = n.product_id
    where n.product_id <> ${productId}
    order by 2 * cardinality(array(select unnest(n.tags) intersect select unnest(me.tags)))
        + (n.category_id is not distinct from me.category_id)::int + 0.5 * (n.brand is not distinct from me.brand)::int
        + 0.5 * n.in_stock::int + 0.2 * ln(1 + coalesce(t.score, 0)) desc, n.product_id desc
    limit ${limit}`.execute(db);
  return rows.map((row) => row.id);
};
