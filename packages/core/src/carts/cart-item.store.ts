/** Writes `cart_items`, the lines of locked carts, and with each change of lines the versions of their carts in `carts`. */
import type { CartId, CartItemId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { columnsAs, now, rowsAs, type Tx } from '../kernel/index.ts';
import type { PricedLine } from '../pricing/index.ts';
import type { CartRow } from './cart.row.ts';
import type { CartVersion } from './cart.store.ts';

/** A locked cart, and its lines after the change. */
export interface ChangedCart {
  readonly cart: CartRow;
  /** `id` is used when the cart has no line for the variant yet. */
  readonly lines: readonly (PricedLine & { readonly id: CartItemId })[];
  /** Variants whose lines are deleted. */
  readonly removed: readonly VariantId[];
}

const lineTypes = {
  id: 'uuid',
  cartId: 'uuid',
  variantId: 'uuid',
  quantity: 'int',
  baseUnitPriceCents: 'bigint',
  unitPriceCents: 'bigint',
  appliedRules: 'jsonb',
  position: 'int',
} as const;

/**
 * Adds priced lines to carts, onto existing lines of the same variants, deletes others, and increments the versions of the carts: one
 * statement. Returns the rows of the carts as they are afterwards.
 */
export const writeCartItems = async ({ db }: Pick<Tx, 'db'>, changes: readonly ChangedCart[]): Promise<CartRow[]> => {
  const lines = changes.flatMap(({ cart, lines: own }) =>
    own.map(({ id, variantId, quantity, baseUnitPriceCents, unitPriceCents, appliedRules }, i) => ({
      id,
      cartId: cart.id,
      variantId,
      quantity,
      baseUnitPriceCents,
      unitPriceCents,
      appliedRules,
      position: i + 1,
    })),
  );
  const removed = changes.flatMap(({ cart, removed: own }) => own.map((variantId) => ({ cartId: cart.id, variantId })));
  const dropped = sql`,
    dropped as (
      delete from cart_items i
      using unnest(${removed.map((r) => r.cartId)}::uuid[], ${removed.map((r) => r.variantId)}::uuid[]) as r(cart_id, variant_id)
      where i.cart_id = r.cart_id and i.variant_id = r.variant_id)`;
  const { rows } = await sql<CartVersion & { id: CartId }>`
    with lines as (
      insert into cart_items (id, cart_id, variant_id, quantity, base_unit_price_cents, unit_price_cents, applied_rules, created_at)
      select id, cart_id, variant_id, quantity, base_unit_price_cents, unit_price_cents, applied_rules,
        clock_timestamp() + make_interval(secs => position * 0.000001)
      from ${rowsAs('l', lines, lineTypes)}
      on conflict (cart_id, variant_id) do update set quantity = excluded.quantity,
        base_unit_price_cents = excluded.base_unit_price_cents, unit_price_cents = excluded.unit_price_cents,
        applied_rules = excluded.applied_rules, updated_at = now())${removed.length > 0 ? dropped : sql.raw('')}
    update carts set version = version + 1, updated_at = now(), abandoned_at = null
    where id = any(${changes.map(({ cart }) => cart.id)}::uuid[])
    returning ${columnsAs<'carts'>('carts', ['id', 'version', 'updatedAt'])}`.execute(db);
  const changed = new Map(rows.map((row) => [row.id, row]));
  return changes.map(({ cart }) => ({ ...cart, ...changed.get(cart.id) }));
};

/** Deletes all lines of a cart that is about to be closed. Its version stays. */
export const deleteItemsOfClosingCart = async ({ db }: Pick<Tx, 'db'>, cartId: CartId): Promise<void> => {
  await db.deleteFrom('cart_items').where('cartId', '=', cartId).execute();
};

/** Sets the unit prices of lines of a cart; lines with the same price and rules stay unchanged. */
export const setItemPrices = async ({ db }: Pick<Tx, 'db'>, cartId: CartId, lines: readonly PricedLine[]): Promise<void> => {
  const prices = lines.map(({ variantId, baseUnitPriceCents, unitPriceCents, appliedRules }) => ({
    variantId,
    baseUnitPriceCents,
    unitPriceCents,
    appliedRules,
  }));
  await db
    .updateTable('cart_items as i')
    .from(rowsAs('l', prices, { variantId: 'uuid', baseUnitPriceCents: 'bigint', unitPriceCents: 'bigint', appliedRules: 'jsonb' }))
    .set((eb) => ({
      baseUnitPriceCents: eb.ref('l.baseUnitPriceCents'),
      unitPriceCents: eb.ref('l.unitPriceCents'),
      appliedRules: eb.ref('l.appliedRules'),
      updatedAt: now,
    }))
    .where('i.cartId', '=', cartId)
    .whereRef('i.variantId', '=', 'l.variantId')
    .where((eb) =>
      eb.or([
        eb('i.unitPriceCents', 'is distinct from', eb.ref('l.unitPriceCents')),
        eb('i.appliedRules', 'is distinct from', eb.ref('l.appliedRules')),
      ]),
    )
    .execute();
};
