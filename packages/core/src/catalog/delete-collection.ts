import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { lockCollection } from './collection.locks.ts';
import { deleteCollectionRow } from './collection.store.ts';

type C = ShopContract['collections'];

/** Removes a collection; its products stay. */
export const deleteCollection = (core: Core, actor: Actor, { id }: z.output<C['delete']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'catalog:write');
  return transact(core, async (tx) => {
    await deleteCollectionRow(tx, await lockCollection(tx, id));
    return { ok: true };
  });
};
