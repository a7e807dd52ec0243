import type { ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { notFound, transact, type Actor, type Core } from '../kernel/index.ts';
import { requireViewOwner } from './order-view.queries.ts';

type C = ShopContract['orderViews'];

/** Deletes a view. Throws `NOT_FOUND`, also for somebody else's. */
export const deleteOrderView = (core: Core, actor: Actor, { id }: z.output<C['delete']['input']>): Promise<{ ok: true }> => {
  const { userId } = requireViewOwner(actor);
  return transact(core, async (tx) => {
    const { rows } = await sql`delete from order_views where id = ${id} and user_id = ${userId} returning 1`.execute(tx.db);
    if (rows.length === 0) throw notFound('This view');
    return { ok: true };
  });
};
