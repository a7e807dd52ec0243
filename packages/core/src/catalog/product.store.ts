/** Writes the table `products`. */
import type { CategoryId, Product, ProductId, ProductTextName, ShopContract } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { z } from 'zod';
import { insertRows, json, type Tx } from '../kernel/index.ts';
import { isDueByDate, isDueForRemoval } from './product.queries.ts';
import { noTexts, textColumns } from './product.texts.ts';

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
      ...textColumns(product.texts),
      brand: product.brand,
      categoryId: product.categoryId,
      tags: product.tags,
      options: json(product.options),
      status: product.status,
      currency: product.currency,
      publishAt: toDate(product.publishAt),
      unpublishAt: toDate(product.unpublishAt),
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return numInsertedOrUpdatedRows === 1n;
};

/** Tx step: inserts products without dates. Throws a unique violation when another product has a slug or handle of them. */
export const insertProducts = (
  tx: Tx,
  products: readonly (Omit<NewProduct, 'texts' | 'publishAt' | 'unpublishAt'> & { readonly description: string | null })[],
): Promise<void> =>
  insertRows(
    tx,
    'products',
    products.map(({ id, handle, slug, name, description, brand, categoryId, tags, options, status, currency }) => ({
      id,
      handle,
      slug,
      name,
      description,
      brand,
      categoryId,
      tags,
      options,
      status,
      currency,
    })),
  );

/** The own fields of a product that staff set; an undefined field stays as it is. */
export type ProductFields = Omit<z.output<ShopContract['products']['update']['input']>, 'id' | 'version' | 'variants' | 'addVariants'>;

/** Tx step: sets the given fields of a product and raises its version. */
export const setProductFields = async (tx: Tx, id: ProductId, fields: ProductFields): Promise<void> => {
  await tx.db
    .updateTable('products')
    .set({
      ...(fields.name !== undefined && { name: fields.name }),
      ...(fields.handle !== undefined && { handle: fields.handle }),
      ...(fields.slug !== undefined && { slug: fields.slug }),
      ...textColumns(fields),
      ...(fields.brand !== undefined && { brand: fields.brand }),
      ...(fields.categoryId !== undefined && { categoryId: fields.categoryId }),
      ...(fields.tags !== undefined && { tags: fields.tags }),
      ...(fields.status !== undefined && { status: fields.status }),
      // A draft that was archived before its date must not be published by a date that has passed.
      ...(fields.status !== undefined && { publishAt: sql`case when publish_at > now() then publish_at end` }),
      ...(fields.publishAt !== undefined && { publishAt: toDate(fields.publishAt) }),
      ...(fields.unpublishAt !== undefined && { unpublishAt: toDate(fields.unpublishAt) }),
      version: sql`version + 1`,
      updatedAt: sql`now()`,
    })
    .where('id', '=', id)
    .execute();
};

/** Converts an instant for the database. */
const toDate = (instant: string | null): Date | null => (instant === null ? null : new Date(instant));

/** Tx step: sets the options of a product to those of its variants. */
export const setProductOptions = async (tx: Tx, id: ProductId, options: Product['options']): Promise<void> => {
  await sql`update products set options = ${json(options)} where id = ${id}`.execute(tx.db);
};

/** Tx step: raises the version of products that changed although their own rows are the same. */
export const raiseProductVersions = async (tx: Tx, ids: readonly ProductId[]): Promise<void> => {
  await sql`update products set version = version + 1, updated_at = now() where id = any(${ids}::uuid[])`.execute(tx.db);
};

/** A product of a file as it is to be. Besides name and options, only the fields in `given` change. */
export interface ProductRevision {
  readonly id: ProductId;
  readonly name: string;
  readonly description: string | null | undefined;
  readonly brand: string | null | undefined;
  readonly tags: string[] | undefined;
  readonly status: Product['status'] | undefined;
  readonly categoryId: CategoryId | null;
  readonly given: readonly string[];
  readonly options: Product['options'];
}

/** Tx step: changes the products whose own fields differ; returns their ids. A changed status clears the publishing date. */
export const reviseProducts = async (tx: Tx, revisions: readonly ProductRevision[]): Promise<ProductId[]> => {
  const next = (column: string, field: string) =>
    sql`case when ${column} = any(w.given) then w.${sql.ref(field)} else p.${sql.ref(field)} end`;
  const columns = sql`w.name, ${next('description', 'description')}, ${next('brand', 'brand')}, ${next('category', 'category_id')}, ${next('tags', 'tags')}, ${next('status', 'status')}, w.options`;
  const { rows } = await sql<{ id: ProductId }>`
    update products p set (name, description, brand, category_id, tags, status, options) = row(${columns}), version = p.version + 1, updated_at = now(),
      publish_at = case when p.status = ${next('status', 'status')} then p.publish_at end
    from (select id, name, description, brand, tags, status, "categoryId" as category_id, options, given from jsonb_to_recordset(${JSON.stringify(revisions)}::jsonb)
      as r(id uuid, name text, description text, brand text, tags text[], status text, "categoryId" uuid, options jsonb, given text[])) w
    where p.id = w.id and (p.name, p.description, p.brand, p.category_id, p.tags, p.status, p.options) is distinct from row(${columns})
    returning p.id`.execute(tx.db);
  return rows.map(({ id }) => id);
};

