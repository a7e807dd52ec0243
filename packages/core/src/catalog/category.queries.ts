/** Reads of categories, and the errors that the database reports about categories. */
import { categoryDetailSchema, type CategoryDetail, type CategoryId } from '@cartwright/contracts';
import { Category } from '@cartwright/db';
import { DomainError, isCheckViolation, likeText, notFound, storedRecord, type Reader, type Tx } from '../kernel/index.ts';
import { explainTaken } from './create-product.ts';

/** Converts a violated constraint of categories into the error for it; returns every other error unchanged. */
export const explainCategoryError = (error: unknown): unknown => {
  if (isCheckViolation(error, 'categories_no_cycle') || isCheckViolation(error, 'categories_not_own_parent'))
    return new DomainError('CATEGORY_CYCLE', 'A category cannot be moved below itself or one of its subcategories.', { cause: error });
  return explainTaken(error);
};

/** Row or entity -> contract shape. */
export const categoryRecord = storedRecord(Category, categoryDetailSchema);

/** One category. Throws `NOT_FOUND`. */
export const readCategory = async (tx: Tx, id: CategoryId): Promise<CategoryDetail> => {
  const row = await tx.db.selectFrom('categories').select(categoryRecord.fields).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('This category');
  return categoryRecord.of(row);
};

/** Categories with a word that begins as typed, by name. */
export const findCategoriesByName = ({ db }: Pick<Reader, 'db'>, typed: string, limit: number) => {
  const like = likeText(typed);
  return db
    .selectFrom('categories')
    .select(['id', 'slug', 'name'])
    .where((eb) => eb.or([eb('name', 'ilike', `${like}%`), eb('name', 'ilike', `% ${like}%`)]))
    .orderBy('name')
    .limit(limit)
    .$narrowType<{ id: CategoryId }>()
    .execute();
};
