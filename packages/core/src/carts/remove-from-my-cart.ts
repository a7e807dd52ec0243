import type { Cart, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { notFound, requireUser, transact, type Actor, type Core } from '../kernel/index.ts';
import { findCartOfUser } from './cart.queries.ts';
import { changeLinesOf, removal } from './change-cart-items.ts';

/** Removes a line from the cart that the account changed last, and releases its units. Throws `NOT_FOUND` when the line does not exist. */
export const removeFromMyCart = (
  core: Core,
  actor: Actor,
  { itemId }: z.output<ShopContract['carts']['removeFromMine']['input']>,
): Promise<Cart> =>
  transact(core, async (tx) => {
    const cartId = await findCartOfUser(tx, requireUser(actor).userId);
    if (!cartId) throw notFound('This line', itemId);
    return changeLinesOf(tx, removal(actor, cartId, itemId));
  });
