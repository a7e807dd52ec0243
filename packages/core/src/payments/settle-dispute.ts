import type { PaymentId } from '@cartwright/contracts';
import type { DisputeOutcome, Tx } from '../kernel/index.ts';
import { lockOrderOfPayment } from '../orders/index.ts';
import { lockPayment, paymentFacts } from './payment.locks.ts';
import { liftDispute, openDispute } from './payment.state.ts';

/**
 * Tx step: the buyer's bank asks for the money back, or has decided. While a dispute is open, and for good
 * once it is lost, nothing more can be refunded: the bank has the money. A dispute that is won puts the
 * payment back to what its refunds make of it. Old news changes nothing.
 */
export const settleDispute = async (tx: Tx, paymentId: PaymentId, outcome: DisputeOutcome['status']): Promise<void> => {
  await lockOrderOfPayment(tx, paymentId);
  const payment = await lockPayment(tx, paymentId);
  const announcement = paymentFacts(payment);
  if (outcome === 'dispute_opened') {
    if (payment.capturedCents === 0 || payment.status === 'disputed') return;
    await openDispute(tx, payment);
    tx.outbox.add('payment.disputed', paymentId, announcement);
    return;
  }
  if (payment.status !== 'disputed') return;
  const won = outcome === 'dispute_won';
  if (won) await liftDispute(tx, payment);
  tx.outbox.add('payment.dispute_closed', paymentId, { ...announcement, won });
};
