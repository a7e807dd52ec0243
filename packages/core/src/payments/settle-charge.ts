import type { PaymentId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { issueInvoice } from '../invoicing/index.ts';
import { system, type ChargeOutcome, type Tx } from '../kernel/index.ts';
import { lockOrder, markOrderCancelled, markOrderPaid, type OrderRow } from '../orders/index.ts';
import { getPaymentRow, lockPayment, type PaymentRow } from './payment.locks.ts';
import { createRefund } from './refund-payment.ts';

const settler = system('settle');

/**
 * The one place where a provider's word becomes the shop's state, whoever brought it: the buyer's own
 * request, a webhook, or reconciliation. Guarded by the payment's state, so that the second to arrive
 * changes nothing.
 * - captured: the order is confirmed, its stock sold, its invoice issued; if the order is dead by now,
 *   the money goes back
 * - declined: the payment failed, the order is cancelled and its stock released
 * - voided: the charge was given up before it was taken
 * - pending: only the provider's reference is kept
 */
export const settleCharge = async (tx: Tx, paymentId: PaymentId, outcome: ChargeOutcome): Promise<void> => {
  const order = await lockOrder(tx, (await getPaymentRow(tx, paymentId)).orderId);
  const payment = await lockPayment(tx, paymentId);
  if (outcome.status === 'pending') {
    if (payment.status === 'pending' && outcome.reference)
      await sql`update payments set gateway_reference = coalesce(gateway_reference, ${outcome.reference}), gateway_phase = 'unknown' where id = ${paymentId}`.execute(
        tx.db,
      );
    return;
  }
  if (outcome.status === 'captured') return settleCaptured(tx, order, payment, outcome);
  if (payment.status !== 'pending') return;
  if (outcome.status === 'voided') {
    await sql`update payments set status = 'voided', gateway_phase = 'decided', decided_at = now(), gateway_reference = coalesce(gateway_reference, ${outcome.reference}) where id = ${paymentId}`.execute(
      tx.db,
    );
    return;
  }
  await sql`
    update payments set status = 'failed', gateway_phase = 'decided', decided_at = now(), gateway_reference = coalesce(gateway_reference, ${outcome.reference}),
      failure_code = ${outcome.code}, failure_message = ${outcome.message} where id = ${paymentId}`.execute(tx.db);
  tx.outbox.add('payment.failed', paymentId, {
    paymentId,
    orderId: order.id,
    amountCents: payment.amountCents,
    currency: payment.currency,
    reason: outcome.message,
  });
  if (order.status === 'pending') await markOrderCancelled(tx, order, 'payment_failed', settler);
};

const settleCaptured = async (
  tx: Tx,
  order: OrderRow,
  payment: PaymentRow,
  outcome: { reference: string; capturedCents: number },
): Promise<void> => {
  if (payment.capturedCents > 0) return;
  if (outcome.capturedCents !== payment.amountCents)
    throw new Error(
      `${payment.provider} captured ${outcome.capturedCents} for payment ${payment.id}, which asked for ${payment.amountCents}`,
    );
  await sql`
    update payments set status = 'captured', gateway_phase = 'decided', decided_at = now(), captured_at = now(), captured_cents = ${outcome.capturedCents},
      gateway_reference = ${outcome.reference}, failure_code = null, failure_message = null where id = ${payment.id}`.execute(tx.db);
  tx.outbox.add('payment.captured', payment.id, {
    paymentId: payment.id,
    orderId: order.id,
    amountCents: outcome.capturedCents,
    currency: payment.currency,
  });
  if (order.status === 'pending') {
    await markOrderPaid(tx, order, settler);
    await issueInvoice(tx, order);
    tx.failpoints.reach('settle.inside');
    return;
  }
  // The order died while the provider was still deciding: the buyer gets the money back.
  await createRefund(
    tx,
    { ...payment, capturedCents: outcome.capturedCents },
    outcome.capturedCents,
    `order ${order.orderNumber} was ${order.status} when the payment arrived`,
    settler,
  );
};
