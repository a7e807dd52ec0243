/** Writes `refunds`, and in `voidUnsentRefunds` the claims of refunds on `payments`. The only writer of `refunds.status`. */
import type { Currency, OrderId, PaymentId, RefundId, RefundStatus } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import { actorName, type Actor, type Tx } from '../kernel/index.ts';
import type { RefundRow } from './payment.locks.ts';
import { assertRefundTransition } from './refund.state.ts';

export interface NewRefund {
  readonly paymentId: PaymentId;
  readonly amountCents: number;
  readonly currency: Currency;
  readonly reason: string;
}

/** Inserts a pending refund whose amount is claimed. Returns its id. */
export const insertRefund = async (
  tx: Tx,
  { paymentId, amountCents, currency, reason }: NewRefund,
  requestedBy: Actor,
): Promise<RefundId> => {
  const id = tx.ids.next<RefundId>();
  await tx.db
    .insertInto('refunds')
    .values({
      id,
      paymentId,
      amountCents,
      currency,
      reason,
      requestedBy: actorName(requestedBy),
      requestKey: tx.requestKey,
    })
    .execute();
  return id;
};

/** Inserts a refund that was made at the provider, as pending; its amount is claimed. Returns its id. */
export const insertProviderRefund = async (
  tx: Tx,
  { paymentId, amountCents, currency, reason }: NewRefund,
  { requestedBy, reference }: { readonly requestedBy: `provider:${string}`; readonly reference: string },
): Promise<RefundId> => {
  const id = tx.ids.next<RefundId>();
  await sql`
    insert into refunds (id, payment_id, amount_cents, currency, reason, requested_by, origin, gateway_reference, called_at)
    values (${id}, ${paymentId}, ${amountCents}, ${currency}, ${reason}, ${requestedBy}, 'provider', ${reference}, now())`.execute(tx.db);
  return id;
};

export interface StartedRefund {
  readonly paymentId: string;
  readonly amountCents: number;
  readonly reason: string;
  /** Made at the provider: it is queried and never sent. */
  readonly fromProvider: boolean;
  /** Whether the provider may already know it. */
  readonly calledBefore: boolean;
}

/** Marks a pending refund as sent to its provider; null for one that is not pending. */
export const startRefund = async ({ db }: Pick<Tx, 'db'>, refundId: RefundId): Promise<StartedRefund | null> => {
  const { rows } = await sql<StartedRefund>`
    with before as (select id, called_at from refunds where id = ${refundId})
    update refunds r set called_at = now() from before where r.id = before.id and r.status = 'pending'
    returning r.payment_id as "paymentId", r.amount_cents as "amountCents", r.reason, r.origin = 'provider' as "fromProvider", before.called_at is not null as "calledBefore"`.execute(
    db,
  );
  return rows[0] ?? null;
};

/** Writes a transition of a locked refund, from the state that the lock read. */
const step = async (tx: Tx, refund: RefundRow, to: RefundStatus, more: RawBuilder<unknown>): Promise<void> => {
  assertRefundTransition(refund.status, to);
  await sql`update refunds set status = ${to}, ${more} where id = ${refund.id} and status = ${refund.status}`.execute(tx.db);
};

export const recordProcessedRefund = (tx: Tx, refund: RefundRow, reference: string | null): Promise<void> =>
  step(
    tx,
    refund,
    'processed',
    sql`processed_at = now(), answer_problem = null, failure_message = null, failed_at = null, gateway_reference = coalesce(${reference}, gateway_reference)`,
  );

/** Records that a locked refund failed. */
export const recordRefundFailure = (tx: Tx, refund: RefundRow, message: string): Promise<void> =>
  step(tx, refund, 'failed', sql`failed_at = now(), answer_problem = null, failure_message = ${message}`);

/** Sets the amount of a locked refund, and keeps the requested amount. */
export const setRefundAmount = async (tx: Tx, refundId: RefundId, amountCents: number): Promise<void> => {
  await sql`update refunds set amount_cents = ${amountCents}, requested_cents = coalesce(requested_cents, amount_cents) where id = ${refundId}`.execute(
    tx.db,
  );
};

/** Records that the provider is still processing a refund. */
export const keepRefundReference = async (tx: Tx, { id }: RefundRow, reference: string): Promise<void> => {
  await sql`update refunds set gateway_reference = coalesce(gateway_reference, ${reference}) where id = ${id} and status = 'pending'`.execute(
    tx.db,
  );
};

/** Records why the answer about an undecided refund is invalid; null for a valid answer that decides nothing. */
export const noteRefundProblem = async ({ db }: Pick<Tx, 'db'>, refundId: RefundId, problem: string | null): Promise<void> => {
  await sql`update refunds set answer_problem = ${problem} where id = ${refundId} and status = 'pending' and answer_problem is distinct from ${problem}`.execute(
    db,
  );
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
