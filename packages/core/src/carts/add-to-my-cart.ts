import type { Cart, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireUser, transactOnce, type Actor, type Core } from '../kernel/index.ts';
import { getStoreTerms } from '../pricing/index.ts';
import { lockAccount } from './cart.locks.ts';
import { findCartOfUser } from './cart.queries.ts';
import { addLines } from './change-cart-items.ts';
import { openCart } from './create-cart.ts';

/**
 * Adds units to the cart that the account changed last, and opens one where there is none. The account's row is
 * locked before a cart is opened, so that two calls at once end in one cart.
 */
export const addToMyCart = (
  core: Core,
  actor: Actor,
  { variantId, quantity }: z.output<ShopContract['carts']['addToMine']['input']>,
): Promise<Cart> =>
  transactOnce(core, { answers: true, lapses: true }, async (tx) => {
    const { userId } = requireUser(actor);
    const find = () => findCartOfUser(tx, userId);
    const open = async () => {
      await lockAccount(tx, userId);
      return (await find()) ?? (await openCart(tx, actor, {}, await getStoreTerms(tx, null, null))).row.id;
    };
    return addLines(tx, actor, { cartId: (await find()) ?? (await open()), items: [{ variantId, quantity }] });
  });
