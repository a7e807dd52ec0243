/** Reads of holds, and the conditions that name their holder. */
import type { CartId, OrderEditId, OrderId, VariantId } from '@cartwright/contracts';
import { sql, type RawBuilder, type SqlBool } from 'kysely';
import { rowsAs, sumOf, type Core, type Reader, type Tx } from '../kernel/index.ts';
import { lapsedHold } from '../read-models/stock-levels.ts';
import type { HeldUnits } from './hold.locks.ts';

/** SQL: which holds, as a condition that names orders or one edit. */
export type Holder = RawBuilder<SqlBool>;

/** SQL: the holds of orders. */
export const heldByOrders = (orderIds: readonly OrderId[]): Holder => sql`order_id = any(${orderIds}::uuid[])`;
/** SQL: the holds of an order. */
export const heldByOrder = (orderId: OrderId): Holder => heldByOrders([orderId]);
/** SQL: the holds of an order edit. */
export const heldByEdit = (editId: OrderEditId): Holder => sql`order_edit_id = ${editId}`;

/** SQL: any of the variants whose units a holder holds, for `stockToChange`. */
export const variantsHeldBy = (holder: Holder): RawBuilder<unknown> =>
  sql`any(array(select variant_id from holds where ${holder} and state = 'active'))`;

/** The units that a holder holds now, in the order of variants. */
export const readHeldUnits = ({ db }: Tx, holder: Holder): Promise<HeldUnits[]> =>
  db
    .selectFrom('holds')
    .select(['variantId', 'quantity'])
    .where(holder)
    .where('state', '=', sql.lit('active'))
    .orderBy('variantId')
    .$narrowType<{ variantId: VariantId }>()
    .execute();

/** Variants with expired holds of carts, in the order of their ids, from the first one after `after`. */
export const listLapsedVariants = async ({ db }: Core, after: VariantId, limit: number): Promise<VariantId[]> => {
  const rows = await db
    .selectFrom('holds as h')
    .select('h.variantId')
    .distinct()
    .where('h.state', '=', sql.lit('active'))
    .where(lapsedHold)
    .where('h.variantId', '>', after)
    .orderBy('h.variantId')
    .limit(limit)
    .$narrowType<{ variantId: VariantId }>()
    .execute();
  return rows.map(({ variantId }) => variantId);
};

/** A variant that a cart wants. */
export interface WantedVariant {
  readonly cartId: CartId;
  readonly variantId: VariantId;
}

/**
 * The units of variants that carts can have, backorders included: active holds of other buyers count, those of the cart and expired ones of
 * other carts do not. Units of an untracked variant are without end, a variant without a stock level has none. One statement for any
 * number, none without variants.
 */
export const readAvailableUnits = async (
  { db }: Pick<Reader, 'db'>,
  wanted: readonly WantedVariant[],
): Promise<(cartId: CartId, variantId: VariantId) => number> => {
  if (wanted.length === 0) return () => 0;
  const rows = await db
    .selectFrom(rowsAs('w', wanted, { cartId: 'uuid', variantId: 'uuid' }))
    .innerJoin('stock_levels as s', 's.variantId', 'w.variantId')
    .select((eb) => {
      const usable = eb
        .selectFrom('holds as h')
        .select((hold) => sumOf(hold.ref('h.quantity')).as('units'))
        .where('h.state', '=', sql.lit('active'))
        .whereRef('h.variantId', '=', 'w.variantId')
        .where((hold) => hold.or([hold('h.cartId', '=', hold.ref('w.cartId')), lapsedHold]));
      const free = eb(eb('s.onHand', '-', eb.ref('s.reserved')), '+', eb.ref('s.backorderLimit'));
      const available = eb.fn<number>('greatest', [eb.lit(0), eb(free, '+', usable)]);
      return ['w.cartId', 'w.variantId', 's.tracked', eb.cast<number>(available, 'integer').as('available')];
    })
    .execute();
  const units = new Map(rows.map((row) => [`${row.cartId} ${row.variantId}`, row.tracked ? row.available : Infinity]));
  return (cartId, variantId) => units.get(`${cartId} ${variantId}`) ?? 0;
};
