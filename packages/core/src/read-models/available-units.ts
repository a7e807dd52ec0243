/** The units that a cart can have. */
import type { VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { anyId, now, type Reader } from '../kernel/index.ts';

/**
 * The units of some variants that a cart can have, backorders included: active holds of other buyers count, those of the cart and expired
 * ones of other carts do not. One statement. A variant without a stock level is missing.
 */
export const readAvailableUnits = async (
  { db }: Pick<Reader, 'db'>,
  cartId: string,
  variantIds: readonly VariantId[],
): Promise<ReadonlyMap<VariantId, number>> => {
  const rows = await db
    .selectFrom('stock_levels as s')
    .leftJoin(
      (eb) =>
        eb
          .selectFrom('holds')
          .select((hold) => ['variantId', hold.fn.sum<number>('quantity').as('units')])
          .where('state', '=', sql.lit('active'))
          .where('cartId', 'is not', null)
          .where((hold) => hold.or([hold('cartId', '=', cartId), hold('expiresAt', '<=', now)]))
          .where('variantId', '=', anyId(variantIds))
          .groupBy('variantId')
          .as('h'),
      (join) => join.onRef('h.variantId', '=', 's.variantId'),
    )
    .select((eb) => {
      const free = eb(eb('s.onHand', '-', eb.ref('s.reserved')), '+', eb.ref('s.backorderLimit'));
      const available = eb.fn<number>('greatest', [eb.lit(0), eb(free, '+', eb.fn.coalesce('h.units', eb.lit(0)))]);
      return ['s.variantId', eb.cast<number>(available, 'integer').as('available')];
    })
    .where('s.variantId', '=', anyId(variantIds))
    .$narrowType<{ variantId: VariantId }>()
    .execute();
  return new Map(rows.map((row) => [row.variantId, row.available]));
};
