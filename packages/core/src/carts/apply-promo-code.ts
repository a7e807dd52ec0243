/** A cart's promo code: applied and removed. Uses are counted when the order is placed, not here. */
import type { Cart, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, limitGuesses, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { findUsablePromo } from '../pricing/index.ts';
import { lockOpenCart, type CartRow } from './cart.locks.ts';
import { toCart } from './cart.queries.ts';
import { findOffers, priceOffers } from './price-offers.ts';

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
      if (!promo) throw new DomainError('CODE_NOT_APPLICABLE', 'This promo code cannot be used for this cart.');
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
  const { rows } = await sql<{ version: number; updatedAt: Date }>`
    update carts set promo_code = ${code}, version = version + 1, updated_at = now(), abandoned_at = null where id = ${cart.id} returning version, updated_at as "updatedAt"`.execute(
    tx.db,
  );
  const changed = { ...cart, promoCode: code, ...rows[0] };
  await repriceLines(tx, actor, changed);
  return toCart(tx, changed);
};

/** Rules may require the code, so unit prices may change with it. Lines that are no longer sold keep theirs. */
const repriceLines = async (tx: Tx, actor: Actor, cart: CartRow): Promise<void> => {
  const { rows } = await sql<{ variantId: string }>`select variant_id as "variantId" from cart_items where cart_id = ${cart.id}`.execute(
    tx.db,
  );
  const offers = await findOffers(tx, cart, { variantIds: rows.map((row) => row.variantId) });
  const wanted = [...offers.values()].map((offer) => ({ offer, quantity: offer.inCart }));
  const lines = await priceOffers(tx, actor, cart, wanted);
  await sql`
    update cart_items i set base_unit_price_cents = l.base, unit_price_cents = l.unit, applied_rules = l.rules, updated_at = now()
    from unnest(${lines.map((l) => l.variantId)}::uuid[], ${lines.map((l) => l.baseUnitPriceCents)}::bigint[], ${lines.map((l) => l.unitPriceCents)}::bigint[],
      ${lines.map((l) => JSON.stringify(l.appliedRules))}::jsonb[]) as l(variant_id, base, unit, rules)
    where i.cart_id = ${cart.id} and i.variant_id = l.variant_id and (i.unit_price_cents, i.applied_rules) is distinct from (l.unit, l.rules)`.execute(
    tx.db,
  );
};
