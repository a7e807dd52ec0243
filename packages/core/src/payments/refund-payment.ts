/** Refunds: the claim on the payment's room, the call to the provider, and the record of its answer. */
import type { Refund, RefundId, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { issueCreditNote } from '../invoicing/index.ts';
import {
  actorName,
  DomainError,
  GatewayUnavailable,
  notFound,
  requireScope,
  transact,
  transactOnce,
  type Actor,
  type Core,
  type Reader,
  type RefundOutcome,
  type Tx,
} from '../kernel/index.ts';
import { lockOrder } from '../orders/index.ts';
import { callGateway } from './call-gateway.ts';
import { getPaymentRow, lockPayment, lockRefund, type PaymentRow } from './payment.locks.ts';

type C = ShopContract['payments']['refund'];

/**
 * Gives money back on a captured payment. Throws `REFUND_EXCEEDS_CAPTURED`, `PAYMENT_DISPUTED`, or
 * `INVALID_STATE` when nothing was captured. When the provider does not answer, the refund stays
 * `pending` and is tried again with the same key.
 */
export const refundPayment = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<Refund> => {
  requireScope(actor, 'payments:refund');
  const refundId = await transactOnce(core, { answers: false }, async (tx) => {
    await lockOrder(tx, (await getPaymentRow(tx, input.paymentId)).orderId);
    return createRefund(tx, await lockPayment(tx, input.paymentId), input.amountCents, input.reason, actor);
  });
  await processRefund(core, refundId);
  return readRefund(core, refundId);
};

/** Tx step on a locked payment: claims room for a refund and writes its row. The money moves in `processRefund`. */
export const createRefund = async (tx: Tx, payment: PaymentRow, amountCents: number, reason: string, actor: Actor): Promise<RefundId> => {
  if (payment.status === 'disputed')
    throw new DomainError('PAYMENT_DISPUTED', 'The payment is under dispute; the bank decides about the money now.');
  const claimed = await sql<{ id: string }>`
    update payments set refund_claimed_cents = refund_claimed_cents + ${amountCents}
    where id = ${payment.id} and captured_cents > 0 and refund_claimed_cents + ${amountCents} <= captured_cents returning id`.execute(
    tx.db,
  );
  if (!claimed.rows[0]) {
    if (payment.capturedCents === 0)
      throw new DomainError('INVALID_STATE', 'Nothing was captured on this payment, so nothing can be refunded.');
    const left = payment.capturedCents - payment.refundClaimedCents;
    throw new DomainError('REFUND_EXCEEDS_CAPTURED', `Only ${left} is left to refund on this payment.`, {
      details: { refundableCents: left, requestedCents: amountCents },
    });
  }
  const id = tx.ids.next<RefundId>();
  await tx.db
    .insertInto('refunds')
    .values({ id, payment_id: payment.id, amount_cents: amountCents, reason, requested_by: actorName(actor) })
    .execute();
  return id;
};

/** Moves the money of a pending refund, at most once: the refund's id is the key at the provider. */
export const processRefund = async (core: Core, refundId: RefundId): Promise<void> => {
  const { rows } = await sql<{ paymentId: string; amountCents: number; reason: string; status: string }>`
    update refunds set called_at = now() where id = ${refundId} and status = 'pending' returning payment_id as "paymentId", amount_cents as "amountCents", reason, status`.execute(
    core.db,
  );
  const refund = rows[0];
  if (!refund) return;
  const payment = await getPaymentRow(core, refund.paymentId);
  const reference = payment.gatewayReference;
  if (!reference) throw new Error(`Payment ${payment.id} was captured without a provider's reference`);
  core.failpoints.reach('refund.beforeCall');
  let outcome: RefundOutcome;
  try {
    outcome = await callGateway(core, payment.provider, (gateway) =>
      gateway.refund({
        idempotencyKey: refundId,
        reference,
        amountCents: refund.amountCents,
        currency: payment.currency,
        reason: refund.reason,
      }),
    );
  } catch (error) {
    if (!(error instanceof GatewayUnavailable)) throw error;
    core.log.warn({ err: error, refundId }, 'the provider gave no answer; the refund stays pending');
    return;
  }
  core.failpoints.reach('refund.afterCall');
  await transact(core, (tx) => recordRefund(tx, refundId, outcome));
  core.failpoints.reach('refund.afterRecord');
};

/** Tx step: writes what the provider answered. Does nothing once the refund is decided. */
const recordRefund = async (tx: Tx, refundId: RefundId, outcome: RefundOutcome): Promise<void> => {
  if (outcome.status === 'pending') return;
  const { rows } = await sql<{ paymentId: string }>`select payment_id as "paymentId" from refunds where id = ${refundId}`.execute(tx.db);
  const order = await lockOrder(tx, (await getPaymentRow(tx, rows[0]?.paymentId ?? '')).orderId);
  const payment = await lockPayment(tx, rows[0]?.paymentId ?? '');
  const refund = await lockRefund(tx, refundId);
  if (refund.status !== 'pending') return;
  if (outcome.status === 'failed') {
    await sql`update refunds set status = 'failed', failure_message = ${outcome.message} where id = ${refundId}`.execute(tx.db);
    await sql`update payments set refund_claimed_cents = refund_claimed_cents - ${refund.amountCents} where id = ${payment.id}`.execute(
      tx.db,
    );
    return;
  }
  await sql`update refunds set status = 'processed', processed_at = now(), gateway_reference = ${outcome.reference} where id = ${refundId}`.execute(
    tx.db,
  );
  await sql`
    update payments set refunded_cents = refunded_cents + ${refund.amountCents},
      status = case when status = 'disputed' then status when refunded_cents + ${refund.amountCents} = captured_cents then 'refunded' else 'partially_refunded' end
    where id = ${payment.id}`.execute(tx.db);
  // Money that came beside the order's own was never invoiced.
  if (!payment.superseded) await issueCreditNote(tx, { id: refundId, orderId: order.id, amountCents: refund.amountCents });
  tx.outbox.add('refund.processed', refundId, {
    refundId,
    paymentId: payment.id,
    orderId: order.id,
    amountCents: refund.amountCents,
    currency: payment.currency,
  });
};

const readRefund = async ({ db }: Pick<Reader, 'db'>, refundId: RefundId): Promise<Refund> => {
  const { rows } = await sql<Omit<Refund, 'createdAt' | 'processedAt'> & { createdAt: Date; processedAt: Date | null }>`
    select r.id, r.payment_id as "paymentId", p.order_id as "orderId", r.amount_cents as "amountCents", p.currency, r.reason, r.status, r.created_at as "createdAt", r.processed_at as "processedAt"
    from refunds r join payments p on p.id = r.payment_id where r.id = ${refundId}`.execute(db);
  if (!rows[0]) throw notFound('This refund');
  return { ...rows[0], createdAt: rows[0].createdAt.toISOString(), processedAt: rows[0].processedAt?.toISOString() ?? null };
};
