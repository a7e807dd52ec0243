import type { CategoryDetail, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { assertCategory } from './category.locks.ts';
import { explainCategoryError, readCategory } from './category.queries.ts';

type C = ShopContract['categories'];

/** Renames or moves a category. A database lock over the whole tree prevents cycles under concurrency. Throws `CATEGORY_CYCLE`. */
export const updateCategory = (core: Core, actor: Actor, input: z.output<C['update']['input']>): Promise<CategoryDetail> => {
  requireScope(actor, 'catalog:write');
  const answer = transact(core, async (tx) => {
    await readCategory(tx, input.id);
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
    return readCategory(tx, input.id);
  });
  return answer.catch((error: unknown) => Promise.reject(explainCategoryError(error)));
};
