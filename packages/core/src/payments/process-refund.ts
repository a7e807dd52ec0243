import type { RefundId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { issueCreditNote } from '../invoicing/index.ts';
import { GatewayUnavailable, transact, type Core, type RefundOutcome, type Tx } from '../kernel/index.ts';
import { lockOrderOfPayment } from '../orders/index.ts';
import { callGateway } from './call-gateway.ts';
import { getPaymentRow, lockPayment, lockRefund, type PaymentRow } from './payment.locks.ts';
import { recordRefunded } from './payment.state.ts';
import { recordFailedRefund, recordProcessedRefund } from './refund.state.ts';

interface StartedRefund {
  readonly paymentId: string;
  readonly amountCents: number;
  readonly reason: string;
  /** Whether the provider may know of it already. */
  readonly calledBefore: boolean;
}

/**
 * Moves the money of a pending refund, at most once: the refund's id is the key at the provider, and one that
 * was sent before is looked up first, because providers forget keys after a while. No answer leaves it pending.
 */
export const processRefund = async (core: Core, refundId: RefundId): Promise<void> => {
  const refund = await start(core, refundId);
  if (!refund) return;
  const payment = await getPaymentRow(core, refund.paymentId);
  core.failpoints.reach('refund.beforeCall');
  let outcome: RefundOutcome;
  try {
    outcome = await ask(core, payment, refundId, refund);
  } catch (error) {
    if (!(error instanceof GatewayUnavailable)) throw error;
    core.log.warn({ err: error, refundId }, 'the provider gave no answer; the refund stays pending');
    return;
  }
  core.failpoints.reach('refund.afterCall');
  await transact(core, (tx) => recordRefund(tx, refundId, outcome));
  core.failpoints.reach('refund.afterRecord');
};

const start = async ({ db }: Core, refundId: RefundId): Promise<StartedRefund | null> => {
  const { rows } = await sql<StartedRefund>`
    with before as (select id, called_at from refunds where id = ${refundId})
    update refunds r set called_at = now() from before where r.id = before.id and r.status = 'pending'
    returning r.payment_id as "paymentId", r.amount_cents as "amountCents", r.reason, before.called_at is not null as "calledBefore"`.execute(
    db,
  );
  return rows[0] ?? null;
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

/** Tx step: writes what the provider answered. Does nothing once the refund is decided. */
export const recordRefund = async (tx: Tx, refundId: RefundId, outcome: RefundOutcome): Promise<void> => {
  if (outcome.status === 'pending') return;
  const { rows } = await sql<{ paymentId: string }>`select payment_id as "paymentId" from refunds where id = ${refundId}`.execute(tx.db);
  const order = await lockOrderOfPayment(tx, rows[0]?.paymentId ?? '');
  const payment = await lockPayment(tx, rows[0]?.paymentId ?? '');
  const refund = await lockRefund(tx, refundId);
  if (refund.status !== 'pending') return;
  const announcement = { refundId, paymentId: payment.id, orderId: order.id, amountCents: refund.amountCents, currency: payment.currency };
  if (outcome.status === 'failed') {
    await recordFailedRefund(tx, refund, outcome.message);
    tx.outbox.add('refund.failed', refundId, announcement);
    return;
  }
  await recordProcessedRefund(tx, refund, outcome.reference);
  await recordRefunded(tx, payment, refund.amountCents);
  // Money that came beside the order's own was never invoiced.
  if (!payment.superseded)
    await issueCreditNote(tx, { refundId, orderId: order.id, orderEditId: payment.orderEditId, amountCents: refund.amountCents });
  tx.outbox.add('refund.processed', refundId, announcement);
};
