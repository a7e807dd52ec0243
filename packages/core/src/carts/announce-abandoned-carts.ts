import type { Currency, CartId, UserId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { workOffPages, type Core } from '../kernel/index.ts';

/** The most carts that one run examines. */
const most = 20_000;

/**
 * Announces carts with lines that nobody has changed for `cartAbandonedHours`, each once until it is changed again,
 * with any number of workers. Returns how many. The cart is not changed.
 */
export const announceAbandonedCarts = (core: Core, pageSize = 200): Promise<number> => {
  const due = sql`c.status = 'active' and c.abandoned_at is null and c.updated_at < now() - make_interval(hours => ${core.config.cartAbandonedHours})
    and exists (select 1 from cart_items i where i.cart_id = c.id)`;
  return workOffPages<CartId>(core, {
    what: 'the announcement of an abandoned cart',
    pageSize,
    find: async (after, limit) => {
      // Due carts are collected by time first: ordered by id, PostgreSQL would scan all carts.
      const { rows } = await sql<{
        id: CartId;
      }>`with due as materialized (select c.id from carts c where ${due} order by c.updated_at limit ${most})
        select id from due where id > ${after} order by id limit ${limit}`.execute(core.db);
      return rows.map(({ id }) => id);
    },
    handle: async (tx, ids) => {
      const { rows } = await sql<{ cartId: CartId; userId: UserId | null; currency: Currency; lineCount: number; subtotalCents: number }>`
        with left_behind as (select c.id from carts c where ${due} and c.id = any(${ids}::uuid[]) order by c.id for no key update skip locked)
        update carts c set abandoned_at = now() from left_behind l where c.id = l.id
        returning c.id as "cartId", c.user_id as "userId", c.currency,
          (select count(*)::int from cart_items i where i.cart_id = c.id) as "lineCount",
          (select sum(i.quantity * i.unit_price_cents)::bigint from cart_items i where i.cart_id = c.id) as "subtotalCents"`.execute(tx.db);
      for (const { cartId, ...cart } of rows) tx.outbox.add('cart.abandoned', cartId, { cartId, ...cart });
      return rows.length;
    },
  });
};
