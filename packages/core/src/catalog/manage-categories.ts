import type { CategoryDetail, CategoryId, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import {
  DomainError,
  isCheckViolation,
  notFound,
  requireScope,
  transact,
  transactOnce,
  type Actor,
  type Core,
  type Tx,
} from '../kernel/index.ts';
import { assertCategory, lockCategory, lockSiblings } from './category.locks.ts';
import { explainTaken } from './create-product.ts';
import { insertUnderFreeSlug } from './slug.queries.ts';

type C = ShopContract['categories'];

const explain = (error: unknown): unknown => {
  if (isCheckViolation(error, 'categories_no_cycle') || isCheckViolation(error, 'categories_not_own_parent'))
    return new DomainError('CATEGORY_CYCLE', 'A category cannot be moved below itself or one of its subcategories.', { cause: error });
  return explainTaken(error);
};

const read = async (tx: Tx, id: CategoryId): Promise<CategoryDetail> => {
  const { rows } = await sql<CategoryDetail>`
    select id, parent_id as "parentId", name, slug, description, sort_order as "sortOrder" from categories where id = ${id}`.execute(tx.db);
  if (!rows[0]) throw notFound('This category');
  return rows[0];
};

/** Adds a category. Throws `NOT_FOUND` for an unknown parent, `NAME_TAKEN`, `SLUG_TAKEN`. */
export const createCategory = (core: Core, actor: Actor, input: z.output<C['create']['input']>): Promise<CategoryDetail> => {
  requireScope(actor, 'catalog:write');
  const answer = transactOnce(
    core,
    { answers: true, subject: (category: CategoryDetail) => category.id, again: (tx, { subject }) => read(tx, subject as CategoryId) },
    async (tx) => {
      if (input.parentId) await assertCategory(tx, input.parentId);
      const id = tx.ids.next<CategoryId>();
      const { name, parentId = null, description = null, sortOrder = 0 } = input;
      const insert = async (slug: string) => {
        const row = { id, name, slug, description, parent_id: parentId, sort_order: sortOrder };
        const query = tx.db.insertInto('categories').values(row);
        return (await query.onConflict((conflict) => conflict.doNothing()).executeTakeFirst()).numInsertedOrUpdatedRows;
      };
      const hasName = async () =>
        (await sql`select 1 from categories where name = ${name} and parent_id is not distinct from ${parentId}`.execute(tx.db)).rows
          .length > 0;
      await insertUnderFreeSlug(tx, { table: 'categories', what: 'category of this parent', name, slug: input.slug }, insert, hasName);
      tx.outbox.add('category.changed', id, { categoryId: id });
      return read(tx, id);
    },
  );
  return answer.catch((error: unknown) => Promise.reject(explain(error)));
};

/** Renames or moves a category. A database lock over the whole tree prevents cycles under concurrency. Throws `CATEGORY_CYCLE`. */
export const updateCategory = (core: Core, actor: Actor, input: z.output<C['update']['input']>): Promise<CategoryDetail> => {
  requireScope(actor, 'catalog:write');
  const answer = transact(core, async (tx) => {
    await read(tx, input.id);
    if (input.parentId) await assertCategory(tx, input.parentId);
    const { name, slug, description, parentId, sortOrder } = input;
    // Only named fields are written, so that two people who change different fields both keep their changes.
    await tx.db
      .updateTable('categories')
      .set({
        name: name ?? sql`name`,
        slug: slug ?? sql`slug`,
        sort_order: sortOrder ?? sql`sort_order`,
        ...(description !== undefined && { description }),
        ...(parentId !== undefined && { parent_id: parentId }),
      })
      .where('id', '=', input.id)
      .execute();
    tx.outbox.add('category.changed', input.id, { categoryId: input.id });
    return read(tx, input.id);
  });
  return answer.catch((error: unknown) => Promise.reject(explain(error)));
};

/** Puts the categories below one in order. Throws `CONFLICT` unless the order names each of them once. */
export const reorderCategories = (core: Core, actor: Actor, input: z.output<C['reorder']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'catalog:write');
  const { parentId, categoryIds } = input;
  return transact(core, async (tx) => {
    const siblings = await lockSiblings(tx, parentId);
    const named = new Set(categoryIds);
    if (named.size !== categoryIds.length || named.size !== siblings.length || siblings.some((id) => !named.has(id)))
      throw new DomainError('CONFLICT', 'The new order must list every category of this parent exactly once. Reload the categories.', {
        details: { categoryIds: siblings },
      });
    const moved = await sql<{ id: CategoryId }>`
      update categories c set sort_order = o.place from unnest(${categoryIds}::uuid[]) with ordinality as o(id, place)
      where c.id = o.id and c.sort_order <> o.place returning c.id`.execute(tx.db);
    for (const { id } of moved.rows) tx.outbox.add('category.changed', id, { categoryId: id });
    return { ok: true };
  });
};

/** Deletes a category without subcategories; its products then have no category. Throws `CATEGORY_NOT_EMPTY`. */
export const deleteCategory = (core: Core, actor: Actor, { id }: z.output<C['delete']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'catalog:admin');
  return transact(core, async (tx) => {
    await lockCategory(tx, id);
    await read(tx, id);
    const below = await sql`select 1 from categories where parent_id = ${id} limit 1`.execute(tx.db);
    if (below.rows.length > 0) throw new DomainError('CATEGORY_NOT_EMPTY', 'The category has subcategories. Move or delete them first.');
    await sql`update products set category_id = null, version = version + 1, updated_at = now() where category_id = ${id}`.execute(tx.db);
    await sql`delete from categories where id = ${id}`.execute(tx.db);
    tx.outbox.add('category.changed', id, { categoryId: id });
    return { ok: true };
  });
};
