/** Use-cases that change the lines of a cart. Each ends with the cart as it is then. */
import type { Cart, CartItemId, ShopContract, VariantId } from '@cartwright/contracts';
import { maxQuantity } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { holdStock } from '../inventory/index.ts';
import { DomainError, notFound, transact, transactOnce, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { lockOpenCart, type CartRow } from './cart.locks.ts';
import { toCart } from './cart.queries.ts';
import { priceCartLines } from './price-cart-lines.ts';

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
    const existing = await sql<{ variantId: string; quantity: number }>`
      select variant_id as "variantId", quantity from cart_items where cart_id = ${cart.id} and variant_id = any(${[...added.keys()]}::uuid[])`.execute(
      tx.db,
    );
    for (const line of existing.rows) added.set(line.variantId, (added.get(line.variantId) ?? 0) + line.quantity);
    await setLines(
      tx,
      actor,
      cart,
      [...added].map(([variantId, quantity]) => ({ variantId, quantity })),
    );
    return finish(tx, cart);
  });

/** Sets the quantity of one line and prices it anew. */
export const updateCartItem = (core: Core, actor: Actor, input: z.output<C['updateItem']['input']>): Promise<Cart> =>
  transact(core, async (tx) => {
    const cart = await lockOpenCart(tx, input.cartId, actor);
    await setLines(tx, actor, cart, [{ variantId: await variantOfLine(tx, cart, input.itemId), quantity: input.quantity }]);
    return finish(tx, cart);
  });

/** Takes one line out and lets its units go. */
export const removeCartItem = (core: Core, actor: Actor, input: z.output<C['removeItem']['input']>): Promise<Cart> =>
  transact(core, async (tx) => {
    const cart = await lockOpenCart(tx, input.cartId, actor);
    await dropLines(tx, cart, [await variantOfLine(tx, cart, input.itemId)]);
    return finish(tx, cart);
  });

/** Takes every line out. */
export const clearCart = (core: Core, actor: Actor, input: z.output<C['clear']['input']>): Promise<Cart> =>
  transact(core, async (tx) => {
    const cart = await lockOpenCart(tx, input.cartId, actor);
    const { rows } = await sql<{
      variantId: VariantId;
    }>`select variant_id as "variantId" from cart_items where cart_id = ${cart.id}`.execute(tx.db);
    await dropLines(
      tx,
      cart,
      rows.map((row) => row.variantId),
    );
    return finish(tx, cart);
  });

const variantOfLine = async (tx: Tx, cart: CartRow, itemId: CartItemId): Promise<VariantId> => {
  const { rows } = await sql<{
    variantId: VariantId;
  }>`select variant_id as "variantId" from cart_items where id = ${itemId} and cart_id = ${cart.id}`.execute(tx.db);
  if (!rows[0]) throw notFound('This line');
  return rows[0].variantId;
};

/** Prices the lines, holds their units and writes them: the same few statements for one line or a thousand. */
const setLines = async (tx: Tx, actor: Actor, cart: CartRow, wanted: readonly { variantId: string; quantity: number }[]): Promise<void> => {
  const tooMany = wanted.find((w) => w.quantity > maxQuantity);
  if (tooMany)
    throw new DomainError('INVALID_QUANTITY', `One line takes at most ${maxQuantity} units.`, {
      details: { variantId: tooMany.variantId, requested: tooMany.quantity },
    });
  const lines = await priceCartLines(tx, actor, cart.currency, wanted);
  await holdStock(tx, cart.id, lines);
  await sql`
    insert into cart_items (id, cart_id, variant_id, quantity, base_unit_price_cents, unit_price_cents, applied_rules, created_at)
    select l.id, ${cart.id}, l.variant_id, l.quantity, l.base, l.unit, l.rules, now() + make_interval(secs => l.position * 0.000001)
    from unnest(${lines.map(() => tx.ids.next())}::uuid[], ${lines.map((l) => l.variantId)}::uuid[], ${lines.map((l) => l.quantity)}::int[],
                ${lines.map((l) => l.baseUnitPriceCents)}::bigint[], ${lines.map((l) => l.unitPriceCents)}::bigint[],
                ${lines.map((l) => JSON.stringify(l.appliedRules))}::jsonb[]) with ordinality as l(id, variant_id, quantity, base, unit, rules, position)
    on conflict (cart_id, variant_id) do update set quantity = excluded.quantity, base_unit_price_cents = excluded.base_unit_price_cents,
      unit_price_cents = excluded.unit_price_cents, applied_rules = excluded.applied_rules, updated_at = now()`.execute(tx.db);
};

const dropLines = async (tx: Tx, cart: CartRow, variantIds: readonly VariantId[]): Promise<void> => {
  await holdStock(
    tx,
    cart.id,
    variantIds.map((variantId) => ({ variantId, quantity: 0 })),
  );
  await sql`delete from cart_items where cart_id = ${cart.id} and variant_id = any(${variantIds}::uuid[])`.execute(tx.db);
};

const finish = async (tx: Tx, cart: CartRow): Promise<Cart> => {
  const { rows } = await sql<{ version: number; updatedAt: Date }>`
    update carts set version = version + 1, updated_at = now() where id = ${cart.id} returning version, updated_at as "updatedAt"`.execute(
    tx.db,
  );
  return toCart(tx, { ...cart, ...rows[0] });
};
