/** Writes `stock_allocations`. The caller has locked the stock row. Statements that also write holds stand in `hold.store.ts`. */
import type { VariantId } from '@cartwright/contracts';
import { now, type Tx } from '../kernel/index.ts';
import { allocationsToClose } from './allocation.locks.ts';

/** Units that are set aside for a purpose. */
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

/**
 * Adds units to the free ones of an open allocation, or takes them away. Returns the free units after the change; undefined when fewer
 * are free.
 */
export const moveFreeUnits = async ({ db }: Tx, allocationId: string, delta: number): Promise<number | undefined> => {
  const moved = await db
    .updateTable('stock_allocations')
    .set((eb) => ({ unitsFree: eb('unitsFree', '+', delta) }))
    .where('id', '=', allocationId)
    .where('closedAt', 'is', null)
    .where((eb) => eb(eb('unitsFree', '+', delta), '>=', eb.lit(0)))
    .returning('unitsFree')
    .executeTakeFirst();
  return moved?.unitsFree;
};

/** The free units of an allocation; 0 when it is closed. */
export const readFreeUnits = async ({ db }: Pick<Tx, 'db'>, allocationId: string): Promise<number> =>
  (await db.selectFrom('stock_allocations').select('unitsFree').where('id', '=', allocationId).executeTakeFirst())?.unitsFree ?? 0;

/** Locks and closes open allocations. Returns the units that were free in each; an allocation that is already closed is left out. */
export const endAllocations = (tx: Tx, ids: readonly string[]): Promise<{ readonly variantId: VariantId; readonly unitsFree: number }[]> =>
  tx.db
    .with('open', () => allocationsToClose(tx, ids))
    .updateTable('stock_allocations as a')
    .from('open')
    .set({ unitsFree: 0, closedAt: now })
    .whereRef('a.id', '=', 'open.id')
    .returning(['open.variantId', 'open.unitsFree'])
    .execute();
