/** The locks on categories. */
import { mostOfCategory, type CategoryId } from '@cartwright/contracts';
import { Category } from '@cartwright/db';
import { DomainError, lockedEntity, notFound, type LockedEntity, type Tx } from '../kernel/index.ts';

/** Tx step: locks a category against deletion while something is added to it. Throws `NOT_FOUND`. */
export const assertCategory = async (tx: Tx, categoryId: string, what = 'This category'): Promise<void> => {
  const found = await tx.db.selectFrom('categories').select('id').where('id', '=', categoryId).forKeyShare().executeTakeFirst();
  if (!found) throw notFound(what, categoryId);
};

/**
 * Tx step: locks a category against deletion while another is put below it. Throws `NOT_FOUND`, and `INVALID_INPUT` when the tree would get
 * more levels than it may have.
 */
export const assertParent = async (tx: Tx, parentId: string, movedId?: string): Promise<void> => {
  await assertCategory(tx, parentId, 'The parent category');
  const rows = await tx.db.selectFrom('categories').select(['id', 'parentId']).$narrowType<{ parentId: string | null }>().execute();
  const parents = new Map<string, string | null>(rows.map((row) => [row.id, row.parentId]));
  /** How many steps up to a category, or to none; a cycle is refused when it is written. */
  const stepsTo = (target: string | null, from: string | null): number | null => {
    let steps = 0;
    for (let at = from; at !== target; at = parents.get(at) ?? null, steps += 1) if (at === null || steps > parents.size) return null;
    return steps;
  };
  const above = stepsTo(null, parentId) ?? 0;
  const below = movedId === undefined ? 0 : Math.max(0, ...rows.map(({ id }) => stepsTo(movedId, id) ?? 0));
  if (above + 1 + below <= mostOfCategory.levels) return;
  throw new DomainError(
    'INVALID_INPUT',
    `The tree of categories can have at most ${mostOfCategory.levels} levels. Choose another parent.`,
    {
      fields: [{ path: 'parentId', message: `is on level ${above} of at most ${mostOfCategory.levels}` }],
    },
  );
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
