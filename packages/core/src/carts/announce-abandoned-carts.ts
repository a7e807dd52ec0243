import type { CartId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { workOffPages, type Core } from '../kernel/index.ts';
import { isAbandoned } from './cart.queries.ts';
import { markAbandonedCarts } from './cart.store.ts';

/** The most carts that one run examines. */
const most = 20_000;

/**
 * Announces carts with lines that nobody has changed for `cartAbandonedHours`, each once until it is changed again,
 * with any number of workers. Returns how many. The cart is not changed.
 */
export const announceAbandonedCarts = (core: Core, pageSize = 200): Promise<number> => {
  const { cartAbandonedHours } = core.config;
  return workOffPages<CartId>(core, {
    what: 'the announcement of an abandoned cart',
    pageSize,
    find: async (after, limit) => {
      // Due carts are collected by time first: ordered by id, PostgreSQL would scan all carts.
      const { rows } = await sql<{
        id: CartId;
      }>`with due as materialized (select c.id from carts c where ${isAbandoned(cartAbandonedHours)} order by c.updated_at limit ${most})
        select id from due where id > ${after} order by id limit ${limit}`.execute(core.db);
      return rows.map(({ id }) => id);
    },
    handle: async (tx, ids) => {
      const carts = await markAbandonedCarts(tx, ids, cartAbandonedHours);
      for (const { cartId, ...cart } of carts) tx.outbox.add('cart.abandoned', cartId, { cartId, ...cart });
      return carts.length;
    },
  });
};
