/** Reads of categories, and the errors that the database reports about categories. */
import {
  categoryDetailSchema,
  type CategoryDetail,
  type CategoryId,
  type CategoryPage,
  type Category as CategoryWithBelow,
  type ShopContract,
} from '@cartwright/contracts';
import { Category } from '@cartwright/db';
import { sql } from 'kysely';
import type { z } from 'zod';
import {
  DomainError,
  isCheckViolation,
  notFound,
  rowCount,
  storedRecord,
  uuidPattern,
  type Core,
  type Reader,
  type Tx,
} from '../kernel/index.ts';
import { countsWithBelow, readCategoryTree } from './category.tree.ts';
import { listed } from '../read-models/on-sale.ts';
import { textQuery } from '../read-models/product-filter.ts';
import type { CategoryPlace } from '../read-models/stored-products.ts';
import { explainTaken } from './taken-names.ts';

type C = ShopContract['categories'];

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
  if (!row) throw notFound('This category', id);
  return categoryRecord.of(row);
};

/** A category by id or slug, with the categories above it. Throws `NOT_FOUND`. */
export const getCategory = async (core: Core, { id: idOrSlug }: z.output<C['get']['input']>): Promise<CategoryPage> => {
  const category = await core.reads.read('catalog', `category:${idOrSlug}`, () => findCategory(core, idOrSlug));
  if (!category) throw notFound('This category', idOrSlug);
  return category;
};

const findCategory = async (core: Core, idOrSlug: string): Promise<CategoryPage | null> => {
  const select = () => core.db.selectFrom('categories').select(categoryRecord.fields);
  // A slug may look like an id.
  const byId = uuidPattern.test(idOrSlug) ? await select().where('id', '=', idOrSlug).executeTakeFirst() : undefined;
  const row = byId ?? (await select().where('slug', '=', idOrSlug).executeTakeFirst());
  if (!row) return null;
  const { byId: all } = await readCategoryTree(core, [row.id]);
  return { ...categoryRecord.of(row), path: pathTo(all, row.id).map(({ id, name, slug }) => ({ id, name, slug })) };
};

/** A category and those above it, the top one first; empty for one that is not among them. */
const pathTo = <C extends { readonly parentId: string | null }>(all: ReadonlyMap<string, C>, id: string | null): C[] => {
  const path: C[] = [];
  for (let at = id === null ? undefined : all.get(id); at; at = at.parentId === null ? undefined : all.get(at.parentId)) path.unshift(at);
  return path;
};

/** Reads all categories; returns the place of each by its id. */
export const readCategoryPlaces = async ({ db }: Pick<Reader, 'db'>): Promise<(id: CategoryId | null) => CategoryPlace | null> => {
  const rows = await db.selectFrom('categories').select(['id', 'parentId', 'name']).$narrowType<{ parentId: string | null }>().execute();
  const all = new Map(rows.map((row) => [row.id, row]));
  return (id) => {
    const above = pathTo(all, id).map(({ name }) => name);
    const name = above.pop();
    return name === undefined ? null : { name, above };
  };
};

/** Categories with all typed words, of which the last may be unfinished, by name. */
export const findCategoriesByName = ({ db }: Pick<Reader, 'db'>, typed: string, limit: number) =>
  db
    .selectFrom('categories')
    .select(['id', 'slug', 'name'])
    .where((eb) => eb(eb.fn<string>('search_name_words', ['name']), '@@', textQuery(eb.val(typed), ':*')))
    .orderBy('name')
    .limit(limit)
    .$narrowType<{ id: CategoryId }>()
    .execute();

/** The category tree, each with the number of active products below it. */
export const listCategories = (core: Core): Promise<{ categories: CategoryWithBelow[] }> =>
  core.reads.read('catalog', 'categories', () => readCategories(core));

const readCategories = async ({ db }: Core): Promise<{ categories: CategoryWithBelow[] }> => {
  const rows = await db
    .selectFrom('categories as c')
    .select((eb) => [
      eb.ref('c.id').$castTo<CategoryId>().as('id'),
      eb.ref('c.parentId').$castTo<CategoryId | null>().as('parentId'),
      'c.name',
      'c.slug',
      eb.selectFrom('products as p').select(rowCount.as('n')).whereRef('p.categoryId', '=', 'c.id').where(listed).as('own'),
    ])
    .orderBy('c.sortOrder')
    .orderBy('c.name')
    .limit(sql.lit(5_000))
    .execute();
  const counts = countsWithBelow(
    rows.map(({ id, own }) => [id, own ?? 0]),
    new Map(rows.map((row) => [row.id, row])),
  );
  const build = (parentId: CategoryId | null): CategoryWithBelow[] =>
    rows
      .filter((row) => row.parentId === parentId)
      .map(({ id, name, slug }) => ({ id, name, slug, children: build(id), productCount: counts.get(id) ?? 0 }));
  return { categories: build(null) };
};
