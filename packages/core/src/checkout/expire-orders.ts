import type { OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { system, transact, type Core } from '../kernel/index.ts';
import { lockOrder, markOrderCancelled } from '../orders/index.ts';
import { giveUpCharges } from '../payments/index.ts';

const batch = 100;
/** How long an order outlives its time while a provider does not say whether it took the money. */
const silenceMinutes = 15;

/**
 * Cancels the orders that were not paid in time. The charge is given up at the provider before the
 * stock is released; an order whose provider is silent keeps both, for 15 minutes at most: what that
 * provider takes afterwards goes back to the buyer. Answers how many expired.
 */
export const expireOrders = async (core: Core): Promise<number> => {
  const { rows } = await sql<{ id: OrderId; overdue: boolean }>`
    select id, expires_at <= now() - make_interval(mins => ${silenceMinutes}) as overdue from orders
    where status = 'pending' and expires_at <= now() order by expires_at limit ${batch}`.execute(core.db);
  let expired = 0;
  for (const { id, overdue } of rows) {
    if (!(await giveUpCharges(core, id)) && !overdue) continue;
    expired += await transact(core, async (tx) => {
      const order = await lockOrder(tx, id);
      if (order.status !== 'pending') return 0;
      await markOrderCancelled(tx, order, 'expired', system('expiry'));
      return 1;
    });
  }
  return expired;
};
