import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { notFound, transact, type Actor, type Core } from '../kernel/index.ts';
import { requireViewOwner } from './order-view.queries.ts';
import { removeOrderView } from './order-view.store.ts';

type C = ShopContract['orderViews'];

/** Deletes a view. Throws `NOT_FOUND`, also for somebody else's. */
export const deleteOrderView = (core: Core, actor: Actor, { id }: z.output<C['delete']['input']>): Promise<{ ok: true }> => {
  const { userId } = requireViewOwner(actor);
  return transact(core, async (tx) => {
    if (!(await removeOrderView(tx, id, userId))) throw notFound('This view', id);
    return { ok: true };
  });
};
