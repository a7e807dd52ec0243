/**
 * Use-cases that change the lines of a cart. Each ends with the cart as it is then, and each takes the
 * same few statements whatever the number of lines and rules. Stock comes last, so that the row that
 * every other buyer of a variant needs is locked for one statement and the commit.
 */
import type { Cart, CartItemId, ShopContract, VariantId } from '@cartwright/contracts';
import { maxQuantity } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { holdStock, type WantedHold } from '../inventory/index.ts';
import { DomainError, notFound, transact, transactOnce, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { lockOpenCart, ownerOf, type CartRow } from './cart.locks.ts';
import { toCart } from './cart.queries.ts';
import { findOffers, offerOf, priceOffers, type PricedLine } from './price-cart-lines.ts';

type C = ShopContract['carts'];

/** Adds units of one variant, on top of what the cart has of it. */
export const addCartItem = (core: Core, actor: Actor, { cartId, variantId, quantity }: z.output<C['addItem']['input']>): Promise<Cart> =>
  addCartItems(core, actor, { cartId, items: [{ variantId, quantity }] });

/** Adds units of several variants, all or none. A variant named twice counts twice. */
export const addCartItems = (core: Core, actor: Actor, input: z.output<C['addItems']['input']>): Promise<Cart> =>
  transactOnce(core, { answers: true }, async (tx) => {
    const cart = await lockOpenCart(tx, input.cartId, actor);
    const added = new Map<string, number>();
    for (const item of input.items) added.set(item.variantId, (added.get(item.variantId) ?? 0) + item.quantity);
    const offers = await findOffers(tx, cart, { variantIds: [...added.keys()] });
    const wanted = [...added].map(([variantId, quantity]) => {
      const offer = offerOf(offers, variantId);
      return { offer, quantity: assertQuantity(offer.variantId, offer.inCart + quantity) };
    });
    return writeLines(tx, cart, await priceOffers(tx, actor, cart, wanted));
  });

/** Sets the quantity of one line and prices it anew. Throws `NOT_FOUND` when there is no such line, or it is no longer sold. */
export const updateCartItem = (core: Core, actor: Actor, { cartId, itemId, quantity }: z.output<C['updateItem']['input']>): Promise<Cart> =>
  transact(core, async (tx) => {
    const cart = await lockOpenCart(tx, cartId, actor);
    const [offer] = (await findOffers(tx, cart, { itemId })).values();
    if (!offer) throw notFound('This line');
    return writeLines(tx, cart, await priceOffers(tx, actor, cart, [{ offer, quantity }]));
  });

/** Takes one line out and lets its units go. */
export const removeCartItem = (core: Core, actor: Actor, { cartId, itemId }: z.output<C['removeItem']['input']>): Promise<Cart> =>
  transact(core, async (tx) => dropLines(tx, await lockOpenCart(tx, cartId, actor), itemId));

/** Takes every line out. */
export const clearCart = (core: Core, actor: Actor, { cartId }: z.output<C['clear']['input']>): Promise<Cart> =>
  transact(core, async (tx) => dropLines(tx, await lockOpenCart(tx, cartId, actor), null));

const assertQuantity = (variantId: VariantId, quantity: number): number => {
  if (quantity <= maxQuantity) return quantity;
  throw new DomainError('INVALID_QUANTITY', `One line takes at most ${maxQuantity} units.`, {
    details: { variantId, requested: quantity },
  });
};

const writeLines = async (tx: Tx, cart: CartRow, lines: readonly PricedLine[]): Promise<Cart> => {
  const changed = await sql<{ version: number; updatedAt: Date }>`
    with lines as (
      insert into cart_items (id, cart_id, variant_id, quantity, base_unit_price_cents, unit_price_cents, applied_rules, created_at)
      select l.id, ${cart.id}, l.variant_id, l.quantity, l.base, l.unit, l.rules, clock_timestamp() + make_interval(secs => l.position * 0.000001)
      from unnest(${lines.map(() => tx.ids.next())}::uuid[], ${lines.map((l) => l.variantId)}::uuid[], ${lines.map((l) => l.quantity)}::int[],
                  ${lines.map((l) => l.baseUnitPriceCents)}::bigint[], ${lines.map((l) => l.unitPriceCents)}::bigint[],
                  ${lines.map((l) => JSON.stringify(l.appliedRules))}::jsonb[]) with ordinality as l(id, variant_id, quantity, base, unit, rules, position)
      on conflict (cart_id, variant_id) do update set quantity = excluded.quantity, base_unit_price_cents = excluded.base_unit_price_cents,
        unit_price_cents = excluded.unit_price_cents, applied_rules = excluded.applied_rules, updated_at = now())
    update carts set version = version + 1, updated_at = now() where id = ${cart.id} returning version, updated_at as "updatedAt"`.execute(
    tx.db,
  );
  return finish(tx, { ...cart, ...changed.rows[0] }, lines);
};

/** Takes out one line, or all. Throws `NOT_FOUND` when the named line is not there. */
const dropLines = async (tx: Tx, cart: CartRow, itemId: CartItemId | null): Promise<Cart> => {
  const { rows } = await sql<{ version: number; updatedAt: Date; variantIds: VariantId[] | null }>`
    with dropped as (
      delete from cart_items where cart_id = ${cart.id} and (${itemId}::uuid is null or id = ${itemId}) returning variant_id)
    update carts set version = version + 1, updated_at = now() where id = ${cart.id}
    returning version, updated_at as "updatedAt", (select array_agg(variant_id) from dropped) as "variantIds"`.execute(tx.db);
  const { variantIds, ...changed } = rows[0] ?? { variantIds: null };
  if (itemId !== null && !variantIds) throw notFound('This line');
  const dropped = (variantIds ?? []).map((variantId) => ({ variantId, quantity: 0 }));
  return finish(tx, { ...cart, ...changed }, dropped);
};

/** Reads the cart, then holds what it wants. The answer tells the holds as they are after that. */
const finish = async (tx: Tx, row: CartRow, wanted: readonly WantedHold[]): Promise<Cart> => {
  const cart = await toCart(tx, row);
  const until = await holdStock(tx, row.id, wanted, ownerOf(row));
  return {
    ...cart,
    items: cart.items.map((item) => ({ ...item, reservedUntil: until.get(item.variantId)?.toISOString() ?? item.reservedUntil })),
  };
};
