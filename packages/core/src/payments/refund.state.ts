/** The statuses of a refund: the allowed transitions, and the only functions that write `refunds.status`. */
import type { OrderId, RefundId, RefundStatus } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { transitionsOf, type Core, type Tx } from '../kernel/index.ts';
import type { PaymentRow, RefundRow } from './payment.locks.ts';

/**
 * A provider may report that a processed refund failed and its money was returned. A refund that this shop had cancelled
 * may have been processed.
 */
export const refundTransitions = {
  pending: ['processed', 'failed', 'voided'],
  processed: ['failed'],
  failed: ['processed'],
  voided: ['processed'],
} as const satisfies Record<RefundStatus, readonly RefundStatus[]>;

const { assertTransition } = transitionsOf<RefundStatus>('A refund', refundTransitions);

const step = async (tx: Tx, refund: RefundRow, to: RefundStatus, more: RawBuilder<unknown>): Promise<void> => {
  assertTransition(refund.status, to);
  await sql`update refunds set status = ${to}, ${more} where id = ${refund.id} and status = ${refund.status}`.execute(tx.db);
};

export const recordProcessedRefund = (tx: Tx, refund: RefundRow, reference: string | null): Promise<void> =>
  step(
    tx,
    refund,
    'processed',
    sql`processed_at = now(), answer_problem = null, failure_message = null, failed_at = null, gateway_reference = coalesce(${reference}, gateway_reference)`,
  );

/** Records that the provider is still processing a refund. */
export const keepRefundReference = async (tx: Tx, { id }: RefundRow, reference: string): Promise<void> => {
  await sql`update refunds set gateway_reference = coalesce(gateway_reference, ${reference}) where id = ${id} and status = 'pending'`.execute(
    tx.db,
  );
};

/** Records why the answer about an undecided refund is invalid; null for a valid answer that decides nothing. */
export const noteRefundProblem = async ({ db }: Pick<Core | Tx, 'db'>, refundId: RefundId, problem: string | null): Promise<void> => {
  await sql`update refunds set answer_problem = ${problem} where id = ${refundId} and status = 'pending' and answer_problem is distinct from ${problem}`.execute(
    db,
  );
};

/**
 * Tx step: sets a locked refund to the amount that the provider refunded, as far as its locked payment allows; the rest
 * of its claim is released.
 */
export const changeRefundAmount = async (tx: Tx, refund: RefundRow, payment: PaymentRow, saidCents: number): Promise<RefundRow> => {
  const room = payment.capturedCents - payment.refundClaimedCents + refund.amountCents;
  const amountCents = Math.min(saidCents, room);
  if (amountCents === refund.amountCents) return refund;
  await sql`update payments set refund_claimed_cents = refund_claimed_cents + ${amountCents - refund.amountCents} where id = ${payment.id}`.execute(
    tx.db,
  );
  await sql`update refunds set amount_cents = ${amountCents}, requested_cents = coalesce(requested_cents, amount_cents) where id = ${refund.id}`.execute(
    tx.db,
  );
  return { ...refund, amountCents };
};

/** Records that a locked refund failed, and releases its claim on the payment. */
export const recordFailedRefund = async (tx: Tx, refund: RefundRow, message: string): Promise<void> => {
  await step(tx, refund, 'failed', sql`failed_at = now(), answer_problem = null, failure_message = ${message}`);
  await sql`update payments set refund_claimed_cents = refund_claimed_cents - ${refund.amountCents} where id = ${refund.paymentId}`.execute(
    tx.db,
  );
};

/** Claims an amount of a locked payment for a refund that was made without this shop; false when other refunds have used it. */
export const claimRefundRoom = async (
  tx: Tx,
  { paymentId, amountCents }: Pick<RefundRow, 'paymentId' | 'amountCents'>,
): Promise<boolean> => {
  const { numAffectedRows } = await sql`
    update payments set refund_claimed_cents = refund_claimed_cents + ${amountCents}
    where id = ${paymentId} and refund_claimed_cents + ${amountCents} <= captured_cents`.execute(tx.db);
  return numAffectedRows === 1n;
};

/**
 * Voids the refunds of an order's locked payments that were not sent to a provider, and frees their amounts; returns
 * how many.
 */
export const voidUnsentRefunds = async (tx: Tx, orderId: OrderId): Promise<number> => {
  const { rows } = await sql<{ refunds: number }>`
    with voided as (
      update refunds r set status = 'voided' from payments p where p.id = r.payment_id and p.order_id = ${orderId} and r.status = 'pending' and r.called_at is null
      returning r.payment_id, r.amount_cents
    ), sums as (select payment_id, sum(amount_cents) as cents, count(*)::int as refunds from voided group by payment_id),
    freed as (update payments p set refund_claimed_cents = p.refund_claimed_cents - sums.cents from sums where p.id = sums.payment_id)
    select coalesce(sum(refunds), 0)::int as refunds from sums`.execute(tx.db);
  return rows[0]?.refunds ?? 0;
};
