/** Every row lock on allocations. The stock row is locked first, where both are needed. */
import type { VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { anyId, notFound, type Tx } from '../kernel/index.ts';

/**
 * Locks an allocation and reads its free units; every buyer needs this lock. The time limit applies to this and every
 * later lock of the transaction. Rows are chosen before they are locked, so the limit already holds for this statement.
 */
export const lockAllocation = async (tx: Tx, id: string, { forMs }: { forMs: number }): Promise<{ free: number; closed: boolean }> => {
  const { rows } = await sql<{ free: number; closed: boolean }>`
    select units_free as free, closed_at is not null as closed from stock_allocations
    where id = ${id} and set_config('lock_timeout', ${String(forMs)}, true) is not null for no key update`.execute(tx.db);
  if (!rows[0]) throw notFound('This allocation');
  return rows[0];
};

/** Locks allocations in the order of their variants. */
export const lockAllocations = async ({ db }: Tx, ids: readonly string[]): Promise<void> => {
  await db
    .selectFrom('stock_allocations')
    .select('id')
    .where('id', '=', anyId(ids))
    .orderBy('variantId')
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
};

/** Locks open allocations in the order of their variants, for a larger statement that closes them. */
export const allocationsToClose = ({ db }: Tx, ids: readonly string[]) =>
  db
    .selectFrom('stock_allocations')
    .select(['id', 'variantId', 'unitsFree'])
    .where('id', '=', anyId(ids))
    .where('closedAt', 'is', null)
    .orderBy('variantId')
    .orderBy('id')
    .forUpdate()
    .$narrowType<{ variantId: VariantId }>();
