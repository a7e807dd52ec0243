import { maxOrderViews, type OrderView, type ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { lockAccount } from '../accounts/index.ts';
import { DomainError, transact, type Actor, type Core } from '../kernel/index.ts';
import { readOrderView, requireViewOwner } from './order-view.queries.ts';
import { explainTakenName, insertOrderView } from './order-view.store.ts';

type C = ShopContract['orderViews'];

/**
 * Saves a view under a name. Throws `NAME_TAKEN` when the name is taken, `LIMIT_REACHED` when the account has the maximum
 * number of views.
 */
export const createOrderView = (core: Core, actor: Actor, input: z.output<C['create']['input']>): Promise<OrderView> => {
  const { userId } = requireViewOwner(actor);
  const answer = transact(
    core,
    { once: { answers: true, subject: (view: OrderView) => view.id, again: (tx, { subject }) => readOrderView(tx, userId, subject) } },
    async (tx) => {
      // Additions to one account run one after the other: two concurrent ones would each miss the other in their count.
      await lockAccount(tx, userId);
      const view = await insertOrderView(tx, userId, input);
      if (!view)
        throw new DomainError('LIMIT_REACHED', `You have reached the limit of ${maxOrderViews} saved views. Delete one first.`, {
          details: { limit: maxOrderViews },
        });
      return view;
    },
  );
  return answer.catch((error: unknown) => Promise.reject(explainTakenName(error)));
};
