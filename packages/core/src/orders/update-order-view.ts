import type { OrderView, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { json, notFound, transact, type Actor, type Core } from '../kernel/index.ts';
import { explainTakenName, orderViewColumns, requireViewOwner } from './order-view.queries.ts';

type C = ShopContract['orderViews'];

/** Renames a view or changes what it shows. Throws `NOT_FOUND`, also for somebody else's, and `CONFLICT` when the name is taken. */
export const updateOrderView = (core: Core, actor: Actor, input: z.output<C['update']['input']>): Promise<OrderView> => {
  const { userId } = requireViewOwner(actor);
  const { id, name, filters, sort } = input;
  const answer = transact(core, async (tx) => {
    const { rows } = await sql<OrderView>`
      update order_views set name = coalesce(${name ?? null}, name), filters = coalesce(${filters ? json(filters) : null}::jsonb, filters), sort = coalesce(${sort ?? null}, sort)
      where id = ${id} and user_id = ${userId} returning ${orderViewColumns}`.execute(tx.db);
    if (!rows[0]) throw notFound('This view');
    return rows[0];
  });
  return answer.catch((error: unknown) => Promise.reject(explainTakenName(error)));
};
