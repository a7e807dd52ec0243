/** Writes the table `search_trends`. */
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

/**
 * Replaces the trend scores by those of now: an order of today counts one, one of a week ago a half, and an open cart of the last three
 * days a third. Each order and cart counts once per product. Returns the number of products with a score.
 */
export const replaceTrends = async ({ db }: Pick<Tx, 'db'>): Promise<number> => {
  const { rows } = await sql<{ n: number }>`
    with signals as (
      select i.product_id, power(0.5, extract(epoch from now() - o.placed_at)::float8 / 604800) as weight
      from orders o join order_items i on i.order_id = o.id where o.placed_at > now() - interval '28 days' and o.status <> 'cancelled'
      group by o.id, i.product_id
      union all
      select v.product_id, 1.0 / 3 from carts c join cart_items i on i.cart_id = c.id join variants v on v.id = i.variant_id
      where c.status = 'active' and c.updated_at > now() - interval '3 days' group by c.id, v.product_id),
    scores as (select product_id, sum(weight) as score from signals group by product_id),
    gone as (delete from search_trends t where not exists (select 1 from scores s where s.product_id = t.product_id)),
    kept as (
      insert into search_trends (product_id, score) select product_id, score from scores where score > 0 order by product_id
      on conflict (product_id) do update set score = excluded.score, updated_at = now() returning 1)
    select count(*)::int as n from kept`.execute(db);
  return rows[0]?.n ?? 0;
};
