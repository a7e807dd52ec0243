/** Reads the units that sales set aside. */
import type { VariantId } from '@cartwright/contracts';
import { anyId, type Tx } from '../kernel/index.ts';
import { unitsOfSales } from '../read-models/backorders.ts';

/** The units of sales by variant. The caller has locked their stock rows. */
export const readUnitsOfSales = async ({ db }: Tx, variantIds: readonly VariantId[]): Promise<ReadonlyMap<string, number>> => {
  const rows = await db
    .selectFrom('stock_levels as s')
    .select(['s.variantId', unitsOfSales.as('units')])
    .where('s.variantId', '=', anyId(variantIds))
    .execute();
  return new Map(rows.map(({ variantId, units }) => [variantId, units]));
};
