import type { CartId } from '@cartwright/contracts';
import { workOffPages, type Core } from '../kernel/index.ts';
import { findAbandonedCarts } from './cart.queries.ts';
import { markAbandonedCarts } from './cart.store.ts';

/** The most carts that one run examines. */
const most = 20_000;

/**
 * Announces carts with lines that nobody has changed for `cartAbandonedHours`, each once until it is changed again,
 * with any number of workers. Returns how many. The cart is not changed.
 */
export const announceAbandonedCarts = (core: Core, pageSize = 200): Promise<number> => {
  const { cartAbandonedHours: afterHours } = core.config;
  return workOffPages<CartId>(core, {
    what: 'the announcement of an abandoned cart',
    pageSize,
    find: (after, limit) => findAbandonedCarts(core, { afterHours, most, after, limit }),
    handle: async (tx, ids) => {
      const carts = await markAbandonedCarts(tx, ids, afterHours);
      for (const { cartId, ...cart } of carts) tx.outbox.add('cart.abandoned', cartId, { cartId, ...cart });
      return carts.length;
    },
  });
};
