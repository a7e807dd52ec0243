import type { ProductId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { workOffPages, type Core, type Tx } from '../kernel/index.ts';
import { endHolds, lapsedHolds } from './hold.state.ts';
import { announceCrossings } from './stock.events.ts';
import { stockToChange } from './stock.locks.ts';

interface Freed {
  readonly variantId: VariantId;
  readonly productId: ProductId;
  readonly reorderThreshold: number;
  readonly backorderLimit: number;
  readonly after: number;
  readonly units: number;
  readonly holds: number;
}

/**
 * Ends expired cart holds, a page of variants at a time, each hold once with any number of workers. Returns how many
 * holds ended. Buyers do not depend on it, see `holdStock`.
 */
export const expireCartHolds = (core: Core, pageSize = 200): Promise<number> =>
  workOffPages<VariantId>(core, {
    what: 'the end of the holds of a variant',
    pageSize,
    find: async (after, limit) => {
      const { rows } = await sql<{ id: VariantId }>`
        select distinct h.variant_id as id from holds h where h.state = 'active' and ${lapsedHolds} and h.variant_id > ${after} order by h.variant_id limit ${limit}`.execute(
        core.db,
      );
      return rows.map(({ id }) => id);
    },
    handle: endLapsedHolds,
  });

// All columns of the CHECK come from the locked row, see `holdStock`. Stock rows first, then holds: the same order as every buyer. Locked rows are left to the next run.
const endLapsedHolds = async (tx: Tx, variantIds: readonly VariantId[]): Promise<number> => {
  const { rows } = await sql<Freed>`
    with stock as (
      ${stockToChange(sql`s.variant_id, s.on_hand, s.reserved, s.backorder_limit, s.forced_short`, sql`${variantIds}::uuid[]`, { skipLocked: true })}),
    ended as (
      ${endHolds('released', sql`h.variant_id = stock.variant_id and ${lapsedHolds}`, sql`stock`)}
      returning h.variant_id, h.quantity),
    sums as (select variant_id, sum(quantity)::int as units, count(*)::int as holds from ended group by variant_id)
    update stock_levels s set reserved = k.reserved - sums.units, on_hand = k.on_hand, backorder_limit = k.backorder_limit, forced_short = k.forced_short, updated_at = now()
    from sums join stock k on k.variant_id = sums.variant_id join variants v on v.id = sums.variant_id where s.variant_id = sums.variant_id
    returning s.variant_id as "variantId", v.product_id as "productId", s.reorder_threshold as "reorderThreshold", s.backorder_limit as "backorderLimit",
      s.on_hand - s.reserved as after, sums.units, sums.holds`.execute(tx.db);
  for (const row of rows) announceCrossings(tx, row, row.after - row.units, row.after);
  return rows.reduce((sum, row) => sum + row.holds, 0);
};
