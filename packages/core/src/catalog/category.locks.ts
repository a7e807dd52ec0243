/** The locks on categories. */
import type { CategoryId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { notFound, type Tx } from '../kernel/index.ts';

/** Tx step: locks a category against deletion while something is added to it. Throws `NOT_FOUND`. */
export const assertCategory = async (tx: Tx, categoryId: string): Promise<void> => {
  const found = await tx.db.selectFrom('categories').select('id').where('id', '=', categoryId).forKeyShare().executeTakeFirst();
  if (!found) throw notFound('This category');
};

/**
 * Tx step: locks a category for its deletion. A transaction that puts a product or category below it holds a lock on
 * the row, so one of the two waits for the other.
 */
export const lockCategory = async (tx: Tx, id: CategoryId): Promise<void> => {
  await sql`select 1 from categories where id = ${id} for update`.execute(tx.db);
};

/** Tx step: locks the categories below one, or those at the top level, in the order of their ids. */
export const lockSiblings = async (tx: Tx, parentId: CategoryId | null): Promise<CategoryId[]> => {
  const { rows } = await sql<{ id: CategoryId }>`
    select id from categories where parent_id is not distinct from ${parentId} order by id for no key update`.execute(tx.db);
  return rows.map(({ id }) => id);
};
