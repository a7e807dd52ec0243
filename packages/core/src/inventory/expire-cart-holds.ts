import { sql } from 'kysely';
import { transact, type Core } from '../kernel/index.ts';

const batch = 200;

/**
 * Ends the cart holds that have run out, a batch of variants at a time, each hold once however many
 * sweepers run. Answers how many holds ended. Shopping does not depend on it: see `holdStock`.
 */
export const expireCartHolds = async (core: Core): Promise<number> => {
  for (let ended = 0; ;) {
    const count = await transact(core, async (tx) => {
      // Stock rows first, then holds: the same order as every buyer.
      const { rows } = await sql<{ n: number }>`
        with stock as (
          select s.variant_id from stock_levels s
          where s.variant_id in (select variant_id from holds where state = 'active' and cart_id is not null and expires_at <= now() limit ${batch})
          order by s.variant_id for no key update of s skip locked),
        ended as (
          update holds h set state = 'released', ended_at = now() from stock
          where h.variant_id = stock.variant_id and h.state = 'active' and h.cart_id is not null and h.expires_at <= now()
          returning h.variant_id, h.quantity),
        sums as (select variant_id, sum(quantity)::int as quantity, count(*)::int as n from ended group by variant_id),
        freed as (
          update stock_levels s set reserved = s.reserved - sums.quantity, version = s.version + 1, updated_at = now()
          from sums where s.variant_id = sums.variant_id returning sums.n)
        select coalesce(sum(n), 0)::int as n from freed`.execute(tx.db);
      return rows[0]?.n ?? 0;
    });
    ended += count;
    if (count === 0) return ended;
  }
};
