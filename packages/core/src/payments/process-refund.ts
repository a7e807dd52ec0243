import type { RefundId } from '@cartwright/contracts';
import { GatewayUnavailable, transact, type Core, type RefundOutcome } from '../kernel/index.ts';
import { callGateway } from './call-gateway.ts';
import { problemIn } from './record-unclear-answer.ts';
import { getPaymentRow, type PaymentRow } from './payment.row.ts';
import { recordRefund } from './record-refund.ts';
import { noteRefundProblem, startRefund, type StartedRefund } from './refund.store.ts';
import { syncRecords } from './sync-records.ts';

/**
 * Executes a pending refund at the provider, at most once: the id of the refund is the key there, and a refund that was
 * sent before is looked up first, because providers forget keys after a while. Without an answer, or with an invalid
 * one, the refund stays pending; the problem is kept for staff. A refund that was made at the provider is only looked
 * up.
 */
export const processRefund = async (core: Core, refundId: RefundId): Promise<void> => {
  const refund = await transact(core, { oneStatement: true }, (tx) => startRefund(tx, refundId));
  if (!refund) return;
  const payment = await getPaymentRow(core, refund.paymentId);
  if (refund.fromProvider) return lookUp(core, payment);
  core.failpoints.reach('refund.beforeCall');
  let outcome: RefundOutcome;
  try {
    outcome = await ask(core, payment, refundId, refund);
  } catch (error) {
    if (!(error instanceof GatewayUnavailable)) throw error;
    core.log.warn({ err: error, refundId }, 'the provider gave no clear answer; the refund stays pending');
    const problem = problemIn(error);
    if (problem !== null) await transact(core, { oneStatement: true }, (tx) => noteRefundProblem(tx, refundId, problem));
    return;
  }
  core.failpoints.reach('refund.afterCall');
  await transact(core, (tx) => recordRefund(tx, refundId, outcome));
  core.failpoints.reach('refund.afterRecord');
};

const lookUp = async (core: Core, payment: PaymentRow): Promise<void> => {
  try {
    await syncRecords(core, payment);
  } catch (error) {
    if (!(error instanceof GatewayUnavailable)) throw error;
    core.log.warn({ err: error, paymentId: payment.id }, 'the provider did not answer; its refund stays pending');
  }
};

const ask = (core: Core, payment: PaymentRow, refundId: RefundId, refund: StartedRefund): Promise<RefundOutcome> => {
  const { gatewayReference: reference, currency } = payment;
  if (!reference) throw new Error(`Payment ${payment.id} was captured without a provider's reference`);
  const { amountCents, reason } = refund;
  return callGateway(core, payment.provider, async (gateway) => {
    const found = refund.calledBefore ? await gateway.findRefund({ idempotencyKey: refundId, reference }) : null;
    return found ?? gateway.refund({ idempotencyKey: refundId, reference, amountCents, currency, reason });
  });
};
