/** Stock counters that differ from the ledger, the holds and the allocations that justify them. */
import type { StockLocationId, StockRepair, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { anyId, type Reader } from '../kernel/index.ts';

/** A counter that differs; the location is null for the counters of all locations. */
export interface StockDiscrepancy extends StockRepair {
  readonly locationId: StockLocationId | null;
}

interface WrongCounter extends Pick<StockDiscrepancy, 'counter' | 'variantId' | 'locationId'> {
  readonly counted: number;
  readonly justified: number;
}

const atMost = 10_000;

/** Every counter of some variants, or of all without `variantIds`, that differs from its source, in one snapshot. */
export const readStockDiscrepancies = (
  { db }: Pick<Reader, 'db'>,
  variantIds: readonly VariantId[] | undefined,
): Promise<StockDiscrepancy[]> => {
  const only = variantIds ? sql`variant_id = ${anyId(variantIds)}` : sql.lit(true);
  const counters = sql<WrongCounter>`(
    with ledger as (select variant_id, location_id, sum(quantity)::int as units from stock_movements where ${only} group by 1, 2),
    held as (
      select variant_id, sum(units)::int as units from (
        select variant_id, quantity as units from holds where state = 'active' and ${only}
        union all select variant_id, units_free from stock_allocations where ${only}
        union all select variant_id, quantity from backorders where ${only}
          and quantity > 0 and not exists (select 1 from orders o where o.id = order_id and o.status = 'cancelled')) h group by variant_id)
    select 'onHand' as counter, s.variant_id, null::uuid as location_id, s.on_hand as counted, coalesce(l.units, 0) as justified
    from (select * from stock_levels where ${only}) s
      left join (select variant_id, sum(units)::int as units from ledger group by 1) l using (variant_id)
    union all
    select 'reserved', s.variant_id, null, s.reserved, coalesce(h.units, 0)
    from (select * from stock_levels where ${only}) s left join held h using (variant_id)
    union all
    select 'onHandAtLocation', variant_id, location_id, coalesce(a.on_hand, 0), coalesce(l.units, 0)
    from (select * from location_levels where ${only}) a full join ledger l using (variant_id, location_id))`;
  return db
    .selectFrom(counters.as('w'))
    .innerJoin('variants as v', 'v.id', 'w.variantId')
    .leftJoin('stock_locations as o', 'o.id', 'w.locationId')
    .select(['w.counter', 'w.variantId', 'v.sku', 'o.code as location', 'w.locationId', 'w.counted as from', 'w.justified as to'])
    .whereRef('w.counted', '<>', 'w.justified')
    .orderBy('v.sku')
    .orderBy('w.counter')
    .orderBy('o.code')
    .limit(atMost)
    .execute();
};
