import type { CategoryId, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { lockSiblings } from './category.locks.ts';

type C = ShopContract['categories'];

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
