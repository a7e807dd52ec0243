import type { VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';
import { endHolds, lapsedHolds } from './hold.state.ts';
import { announceCrossings } from './stock.events.ts';
import { lockStock, type LockedStock } from './stock.locks.ts';

/** Tx step: locks stock rows and releases the units of expired cart holds, each hold once. Returns the resulting rows. */
export const lockFreedStock = async (tx: Tx, variantIds: readonly string[]): Promise<Map<string, LockedStock>> => {
  const stock = await lockStock(tx, variantIds);
  const { rows } = await sql<{ variantId: VariantId; reserved: number }>`
    with ended as (
      ${endHolds('released', sql`${lapsedHolds} and h.variant_id = any(${[...stock.keys()]}::uuid[])`)}
      returning variant_id, quantity),
    sums as (select variant_id, sum(quantity)::int as quantity from ended group by variant_id)
    update stock_levels s set reserved = s.reserved - sums.quantity, updated_at = now()
    from sums where s.variant_id = sums.variant_id returning s.variant_id as "variantId", s.reserved`.execute(tx.db);
  for (const { variantId, reserved } of rows) {
    const row = stock.get(variantId);
    if (!row) continue;
    announceCrossings(tx, row, row.onHand - row.reserved, row.onHand - reserved);
    stock.set(variantId, { ...row, reserved });
  }
  return stock;
};
