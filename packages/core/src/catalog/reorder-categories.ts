import type { CategoryId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { lockSiblings } from './category.locks.ts';
import { orderCategories } from './category.store.ts';

type C = ShopContract['categories'];

/** Puts the categories below one in order. Throws `LIST_CHANGED` unless the order names each of them once. */
export const reorderCategories = (core: Core, actor: Actor, input: z.output<C['reorder']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'catalog:write');
  const { parentId, categoryIds } = input;
  return transact(core, async (tx) => {
    const siblings = new Map((await lockSiblings(tx, parentId)).map((category) => [category.id as CategoryId, category]));
    const ordered = categoryIds.flatMap((id) => siblings.get(id) ?? []);
    if (new Set(categoryIds).size !== categoryIds.length || ordered.length !== categoryIds.length || ordered.length !== siblings.size)
      throw new DomainError('LIST_CHANGED', 'The new order must list every category of this parent exactly once. Reload the categories.', {
        details: { ids: [...siblings.keys()] },
      });
    for (const id of await orderCategories(tx, ordered)) tx.outbox.add('category.changed', id, { categoryId: id });
    return { ok: true };
  });
};
