/** Demo data: an order that was placed some days ago. */
import type { OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { writeStatement, type Core } from '../kernel/index.ts';

/** Moves the dates on which an order was placed and paid into the past. For the demo store, which shows a month of orders. */
export const backdateOrder = async (core: Core, { orderId, days }: { readonly orderId: OrderId; readonly days: number }): Promise<void> => {
  await writeStatement(core, (tx) =>
    sql`
      update orders set placed_at = placed_at - make_interval(days => ${days}), paid_at = paid_at - make_interval(days => ${days})
      where id = ${orderId}`.execute(tx.db),
  );
};
