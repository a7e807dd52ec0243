import type { RefundId } from '@cartwright/contracts';
import { supplyOrder } from '../inventory/index.ts';
import { issueCreditNote, reverseCreditNote } from '../invoicing/index.ts';
import { notFound, system, type RefundOutcome, type Tx } from '../kernel/index.ts';
import { lockOrderOfPayment, type OrderRow } from '../orders/index.ts';
import { settleDiscrepancies } from './discrepancy.store.ts';
import { recordDiscrepancy } from './record-discrepancy.ts';
import { lockPayment, lockRefund } from './payment.locks.ts';
import type { PaymentRow } from './payment.row.ts';
import { findPaymentOfRefund, type RefundRow } from './refund.queries.ts';
import { changeRefundClaim, claimRefundRoom, recordRefunded, recordRefundReturned } from './payment.store.ts';
import { keepRefundReference, noteRefundProblem, recordProcessedRefund, recordRefundFailure } from './refund.store.ts';

/**
 * Tx step: records the state of a refund at its provider, whoever made it and whatever the source. Outdated information
 * changes nothing.
 * - processed: the money was refunded; the credit note is issued. A different amount or currency is kept for staff, and
 *   the refund stays pending
 * - failed: the money was not refunded, or was returned to the shop; an issued credit note is reversed
 * - pending: only the reference of the provider is stored
 *
 * @returns false when the provider processed a refund that this shop had cancelled, and other refunds have used its
 *   amount meanwhile.
 */
export const recordRefund = async (tx: Tx, refundId: RefundId, outcome: RefundOutcome): Promise<boolean> => {
  const paymentId = await findPaymentOfRefund(tx, refundId);
  if (paymentId === null) throw notFound('This refund', refundId);
  const order = await lockOrderOfPayment(tx, paymentId);
  const payment = await lockPayment(tx, paymentId);
  const refund = await lockRefund(tx, refundId);
  const announcement = { refundId, paymentId: payment.id, orderId: order.id, amountCents: refund.amountCents, currency: payment.currency };
  if (outcome.status === 'pending') {
    if (refund.status === 'pending' && outcome.reference) await keepRefundReference(tx, refund, outcome.reference);
    await noteRefundProblem(tx, refundId, null);
    return true;
  }
  if (outcome.status === 'failed') {
    if (refund.status !== 'pending' && refund.status !== 'processed') return true;
    if (refund.status === 'processed') await recordRefundReturned(tx, payment, refund.amountCents);
    await recordFailedRefund(tx, { order, refund }, outcome.message);
    tx.outbox.add('refund.failed', refundId, announcement);
    if (refund.status === 'processed') await reverseCreditNote(tx, refundId);
    return true;
  }
  // A refund that failed stays failed: an answer from before the failure is outdated.
  if (refund.status === 'processed' || refund.processedBefore) return true;
  const { amountCents, currency } = refund;
  const of = { paymentId: payment.id, refundId, reference: outcome.reference };
  if (refund.status === 'pending' && (outcome.amountCents !== amountCents || outcome.currency !== currency)) {
    await recordDiscrepancy(tx, { ...of, asked: { amountCents, currency }, said: outcome });
    return true;
  }
  if (refund.status !== 'pending' && !(await claimRefundRoom(tx, refund.paymentId, refund.amountCents))) return false;
  await settleDiscrepancies(tx, of, system('settle'));
  await recordMovedRefund(tx, { order, payment, refund }, outcome.reference);
  return true;
};

/** Tx step: records that a locked refund was processed. */
export const recordMovedRefund = async (
  tx: Tx,
  { order, payment, refund }: { readonly order: OrderRow; readonly payment: PaymentRow; readonly refund: RefundRow },
  reference: string | null,
): Promise<void> => {
  const { id: refundId, amountCents, currency } = refund;
  await recordProcessedRefund(tx, refund, reference);
  await recordRefunded(tx, payment, amountCents);
  tx.outbox.add('refund.processed', refundId, { refundId, paymentId: payment.id, orderId: order.id, amountCents, currency });
  // Money beyond the order's own payments was never invoiced.
  if (!payment.superseded) await issueCreditNote(tx, { refundId, orderId: order.id, orderEditId: payment.orderEditId, amountCents });
};

/** Tx step: records that a locked refund failed, and releases its claim on the payment. An order that waits for units gets them again. */
export const recordFailedRefund = async (
  tx: Tx,
  { order, refund }: { readonly order: Pick<OrderRow, 'id'>; readonly refund: RefundRow },
  message: string,
): Promise<void> => {
  await recordRefundFailure(tx, refund, message);
  await changeRefundClaim(tx, refund.paymentId, -refund.amountCents);
  await supplyOrder(tx, order.id);
};
