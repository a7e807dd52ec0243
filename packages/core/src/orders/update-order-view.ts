import type { OrderView, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { notFound, transact, type Actor, type Core } from '../kernel/index.ts';
import { requireViewOwner } from './order-view.queries.ts';
import { changeOrderView, explainTakenName } from './order-view.store.ts';

type C = ShopContract['orderViews'];

/** Renames a view or changes what it shows. Throws `NOT_FOUND`, also for somebody else's, and `NAME_TAKEN` when the name is taken. */
export const updateOrderView = (core: Core, actor: Actor, input: z.output<C['update']['input']>): Promise<OrderView> => {
  const { userId } = requireViewOwner(actor);
  const { id, ...content } = input;
  const answer = transact(core, async (tx) => {
    const view = await changeOrderView(tx, { id, userId }, content);
    if (!view) throw notFound('This view', id);
    return view;
  });
  return answer.catch((error: unknown) => Promise.reject(explainTakenName(error)));
};
