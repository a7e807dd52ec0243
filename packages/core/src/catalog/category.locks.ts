/** The locks on categories. */
import type { CategoryId } from '@cartwright/contracts';
import { Category } from '@cartwright/db';
import { lockedEntity, notFound, type LockedEntity, type Tx } from '../kernel/index.ts';

/** Tx step: locks a category against deletion while something is added to it. Throws `NOT_FOUND`. */
export const assertCategory = async (tx: Tx, categoryId: string, what = 'This category'): Promise<void> => {
  const found = await tx.db.selectFrom('categories').select('id').where('id', '=', categoryId).forKeyShare().executeTakeFirst();
  if (!found) throw notFound(what, categoryId);
};

/**
 * Tx step: locks a category for its deletion. A transaction that puts a product or category below it holds a lock on
 * the row, so one of the two waits for the other. Throws `NOT_FOUND`.
 */
export const lockCategoryToDelete = async (tx: Tx, id: CategoryId): Promise<LockedEntity<typeof Category>> => {
  const row = await tx.db.selectFrom('categories').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  if (!row) throw notFound('This category', id);
  return lockedEntity(tx, Category, row);
};

/** Tx step: locks a category for a change. Throws `NOT_FOUND`. */
export const lockCategory = async (tx: Tx, id: CategoryId): Promise<LockedEntity<typeof Category>> => {
  const row = await tx.db.selectFrom('categories').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst();
  if (!row) throw notFound('This category', id);
  return lockedEntity(tx, Category, row);
};

/** Tx step: locks the categories below one, or those at the top level, in the order of their ids. */
export const lockSiblings = async (tx: Tx, parentId: CategoryId | null): Promise<LockedEntity<typeof Category>[]> => {
  const rows = await tx.db
    .selectFrom('categories')
    .selectAll()
    .where('parentId', 'is not distinct from', parentId)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  return rows.map((row) => lockedEntity(tx, Category, row));
};
