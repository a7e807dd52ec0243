import { system, type Actor, type Tx } from '../kernel/index.ts';
import { claimUnreturnedUnits, type OrderRow } from '../orders/index.ts';
import { lockOpenReturns, returnFacts } from './return.locks.ts';
import { insertTransit, recordTransit } from './return.store.ts';

const cancellation = system('cancellation');

/**
 * Tx step on a locked order that is being cancelled: every shipped unit that is not back becomes `in_transit`. Open
 * returns continue in that state, and a new one covers the remaining units.
 */
export const expectUnitsBack = async (tx: Tx, order: OrderRow, actor: Actor): Promise<void> => {
  if (order.shippedCount === 0) return;
  for (const back of await lockOpenReturns(tx, order.id)) {
    await recordTransit(tx, back, actor);
    tx.outbox.add('return.in_transit', back.id, returnFacts(order, back.id));
  }
  const lines = await claimUnreturnedUnits(tx, order.id);
  if (lines.length === 0) return;
  const reason = 'The order was cancelled after these units had been shipped.';
  const returnId = await insertTransit(tx, { orderId: order.id, reason, lines, requestedBy: cancellation });
  tx.outbox.add('return.in_transit', returnId, returnFacts(order, returnId));
};
