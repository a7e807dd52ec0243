import { definedFields, type CategoryDetail, type ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { assertParent, lockCategory } from './category.locks.ts';
import { categoryRecord, explainCategoryError } from './category.queries.ts';
import { changeCategory } from './category.store.ts';
import { assertImageUrl } from './image.policy.ts';

type C = ShopContract['categories'];

/**
 * Changes or moves a category. A database lock over the whole tree prevents cycles under concurrency. Throws `CATEGORY_CYCLE`,
 * `INVALID_INPUT` below the deepest level, `URL_NOT_ALLOWED`.
 */
export const updateCategory = (core: Core, actor: Actor, input: z.output<C['update']['input']>): Promise<CategoryDetail> => {
  requireScope(actor, 'catalog:write');
  const { id, ...changes } = input;
  const answer = transact(core, async (tx) => {
    const category = await lockCategory(tx, id);
    if (changes.imageUrl) assertImageUrl(tx, changes.imageUrl, 'imageUrl');
    if (changes.parentId) await assertParent(tx, changes.parentId, id);
    // Only named fields are written, so that two people who change different fields both keep their changes.
    await changeCategory(tx, category, definedFields(changes));
    tx.outbox.add('category.changed', id, { categoryId: id });
    return categoryRecord.of(category);
  });
  return answer.catch((error: unknown) => Promise.reject(explainCategoryError(error)));
};
