import { sql } from 'kysely';
import { system, type Actor, type Tx } from '../kernel/index.ts';
import { claimUnreturnedUnits, type OrderRow } from '../orders/index.ts';
import { insertTransit } from './insert-return.ts';
import { returnFacts, type ReturnRow } from './return.locks.ts';
import { recordTransit } from './return.state.ts';

const cancellation = system('cancellation');

/**
 * Tx step on a locked order that is being cancelled: every shipped unit that is not back becomes `in_transit`. Open
 * returns continue in that state, and a new one covers the remaining units.
 */
export const expectUnitsBack = async (tx: Tx, order: OrderRow, actor: Actor): Promise<void> => {
  if (order.shippedCount === 0) return;
  const { rows } = await sql<ReturnRow>`
    select id, status from order_returns where order_id = ${order.id} and status in ('requested', 'approved') order by id for no key update`.execute(
    tx.db,
  );
  for (const back of rows) {
    await recordTransit(tx, back, actor);
    tx.outbox.add('return.in_transit', back.id, returnFacts(order, back.id));
  }
  const lines = await claimUnreturnedUnits(tx, order.id);
  if (lines.length === 0) return;
  const reason = 'The order was cancelled after these units had been shipped.';
  const returnId = await insertTransit(tx, { orderId: order.id, reason, lines, requestedBy: cancellation });
  tx.outbox.add('return.in_transit', returnId, returnFacts(order, returnId));
};
