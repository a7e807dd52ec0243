/** Writes `categories`, by its entity; the new ones of an import, which have a name only, by one statement for all. */
import type { CategoryDetail, CategoryId } from '@cartwright/contracts';
import { Category } from '@cartwright/db';
import { insertRows, type LockedEntity, type Tx } from '../kernel/index.ts';
import { safeHtml } from './safe-html.ts';

type LockedCategory = LockedEntity<typeof Category>;

/** Tx step: adds a category and returns whether it did; a name or slug that another one has writes nothing. */
export const insertCategory = async (tx: Tx, category: CategoryDetail): Promise<boolean> => {
  const { affectedRows } = await tx.em
    .createQueryBuilder(Category)
    .insert({ ...category, description: safeHtml(category.description) })
    .onConflict()
    .ignore()
    .execute('run');
  return affectedRows === 1;
};

/** Tx step: adds categories that have a name only, in one statement. */
export const insertCategories = (
  tx: Tx,
  categories: readonly Readonly<Pick<CategoryDetail, 'id' | 'name' | 'slug' | 'parentId'>>[],
): Promise<void> => insertRows(tx, 'categories', categories);

/** Tx step: changes the given fields of a locked category. A trigger locks the whole tree for a move and refuses a cycle. */
export const changeCategory = async (tx: Tx, category: LockedCategory, changes: Partial<Omit<CategoryDetail, 'id'>>): Promise<void> => {
  tx.em.assign(category, { ...changes, ...(changes.description && { description: safeHtml(changes.description) }) });
  await tx.em.flush();
};

/** Tx step: numbers locked categories in the given order and returns those that moved. */
export const orderCategories = async (tx: Tx, categories: readonly LockedCategory[]): Promise<CategoryId[]> => {
  const moved = categories.flatMap((category, index) => (category.sortOrder === index + 1 ? [] : [{ category, sortOrder: index + 1 }]));
  for (const { category, sortOrder } of moved) tx.em.assign(category, { sortOrder });
  await tx.em.flush();
  return moved.map(({ category }) => category.id as CategoryId);
};

/** Tx step: deletes a locked category. */
export const deleteCategoryRow = async (tx: Tx, category: LockedCategory): Promise<void> => {
  tx.em.remove(category);
  await tx.em.flush();
};
