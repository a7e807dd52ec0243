/** Parts of reads that show past prices of variants: the lowest of the last 30 days, and the one before a reduction. */
import { sql } from 'kysely';

/** Number of days in which the price before a reduction is looked for (Directive 98/6/EC, Article 6a). */
export const lowestPriceDays = 30;

/** The lowest price of a variant `v` within 30 days: of every change in them, the price in force when they began, and the present price. */
export const lowestPrice = sql<number>`least(v.price_cents, (
  select min(c.price_cents) from price_changes c where c.variant_id = v.id and c.price_list_id is null
    and c.created_at > now() - make_interval(days => ${lowestPriceDays})), (
  select c.price_cents from price_changes c where c.variant_id = v.id and c.price_list_id is null
    and c.created_at <= now() - make_interval(days => ${lowestPriceDays})
  order by c.created_at desc, c.id desc limit 1))`;

/**
 * The price before a reduction of a variant `v`: the lowest price of the 30 days before the present one came into
 * force, including the one in force when they began; null when there was none. When a compare-at price is set, the
 * present price counts as coming into force then, so that a reduction is never compared with a price of long ago.
 */
export const priorPrice = sql<number | null>`(
  select least(min(c.price_cents) filter (where c.created_at > n.created_at - make_interval(days => ${lowestPriceDays})),
    (array_agg(c.price_cents order by c.created_at desc, c.id desc)
      filter (where c.created_at <= n.created_at - make_interval(days => ${lowestPriceDays})))[1])
  from (select f.id, f.created_at from price_changes f where f.variant_id = v.id and f.price_list_id is null
    order by f.created_at desc, f.id desc limit 1) n
  join price_changes c on c.variant_id = v.id and c.price_list_id is null and c.id <> n.id)`;
