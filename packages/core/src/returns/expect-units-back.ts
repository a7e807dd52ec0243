import type { OrderReturnId } from '@cartwright/contracts';
import { system, type Actor, type Tx } from '../kernel/index.ts';
import { claimUnreturnedUnits, type RefundedMoney, type OrderRow } from '../orders/index.ts';
import { lockOpenReturns } from './return.locks.ts';
import { returnFacts } from './return.events.ts';
import { insertTransit, recordTransit } from './return.store.ts';

const cancellation = system('cancellation');

/**
 * Tx step on a locked order that is being cancelled: every shipped unit that is not back becomes `in_transit`. Open
 * returns continue in that state, and a new one covers the remaining units. `money` is what the cancellation refunds.
 * Returns the id of one of these returns; null if no units are expected.
 */
export const expectUnitsBack = async (tx: Tx, order: OrderRow, money: RefundedMoney, actor: Actor): Promise<OrderReturnId | null> => {
  if (order.shippedCount === 0) return null;
  const expected: OrderReturnId[] = [];
  for (const back of await lockOpenReturns(tx, order.id)) {
    await recordTransit(tx, back, actor);
    expected.push(back.id);
  }
  const lines = await claimUnreturnedUnits(tx, order.id);
  const reason = 'The order was cancelled after these units had been shipped.';
  if (lines.length > 0) expected.push(await insertTransit(tx, { orderId: order.id, reason, lines, requestedBy: cancellation }));
  for (const id of expected) tx.outbox.add('return.in_transit', id, { ...returnFacts(order, id), ...money, currency: order.currency });
  return expected[0] ?? null;
};
