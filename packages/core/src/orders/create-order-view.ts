import { maxOrderViews, type OrderView, type OrderViewId, type ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { lockAccount } from '../accounts/index.ts';
import { DomainError, json, transactOnce, type Actor, type Core } from '../kernel/index.ts';
import { explainTakenName, orderViewColumns, readOrderView, requireViewOwner } from './order-view.queries.ts';

type C = ShopContract['orderViews'];

/**
 * Saves a view under a name. Throws `CONFLICT` when the name is taken, `LIMIT_REACHED` when the account has the maximum
 * number of views.
 */
export const createOrderView = (core: Core, actor: Actor, input: z.output<C['create']['input']>): Promise<OrderView> => {
  const { userId } = requireViewOwner(actor);
  const answer = transactOnce(
    core,
    { answers: true, subject: (view: OrderView) => view.id, again: (tx, { subject }) => readOrderView(tx, userId, subject) },
    async (tx) => {
      // Additions to one account run one after the other: two concurrent ones would each miss the other in their count.
      await lockAccount(tx, userId);
      const { rows } = await sql<OrderView>`
      insert into order_views (id, user_id, name, filters, sort)
      select ${tx.ids.next<OrderViewId>()}, ${userId}, ${input.name}, ${json(input.filters)}, ${input.sort}
      where (select count(*) from order_views where user_id = ${userId}) < ${maxOrderViews}
      returning ${orderViewColumns}`.execute(tx.db);
      if (!rows[0])
        throw new DomainError('LIMIT_REACHED', `You have reached the limit of ${maxOrderViews} saved views. Delete one first.`, {
          details: { limit: maxOrderViews },
        });
      return rows[0];
    },
  );
  return answer.catch((error: unknown) => Promise.reject(explainTakenName(error)));
};
