/** How much products are in demand: by their latest orders and open carts. */
import { sql } from 'kysely';

/**
 * SQL: the weight of each order and cart for each of its products (`product_id`, `weight`). An order of today counts one, one of a week ago
 * a half, and an open cart of the last three days a third.
 */
export const demandOfProducts = sql`
  select i.product_id, power(0.5, extract(epoch from now() - o.placed_at)::float8 / 604800) as weight
  from orders o join order_items i on i.order_id = o.id where o.placed_at > now() - interval '28 days' and o.status <> 'cancelled'
  group by o.id, i.product_id
  union all
  select v.product_id, 1.0 / 3 from carts c join cart_items i on i.cart_id = c.id join variants v on v.id = i.variant_id
  where c.status = 'active' and c.updated_at > now() - interval '3 days' group by c.id, v.product_id`;
