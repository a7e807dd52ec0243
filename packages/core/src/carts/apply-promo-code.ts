/** A cart's promo code: applied and removed. Uses are counted when the order is placed, not here. */
import type { Cart, Currency, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, limitGuesses, nameCall, nameTypedCode, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { findUsablePromo } from '../pricing/index.ts';
import { setItemPrices } from './cart-item.store.ts';
import { lockOpenCart } from './cart.locks.ts';
import type { CartRow } from './cart.row.ts';
import { toCart } from './cart.queries.ts';
import { setCartPromoCode } from './cart.store.ts';
import type { WantedLine } from './cart.offers.ts';
import { planLinesOf } from './plan-lines.ts';

type C = ShopContract['carts'];

/**
 * Applies a promo code to the cart. An unknown, an expired and a used-up code all throw `CODE_NOT_APPLICABLE`. After
 * ten of these in ten minutes, for a customer or a network address, every further attempt throws `RATE_LIMITED`, right
 * or wrong.
 */
export const applyPromoCode = (
  core: Core,
  actor: Actor,
  input: z.output<C['applyCode']['input']>,
  ip: string | null = null,
): Promise<Cart> =>
  limitGuesses(core, { actor, ip }, () =>
    transact(core, async (tx) => {
      const cart = await lockOpenCart(tx, input.cartId, actor);
      const promo = await findUsablePromo(tx, input.code, cart.currency);
      if (!promo) throw unusableCode(input.code, cart.currency);
      return setCode(tx, actor, cart, promo.code);
    }),
  );

/** Removes the promo code and reprices the cart. A cart without a code is not changed. */
export const removePromoCode = (core: Core, actor: Actor, input: z.output<C['removeCode']['input']>): Promise<Cart> =>
  transact(core, async (tx) => {
    const cart = await lockOpenCart(tx, input.cartId, actor);
    return setCode(tx, actor, cart, null);
  });

const setCode = async (tx: Tx, actor: Actor, cart: CartRow, code: string | null): Promise<Cart> => {
  const changed = { ...cart, promoCode: code, ...(await setCartPromoCode(tx, cart.id, code)) };
  await repriceLines(tx, actor, changed);
  return toCart(tx, changed);
};

/** Rules may require the code, so unit prices may change with it. Lines that are no longer sold keep theirs. */
const repriceLines = async (tx: Tx, actor: Actor, cart: CartRow): Promise<void> => {
  const sold = (lines: readonly WantedLine[]) =>
    new Map(lines.flatMap(({ onSale, variantId, quantity }) => (onSale && quantity !== null ? [[variantId, quantity] as const] : [])));
  const { lines } = await planLinesOf(tx, { actor, cart, variantIds: [], unitsOf: sold });
  await setItemPrices(tx, cart.id, lines);
};

/** One text for every reason, so that it does not tell which codes exist. */
const unusableCode = (typed: string, currency: Currency): DomainError =>
  new DomainError(
    'CODE_NOT_APPLICABLE',
    `The promo code ${nameTypedCode(typed)} cannot be used for this cart in ${currency}. ` +
      'Check the spelling and the conditions of the code, or continue without it. Gift cards are applied by ' +
      `${nameCall('carts.applyCredit')}.`,
  );
