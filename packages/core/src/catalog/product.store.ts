/** Writes the table `products`. */
import type { CategoryId, Metadata, Product, ProductId, ProductTextName, ShopContract } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { sql, type ExpressionBuilder, type RawBuilder } from 'kysely';
import type { z } from 'zod';
import { anyId, insertRows, json, now, textArray, type Tx } from '../kernel/index.ts';
import { productIsUsed } from '../read-models/product-uses.ts';
import { isDueByDate } from './product.queries.ts';
import { givenTexts, noTexts } from './product.texts.ts';

/** A product that is about to be written. */
export interface NewProduct {
  readonly id: ProductId;
  readonly handle: string;
  readonly slug: string;
  readonly name: string;
  readonly texts: Readonly<Partial<Record<ProductTextName, string | null | undefined>>>;
  readonly brand: string | null;
  readonly categoryId: string | null;
  readonly tags: string[];
  readonly options: Product['options'];
  readonly metadata: Metadata;
  readonly status: Product['status'];
  readonly currency: string;
  readonly publishAt: string | null;
  readonly unpublishAt: string | null;
}

/** Tx step: inserts a product. Returns false, and writes nothing, when another product has its slug or handle. */
export const insertProductUnlessTaken = async (tx: Tx, product: NewProduct): Promise<boolean> => {
  const { numInsertedOrUpdatedRows } = await tx.db
    .insertInto('products')
    .values({
      id: product.id,
      handle: product.handle,
      slug: product.slug,
      name: product.name,
      ...givenTexts(product.texts),
      brand: product.brand,
      categoryId: product.categoryId,
      tags: product.tags,
      options: json(product.options),
      metadata: json(product.metadata),
      status: product.status,
      currency: product.currency,
      publishAt: toDate(product.publishAt),
      unpublishAt: toDate(product.unpublishAt),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
};

/** Tx step: inserts products. Throws a unique violation when another product has a slug or handle of them. */
export const insertProducts = (
  tx: Tx,
  products: readonly (Omit<NewProduct, 'texts'> & Readonly<Record<ProductTextName, string | null>>)[],
): Promise<void> =>
  insertRows(
    tx,
    'products',
    products.map((product) => ({
      id: product.id,
      handle: product.handle,
      slug: product.slug,
      name: product.name,
      ...givenTexts(product),
      brand: product.brand,
      categoryId: product.categoryId,
      tags: product.tags,
      options: product.options,
      metadata: product.metadata,
      status: product.status,
      currency: product.currency,
      publishAt: toDate(product.publishAt),
      unpublishAt: toDate(product.unpublishAt),
    })),
  );

/** What every change of a product does to its row. */
const raised = (eb: ExpressionBuilder<Database, 'products'>) => ({ version: eb('version', '+', 1), updatedAt: now });

/** The own fields of a product that staff set; an undefined field stays as it is. */
export type ProductFields = Omit<z.output<ShopContract['products']['update']['input']>, 'id' | 'version' | 'variants' | 'addVariants'>;

/** Tx step: sets the given fields of a product and raises its version. */
export const setProductFields = async (tx: Tx, id: ProductId, fields: ProductFields): Promise<void> => {
  await tx.db
    .updateTable('products')
    .set((eb) => ({
      ...(fields.name !== undefined && { name: fields.name }),
      ...(fields.handle !== undefined && { handle: fields.handle }),
      ...(fields.slug !== undefined && { slug: fields.slug }),
      ...givenTexts(fields),
      ...(fields.brand !== undefined && { brand: fields.brand }),
      ...(fields.categoryId !== undefined && { categoryId: fields.categoryId }),
      ...(fields.tags !== undefined && { tags: fields.tags }),
      ...(fields.metadata !== undefined && { metadata: json(fields.metadata) }),
      ...(fields.status !== undefined && { status: fields.status }),
      // A draft that was archived before its date must not be published by a date that has passed.
      ...(fields.status !== undefined && { publishAt: eb.case().when('publishAt', '>', now).then(eb.ref('publishAt')).end() }),
      ...(fields.publishAt !== undefined && { publishAt: toDate(fields.publishAt) }),
      ...(fields.unpublishAt !== undefined && { unpublishAt: toDate(fields.unpublishAt) }),
      ...raised(eb),
    }))
    .where('id', '=', id)
    .execute();
};

/** Converts an instant for the database. */
const toDate = (instant: string | null): Date | null => (instant === null ? null : new Date(instant));

/** Tx step: sets the options of a product to those of its variants. */
export const setProductOptions = async (tx: Tx, id: ProductId, options: Product['options']): Promise<void> => {
  await tx.db
    .updateTable('products')
    .set({ options: json(options) })
    .where('id', '=', id)
    .execute();
};

/** Tx step: raises the version of products that changed although their own rows are the same. */
export const raiseProductVersions = async (tx: Tx, ids: readonly ProductId[]): Promise<void> => {
  await tx.db.updateTable('products').set(raised).where('id', '=', anyId(ids)).execute();
};

/** One change of many products. Publishing clears a planned date. */
export type ProductChange =
  | { readonly status: 'active' | 'archived' }
  | { readonly categoryId: CategoryId | null }
  | { readonly addTags: readonly string[] }
  | { readonly removeTags: readonly string[] };

/** The columns that a change sets, and the condition for products that it would change. */
const changeOf = (eb: ExpressionBuilder<Database, 'products'>, change: ProductChange) => {
  if ('status' in change) {
    const set = change.status === 'active' ? { status: change.status, publishAt: null } : { status: change.status };
    return { set, differs: eb('status', '<>', change.status) };
  }
  if ('categoryId' in change) {
    const { categoryId } = change;
    return { set: { categoryId }, differs: eb('categoryId', 'is distinct from', categoryId) };
  }
  if ('addTags' in change) {
    const added = textArray(change.addTags);
    const tags = sql<string[]>`tags || array(select t from unnest(${added}) t where t <> all(tags))`;
    return { set: { tags }, differs: eb.not(eb('tags', '@>', added)) };
  }
  const removed = textArray(change.removeTags);
  const tags = sql<string[]>`array(select t from unnest(tags) with ordinality as u(t, n) where t <> all(${removed}) order by n)`;
  return { set: { tags }, differs: eb('tags', '&&', removed) };
};

/** Tx step: applies a change to products. Returns the ids of those that it changed; the others already were so. */
export const changeProducts = async (tx: Tx, ids: readonly ProductId[], change: ProductChange): Promise<ProductId[]> => {
  const rows = await tx.db
    .updateTable('products')
    .set((eb) => ({ ...raised(eb), ...changeOf(eb, change).set }))
    .where('id', '=', anyId(ids))
    .where((eb) => changeOf(eb, change).differs)
    .returning('id')
    .execute();
  return rows.map(({ id }) => id as ProductId);
};

/** Tx step: puts products into a tax class. Returns those that exist and are not deleted, and whether each had another class. */
export const setTaxClass = async (tx: Tx, ids: readonly ProductId[], taxClass: string): Promise<{ id: ProductId; changed: boolean }[]> => {
  const rows = await tx.db
    .updateTable('products as p')
    .from('products as old')
    .set((eb) => ({
      taxClass,
      version: eb('p.version', '+', eb.cast<number>(eb.parens('old.taxClass', '<>', taxClass), 'integer')),
      updatedAt: now,
    }))
    .where('p.id', '=', anyId(ids))
    .where('p.deletedAt', 'is', null)
    .whereRef('old.id', '=', 'p.id')
    .returning((eb) => ['p.id', eb('old.taxClass', '<>', taxClass).$castTo<boolean>().as('changed')])
    .execute();
  return rows.map(({ id, changed }) => ({ id: id as ProductId, changed }));
};

/** Tx step: takes all products out of a category. */
export const clearCategory = async (tx: Tx, categoryId: CategoryId): Promise<void> => {
  await tx.db
    .updateTable('products')
    .set((eb) => ({ ...raised(eb), categoryId: null }))
    .where('categoryId', '=', categoryId)
    .execute();
};

/**
 * Tx step: publishes or archives those of the products whose date has come by the clock of the database; returns their ids. Products that
 * another transaction has locked are skipped.
 */
export const publishDue = async (tx: Tx, ids: readonly ProductId[]): Promise<ProductId[]> => {
  const due = sql<{ id: string; off: boolean }>`(
    select id, unpublish_at is not null and unpublish_at <= now() as off from products
    where ${isDueByDate} and id = any(${ids}::uuid[]) order by id for update skip locked)`;
  const rows = await tx.db
    .with('due', () => due)
    .updateTable('products as p')
    .from('due as d')
    .set((eb) => ({
      status: eb
        .case()
        .when('d.off', '=', sql.lit(true))
        .then(sql.lit<Product['status']>('archived'))
        .else(sql.lit<Product['status']>('active'))
        .end(),
      publishAt: null,
      unpublishAt: eb.case().when('d.off', '=', sql.lit(true)).then(null).else(eb.ref('p.unpublishAt')).end(),
      version: eb('p.version', '+', 1),
      updatedAt: now,
    }))
    .whereRef('p.id', '=', 'd.id')
    .returning('p.id')
    .execute();
  return rows.map(({ id }) => id as ProductId);
};

/** Tx step: marks a product as deleted. Its row stays for the orders that name it. */
export const markProductDeleted = async (tx: Tx, id: ProductId): Promise<void> => {
  await tx.db
    .updateTable('products')
    .set((eb) => ({ ...raised(eb), deletedAt: now, status: 'archived' }))
    .where('id', '=', id)
    .execute();
};

/**
 * Tx step: removes texts and tags of those of the products that are due, and marks them as purged; returns their ids.
 * Products that another transaction has locked are skipped.
 */
export const clearDeletedProducts = async (tx: Tx, ids: readonly ProductId[], isDue: RawBuilder<boolean>): Promise<ProductId[]> => {
  const due = sql<string>`(
    select id from products where ${isDue} and id = any(${ids}::uuid[]) order by id for update skip locked)`;
  const rows = await tx.db
    .updateTable('products')
    .set({ ...noTexts, tags: [], metadata: json({}), purgedAt: now })
    .where('id', 'in', due)
    .returning('id')
    .execute();
  return rows.map(({ id }) => id as ProductId);
};

/** Tx step: deletes the rows of products without variants that no order and no pricing rule refers to. */
export const deleteUnusedProducts = async (tx: Tx, ids: readonly ProductId[]): Promise<void> => {
  await tx.db
    .deleteFrom('products as p')
    .where('p.id', '=', anyId(ids))
    .where(({ not }) => not(productIsUsed))
    .execute();
};
