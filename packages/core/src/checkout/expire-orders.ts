import type { OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { system, transact, type Core } from '../kernel/index.ts';
import { lockOrder, markOrderCancelled } from '../orders/index.ts';
import { giveUpCharge } from './give-up-charge.ts';

const batch = 100;

/**
 * Cancels the orders that were not paid in time. The charge is given up at the provider before the
 * stock is released; an order whose provider is silent keeps both until it answers. Answers how many expired.
 */
export const expireOrders = async (core: Core): Promise<number> => {
  const { rows } = await sql<{
    id: OrderId;
  }>`select id from orders where status = 'pending' and expires_at <= now() order by expires_at limit ${batch}`.execute(core.db);
  let expired = 0;
  for (const { id } of rows) {
    if (!(await giveUpCharge(core, id))) continue;
    expired += await transact(core, async (tx) => {
      const order = await lockOrder(tx, id);
      if (order.status !== 'pending') return 0;
      await markOrderCancelled(tx, order, 'expired', system('expiry'));
      return 1;
    });
  }
  return expired;
};
