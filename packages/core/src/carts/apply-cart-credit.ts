/** Gift cards and store credit on a cart. Nothing is taken of them before the order is placed. */
import type { Cart, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, limitGuesses, requireUser, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { getAccountCredit, getGiftCard } from '../store-credit/index.ts';
import { lockOpenCart } from './cart.locks.ts';
import { getCartRow, type CartRow } from './cart.row.ts';
import { toCart } from './cart.queries.ts';
import { setCartCredits, type SeenCredit } from './cart.store.ts';

type C = ShopContract['carts'];
type ApplyInput = z.output<C['applyCredit']['input']>;

const mostCredits = 5;

/**
 * Applies a gift card, or the store credit of the customer in the currency of the cart, to a cart; a repeat updates the
 * amount to the present balance. Throws `CODE_NOT_APPLICABLE` for every card that cannot be used, whatever the reason,
 * `RATE_LIMITED` after too many wrong codes, and `INSUFFICIENT_CREDIT` for an account without credit. A guest has no account: the credit
 * of one is `UNAUTHENTICATED`, also after too many wrong codes.
 */
export const applyCartCredit = async (core: Core, actor: Actor, input: ApplyInput, ip: string | null = null): Promise<Cart> => {
  if (input.code === undefined) requireUser(actor);
  return limitGuesses(core, { actor, ip }, () =>
    transact(core, async (tx) => {
      const cart = await lockOpenCart(tx, input.cartId, actor);
      const credit = await findCredit(tx, actor, cart, input);
      const others = cart.credits.filter((c) => c.creditId !== credit.creditId);
      if (others.length >= mostCredits)
        throw new DomainError('LIMIT_REACHED', `A cart can have at most ${mostCredits} gift cards and store credits. Remove one first.`, {
          details: { limit: mostCredits },
        });
      return setCredits(tx, actor, cart, [...others, { creditId: credit.creditId, seenCents: credit.balanceCents }]);
    }),
  );
};

const findCredit = async (tx: Tx, actor: Actor, { currency }: CartRow, { code }: ApplyInput) => {
  if (code !== undefined) return getGiftCard(tx, code, currency);
  return getAccountCredit(tx, requireUser(actor).userId, currency);
};

/** Removes one credit from the cart, or all. Does nothing for a credit that is not on the cart. */
export const removeCartCredit = (core: Core, actor: Actor, input: z.output<C['removeCredit']['input']>): Promise<Cart> =>
  transact(core, async (tx) => {
    const cart = await lockOpenCart(tx, input.cartId, actor);
    return setCredits(tx, actor, cart, input.creditId ? cart.credits.filter((c) => c.creditId !== input.creditId) : []);
  });

const setCredits = async (tx: Tx, actor: Actor, { id }: CartRow, credits: readonly SeenCredit[]): Promise<Cart> => {
  await setCartCredits(tx, id, credits);
  return toCart(tx, await getCartRow(tx, id, actor));
};
