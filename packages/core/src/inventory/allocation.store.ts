/** Writes `stock_allocations`. The caller has locked the stock row. Statements that also write holds stand in `hold.store.ts`. */
import type { VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';
import { allocationToClose } from './allocation.locks.ts';

export interface NewAllocation {
  readonly id: string;
  readonly variantId: VariantId;
  readonly units: number;
  readonly purpose: string;
}

/** Inserts allocations; all of their units are free. */
export const insertAllocations = async (tx: Tx, allocations: readonly NewAllocation[]): Promise<void> => {
  await tx.db
    .insertInto('stock_allocations')
    .values(allocations.map((a) => ({ id: a.id, variantId: a.variantId, purpose: a.purpose, unitsFree: a.units })))
    .execute();
};

/** Adds units to the free ones of an open allocation, or takes them away. Returns the free units after the change; undefined when fewer are free. */
export const moveFreeUnits = async (tx: Tx, allocationId: string, delta: number): Promise<number | undefined> => {
  const { rows } = await sql<{ free: number }>`
    update stock_allocations set units_free = units_free + ${delta} where id = ${allocationId} and closed_at is null and units_free + ${delta} >= 0
    returning units_free as free`.execute(tx.db);
  return rows[0]?.free;
};

/** Locks and closes an open allocation. Returns the units that were free; 0 when it is already closed. */
export const endAllocation = async (tx: Tx, allocationId: string): Promise<number> => {
  const { rows } = await sql<{ free: number }>`
    with open as (${allocationToClose(allocationId)})
    update stock_allocations a set units_free = 0, closed_at = now() from open where a.id = open.id returning open.units_free as free`.execute(
    tx.db,
  );
  return rows[0]?.free ?? 0;
};
