import type { Cart, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { lockAccount } from '../accounts/index.ts';
import { DomainError, requireUser, transact, type Actor, type Core } from '../kernel/index.ts';
import { getShopTerms } from '../pricing/index.ts';
import { findCartOfUser } from './cart.queries.ts';
import { addition, changeLinesOf } from './change-cart-items.ts';
import { openCart } from './create-cart.ts';

/** How many carts one call tries. Each one but the last was ordered or merged between the moments that it was found and locked. */
const mostTries = 5;

/** Refused because the cart was ordered or merged after it was found. */
const wasClosed = (error: unknown): boolean =>
  error instanceof DomainError && (error.code === 'CART_ALREADY_ORDERED' || error.code === 'CART_MERGED');

/**
 * Adds units to the cart that the account changed last, and creates one when there is none. The row of the account is
 * locked first, so that two concurrent calls create one cart. The cart that was found may be ordered at the same moment: the units then go
 * to the next one. Throws `BUSY` when that happens several times in a row.
 */
export const addToMyCart = (
  core: Core,
  actor: Actor,
  { variantId, quantity }: z.output<ShopContract['carts']['addToMine']['input']>,
): Promise<Cart> =>
  transact(core, { once: { answers: true, lapses: true } }, async (tx) => {
    const { userId } = requireUser(actor);
    const find = () => findCartOfUser(tx, userId);
    const open = async () => {
      await lockAccount(tx, userId);
      return (await find()) ?? (await openCart(tx, actor, {}, await getShopTerms(tx, null, null))).row.id;
    };
    let cartId = (await find()) ?? (await open());
    for (let tries = 1; ; tries += 1)
      try {
        return await changeLinesOf(tx, addition(actor, { cartId, items: [{ variantId, quantity }] }));
      } catch (error) {
        if (!wasClosed(error)) throw error;
        if (tries === mostTries) throw orderedAgain();
        cartId = await open();
      }
  });

const orderedAgain = (): DomainError =>
  new DomainError('BUSY', 'The carts of this account are being ordered at the same moment. Add the units again in 1 s.', {
    details: { retryAfterSeconds: 1 },
  });
