/** Writes the table `search_trends`. */
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';
import { demandOfProducts } from '../read-models/product-demand.ts';

/** Replaces the trend scores by those of now: the sum of the demand for each product. Returns the number of products with a score. */
export const replaceTrends = async ({ db }: Pick<Tx, 'db'>): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    with signals as (${demandOfProducts}),
    scores as (select product_id, sum(weight) as score from signals group by product_id),
    gone as (delete from search_trends t where not exists (select 1 from scores s where s.product_id = t.product_id)),
    kept as (
      insert into search_trends (product_id, score) select product_id, score from scores where score > 0 order by product_id
      on conflict (product_id) do update set score = excluded.score, updated_at = now() returning 1)
    select count(*)::int as n from kept`.execute(db);
  return rows[0]?.n ?? 0;
};
