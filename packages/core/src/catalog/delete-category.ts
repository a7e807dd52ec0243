import type { ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { lockCategoryToDelete } from './category.locks.ts';
import { deleteCategoryRow } from './category.store.ts';
import { clearCategory } from './product.store.ts';

type C = ShopContract['categories'];

/** Deletes a category without subcategories; its products then have no category. Throws `CATEGORY_NOT_EMPTY`. */
export const deleteCategory = (core: Core, actor: Actor, { id }: z.output<C['delete']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'catalog:admin');
  return transact(core, async (tx) => {
    const category = await lockCategoryToDelete(tx, id);
    const below = await tx.db.selectFrom('categories').select('id').where('parentId', '=', id).limit(sql.lit(1)).executeTakeFirst();
    if (below) throw new DomainError('CATEGORY_NOT_EMPTY', 'The category has subcategories. Move or delete them first.');
    await clearCategory(tx, id);
    await deleteCategoryRow(tx, category);
    tx.outbox.add('category.changed', id, { categoryId: id });
    return { ok: true };
  });
};
