/** A cart's promo code: set and dropped. Uses are counted when the order is placed, not here. */
import type { Cart, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, transact, type Actor, type Core } from '../kernel/index.ts';
import { findUsablePromo } from '../pricing/index.ts';
import { lockOpenCart, type CartRow } from './cart.locks.ts';
import { toCart } from './cart.queries.ts';

type C = ShopContract['carts'];

/** Puts a code on the cart. An unknown, an ended and a used-up code are answered alike: `CODE_NOT_APPLICABLE`. */
export const applyPromoCode = (core: Core, actor: Actor, input: z.output<C['applyCode']['input']>): Promise<Cart> =>
  transact(core, async (tx) => {
    const cart = await lockOpenCart(tx, input.cartId, actor);
    const promo = await findUsablePromo(tx, input.code, cart.currency);
    if (!promo) throw new DomainError('CODE_NOT_APPLICABLE', 'This code cannot be used for this cart.');
    return toCart(tx, await setCode(tx, cart, promo.code));
  });

export const removePromoCode = (core: Core, actor: Actor, input: z.output<C['removeCode']['input']>): Promise<Cart> =>
  transact(core, async (tx) => {
    const cart = await lockOpenCart(tx, input.cartId, actor);
    return toCart(tx, await setCode(tx, cart, null));
  });

const setCode = async (tx: Parameters<typeof lockOpenCart>[0], cart: CartRow, code: string | null): Promise<CartRow> => {
  const { rows } = await sql<{ version: number; updatedAt: Date }>`
    update carts set promo_code = ${code}, version = version + 1, updated_at = now() where id = ${cart.id} returning version, updated_at as "updatedAt"`.execute(
    tx.db,
  );
  return { ...cart, promoCode: code, ...rows[0] };
};