/** One change of many products. Publishing clears a planned date. */
export type ProductChange =
  | { readonly status: 'active' | 'archived' }
  | { readonly categoryId: CategoryId | null }
  | { readonly addTags: readonly string[] }
  | { readonly removeTags: readonly string[] };

/** The SQL of a change, and the condition for products that it would change. */
const changeOf = (change: ProductChange): { set: RawBuilder<unknown>; differs: RawBuilder<unknown> } => {
  if ('status' in change)
    return {
      set: change.status === 'active' ? sql`status = 'active', publish_at = null` : sql`status = 'archived'`,
      differs: sql`status <> ${change.status}`,
    };
  if ('categoryId' in change)
    return { set: sql`category_id = ${change.categoryId}`, differs: sql`category_id is distinct from ${change.categoryId}::uuid` };
  if ('addTags' in change) {
    const added = sql`${change.addTags}::text[]`;
    return { set: sql`tags = tags || array(select t from unnest(${added}) t where t <> all(tags))`, differs: sql`not tags @> ${added}` };
  }
  const removed = sql`${change.removeTags}::text[]`;
  return {
    set: sql`tags = array(select t from unnest(tags) with ordinality as u(t, n) where t <> all(${removed}) order by n)`,
    differs: sql`tags && ${removed}`,
  };
};

/** Tx step: applies a change to products. Returns the ids of those that it changed; the others already were so. */
export const changeProducts = async (tx: Tx, ids: readonly ProductId[], change: ProductChange): Promise<ProductId[]> => {
  const { set, differs } = changeOf(change);
  const { rows } = await sql<{ id: ProductId }>`
    update products set ${set}, version = version + 1, updated_at = now() where id = any(${ids}::uuid[]) and ${differs} returning id`.execute(
    tx.db,
  );
  return rows.map(({ id }) => id);
};

/** Tx step: puts products into a tax class. Returns those that exist and are not deleted, and whether each had another class. */
export const setTaxClass = async (tx: Tx, ids: readonly ProductId[], taxClass: string): Promise<{ id: ProductId; changed: boolean }[]> => {
  const { rows } = await sql<{ id: ProductId; changed: boolean }>`
    update products p set tax_class = ${taxClass}, version = p.version + (old.tax_class <> ${taxClass})::int, updated_at = now()
    from products old where p.id = any(${ids}::uuid[]) and p.deleted_at is null and old.id = p.id
    returning p.id, old.tax_class <> ${taxClass} as changed`.execute(tx.db);
  return rows;
};

/** Tx step: takes all products out of a category. */
export const clearCategory = async (tx: Tx, categoryId: CategoryId): Promise<void> => {
  await sql`update products set category_id = null, version = version + 1, updated_at = now() where category_id = ${categoryId}`.execute(
    tx.db,
  );
};

/**
 * Tx step: publishes or archives those of the products whose date has come by the clock of the database; returns their ids. Products that
 * another transaction has locked are skipped.
 */
export const publishDue = async (tx: Tx, ids: readonly ProductId[]): Promise<ProductId[]> => {
  const { rows } = await sql<{ id: ProductId }>`
    with due as (
      select id, unpublish_at is not null and unpublish_at <= now() as off from products
      where ${isDueByDate} and id = any(${ids}::uuid[]) order by id for update skip locked)
    update products p set status = case when d.off then 'archived' else 'active' end, publish_at = null,
      unpublish_at = case when d.off then null else p.unpublish_at end, version = p.version + 1, updated_at = now()
    from due d where p.id = d.id returning p.id`.execute(tx.db);
  return rows.map(({ id }) => id);
};

/** Tx step: marks a product as deleted. Its row stays for the orders that name it. */
export const markProductDeleted = async (tx: Tx, id: ProductId): Promise<void> => {
  await sql`update products set deleted_at = now(), status = 'archived', version = version + 1, updated_at = now() where id = ${id}`.execute(
    tx.db,
  );
};

/**
 * Tx step: removes texts and tags of those of the products that were deleted long ago, and marks them as purged; returns their ids. Products
 * that another transaction has locked are skipped.
 */
export const clearDeletedProducts = async (tx: Tx, ids: readonly ProductId[]): Promise<ProductId[]> => {
  const { rows } = await sql<{ id: ProductId }>`
    update products set ${noTexts}, tags = '{}', purged_at = now()
    where id in (select id from products where ${isDueForRemoval} and id = any(${ids}::uuid[]) order by id for update skip locked)
    returning id`.execute(tx.db);
  return rows.map(({ id }) => id);
};

/** Tx step: deletes the rows of products without variants that no order and no pricing rule refers to. */
export const deleteUnusedProducts = async (tx: Tx, ids: readonly ProductId[]): Promise<void> => {
  await sql`
    delete from products p where p.id = any(${ids}::uuid[]) and not exists (select 1 from variants v where v.product_id = p.id)
      and not exists (select 1 from order_items i where i.product_id = p.id) and not exists (select 1 from pricing_rules r where r.product_id = p.id)`.execute(
    tx.db,
  );
};
