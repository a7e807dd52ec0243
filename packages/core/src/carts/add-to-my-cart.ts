import type { Cart, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { lockAccount } from '../accounts/index.ts';
import { requireUser, transactOnce, type Actor, type Core } from '../kernel/index.ts';
import { getStoreTerms } from '../pricing/index.ts';
import { findCartOfUser } from './cart.queries.ts';
import { addLines } from './change-cart-items.ts';
import { openCart } from './create-cart.ts';

/**
 * Adds units to the cart that the account changed last, and creates one when there is none. The row of the account is
 * locked first, so that two concurrent calls create one cart.
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
