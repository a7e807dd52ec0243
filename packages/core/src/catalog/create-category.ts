import type { CategoryDetail, CategoryId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { assertParent } from './category.locks.ts';
import { explainCategoryError, readCategory } from './category.queries.ts';
import { insertCategory } from './category.store.ts';
import { assertImageUrl } from './image.policy.ts';
import { insertUnderFreeSlug } from './slug.queries.ts';

type C = ShopContract['categories'];

/**
 * Adds a category. Throws `NOT_FOUND` for an unknown parent, `INVALID_INPUT` below the deepest level, `NAME_TAKEN`, `SLUG_TAKEN`,
 * `URL_NOT_ALLOWED`.
 */
export const createCategory = (core: Core, actor: Actor, input: z.output<C['create']['input']>): Promise<CategoryDetail> => {
  requireScope(actor, 'catalog:write');
  const answer = transact(
    core,
    {
      once: {
        answers: true,
        subject: (category: CategoryDetail) => category.id,
        again: (tx, { subject }) => readCategory(tx, subject as CategoryId),
      },
    },
    async (tx) => {
      if (input.parentId) await assertParent(tx, input.parentId);
      const id = tx.ids.next<CategoryId>();
      const { name, parentId = null, description = null, seoTitle = null, seoDescription = null } = input;
      const { imageUrl = null, imageAltText = '', sortOrder = 0 } = input;
      if (imageUrl !== null) assertImageUrl(tx, imageUrl, 'imageUrl');
      const texts = { description, seoTitle, seoDescription, imageUrl, imageAltText };
      const insert = (slug: string) => insertCategory(tx, { id, name, slug, parentId, sortOrder, ...texts });
      const hasName = async () => {
        const named = tx.db.selectFrom('categories').select('id').where('name', '=', name);
        return (await named.where('parentId', 'is not distinct from', parentId).executeTakeFirst()) !== undefined;
      };
      await insertUnderFreeSlug(tx, { table: 'categories', name, slug: input.slug }, insert, hasName);
      tx.outbox.add('category.changed', id, { categoryId: id });
      return readCategory(tx, id);
    },
  );
  return answer.catch((error: unknown) => Promise.reject(explainCategoryError(error)));
};
