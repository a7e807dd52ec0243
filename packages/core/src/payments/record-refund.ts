import type { RefundId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { issueCreditNote, reverseCreditNote } from '../invoicing/index.ts';
import type { RefundOutcome, Tx } from '../kernel/index.ts';
import { lockOrderOfPayment } from '../orders/index.ts';
import { lockPayment, lockRefund } from './payment.locks.ts';
import { recordRefunded, recordRefundReturned } from './payment.state.ts';
import { claimRefundRoom, keepRefundReference, recordFailedRefund, recordProcessedRefund } from './refund.state.ts';

/**
 * Tx step: writes how a refund stands at its provider, whoever made it and whoever brings the news. Old news changes nothing.
 * - processed: the money has left; the credit note is issued
 * - failed: the money did not leave, or came back; a credit note that was issued for it is reversed
 * - pending: only the provider's reference is kept
 *
 * @returns false when the provider processed a refund that this shop had given up, and other refunds have taken its room meanwhile.
 */
export const recordRefund = async (tx: Tx, refundId: RefundId, outcome: RefundOutcome): Promise<boolean> => {
  const { rows } = await sql<{ paymentId: string }>`select payment_id as "paymentId" from refunds where id = ${refundId}`.execute(tx.db);
  const order = await lockOrderOfPayment(tx, rows[0]?.paymentId ?? '');
  const payment = await lockPayment(tx, rows[0]?.paymentId ?? '');
  const refund = await lockRefund(tx, refundId);
  const announcement = { refundId, paymentId: payment.id, orderId: order.id, amountCents: refund.amountCents, currency: payment.currency };
  if (outcome.status === 'pending') {
    if (refund.status === 'pending' && outcome.reference) await keepRefundReference(tx, refund, outcome.reference);
    return true;
  }
  if (outcome.status === 'failed') {
    if (refund.status !== 'pending' && refund.status !== 'processed') return true;
    if (refund.status === 'processed') await recordRefundReturned(tx, payment, refund.amountCents);
    await recordFailedRefund(tx, refund, outcome.message);
    tx.outbox.add('refund.failed', refundId, announcement);
    if (refund.status === 'processed') await reverseCreditNote(tx, refundId);
    return true;
  }
  // A refund that came back stays failed: an answer from before that is old news.
  if (refund.status === 'processed' || refund.processedBefore) return true;
  if (refund.status !== 'pending' && !(await claimRefundRoom(tx, refund))) return false;
  await recordProcessedRefund(tx, refund, outcome.reference);
  await recordRefunded(tx, payment, refund.amountCents);
  tx.outbox.add('refund.processed', refundId, announcement);
  // Money that came beside the order's own was never invoiced.
  if (!payment.superseded)
    await issueCreditNote(tx, { refundId, orderId: order.id, orderEditId: payment.orderEditId, amountCents: refund.amountCents });
  return true;
};
