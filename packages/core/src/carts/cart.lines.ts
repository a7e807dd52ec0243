/**
 * Tx steps on the lines of a locked cart. The stock row, which all buyers of a variant share, is locked last, so that
 * it is held for one statement and the commit.
 */
import type { Cart, CartId, CartItemId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { holdStock, type WantedHold } from '../inventory/index.ts';
import { notFound, type Tx } from '../kernel/index.ts';
import { ownerOf, type CartRow } from './cart.locks.ts';
import { toCart } from './cart.queries.ts';
import type { PricedLine } from './price-offers.ts';

/** Writes priced lines and holds their units, all or nothing. Returns the resulting cart. */
export const writeLines = async (tx: Tx, cart: CartRow, lines: readonly PricedLine[]): Promise<Cart> =>
  finish(tx, await upsertLines(tx, cart, lines), lines);

/** Adds priced lines to the cart, onto existing lines of the same variants, and increments the version: one statement. */
export const upsertLines = async (tx: Tx, cart: CartRow, lines: readonly PricedLine[]): Promise<CartRow> => {
  const [changed] = await upsertLinesOf(tx, [{ cart, lines: lines.map((line) => ({ ...line, id: tx.ids.next<CartItemId>() })) }]);
  return changed ?? cart;
};

export interface ChangedCart {
  readonly cart: CartRow;
  /** `id` is used when the cart has no line for the variant yet. */
  readonly lines: readonly (PricedLine & { readonly id: CartItemId })[];
}

/** `upsertLines` for several locked carts, still in one statement. Returns their rows as they are afterwards. */
export const upsertLinesOf = async (tx: Tx, changes: readonly ChangedCart[]): Promise<CartRow[]> => {
  const lines = changes.flatMap(({ cart, lines: own }) =>
    own.map(({ id, variantId, quantity, baseUnitPriceCents: base, unitPriceCents: unit, appliedRules: rules }, i) => ({
      id,
      variantId,
      quantity,
      base,
      unit,
      rules,
      cartId: cart.id,
      position: i + 1,
    })),
  );
  const { rows } = await sql<{ id: CartId; version: number; updatedAt: Date }>`
    with lines as (
      insert into cart_items (id, cart_id, variant_id, quantity, base_unit_price_cents, unit_price_cents, applied_rules, created_at)
      select id, "cartId", "variantId", quantity, base, unit, rules, clock_timestamp() + make_interval(secs => position * 0.000001)
      from json_to_recordset(${JSON.stringify(lines)}::json) as l(id uuid, "cartId" uuid, "variantId" uuid, quantity int, base bigint, unit bigint, rules jsonb, position int)
      on conflict (cart_id, variant_id) do update set quantity = excluded.quantity, base_unit_price_cents = excluded.base_unit_price_cents,
        unit_price_cents = excluded.unit_price_cents, applied_rules = excluded.applied_rules, updated_at = now())
    update carts set version = version + 1, updated_at = now(), abandoned_at = null where id = any(${changes.map(({ cart }) => cart.id)}::uuid[])
    returning id, version, updated_at as "updatedAt"`.execute(tx.db);
  const changed = new Map(rows.map((row) => [row.id, row]));
  return changes.map(({ cart }) => ({ ...cart, ...changed.get(cart.id) }));
};

/** Removes one line, or all. Throws `NOT_FOUND` when the named line does not exist. */
export const dropLines = async (tx: Tx, cart: CartRow, itemId: CartItemId | null): Promise<Cart> => {
  const { rows } = await sql<{ version: number; updatedAt: Date; variantIds: VariantId[] | null }>`
    with dropped as (
      delete from cart_items where cart_id = ${cart.id} and (${itemId}::uuid is null or id = ${itemId}) returning variant_id)
    update carts set version = version + 1, updated_at = now(), abandoned_at = null where id = ${cart.id}
    returning version, updated_at as "updatedAt", (select array_agg(variant_id) from dropped) as "variantIds"`.execute(tx.db);
  const { variantIds, ...changed } = rows[0] ?? { variantIds: null };
  if (itemId !== null && !variantIds) throw notFound('This line');
  const dropped = (variantIds ?? []).map((variantId) => ({ variantId, quantity: 0 }));
  return finish(tx, { ...cart, ...changed }, dropped);
};

/** Reads the cart, then holds the requested units. The returned cart has these holds. */
const finish = async (tx: Tx, row: CartRow, wanted: readonly WantedHold[]): Promise<Cart> => {
  const cart = await toCart(tx, row);
  const until = await holdStock(tx, row.id, wanted, ownerOf(row));
  return {
    ...cart,
    items: cart.items.map((item) => ({ ...item, reservedUntil: until.get(item.variantId)?.toISOString() ?? item.reservedUntil })),
  };
};
