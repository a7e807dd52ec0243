/** Reads units of sales: allocated ones, and those that are held from an allocation. */
import type { VariantId } from '@cartwright/contracts';
import { anyId, sumOf, type Tx } from '../kernel/index.ts';

/** The units of sales by variant; variants without such units are missing. The caller has locked their stock rows. */
export const readUnitsOfSales = async ({ db }: Tx, variantIds: readonly VariantId[]): Promise<ReadonlyMap<string, number>> => {
  const held = db
    .selectFrom('holds')
    .select(['variantId', 'quantity as units'])
    .where('variantId', '=', anyId(variantIds))
    .where('state', '=', 'active')
    .where('allocationId', 'is not', null);
  const rows = await db
    .selectFrom(
      db
        .selectFrom('stock_allocations')
        .select(['variantId', 'unitsFree as units'])
        .where('variantId', '=', anyId(variantIds))
        .unionAll(held)
        .as('u'),
    )
    .select(({ ref }) => ['u.variantId', sumOf(ref('u.units')).as('units')])
    .groupBy('u.variantId')
    .execute();
  return new Map(rows.map(({ variantId, units }) => [variantId, units]));
};
