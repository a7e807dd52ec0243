/** Writes `refunds`, and in `voidUnsentRefunds` the claims of refunds on `payments`. The only writer of `refunds.status`. */
import type { Currency, OrderId, PaymentId, RefundId, RefundStatus } from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { sql, type Insertable, type UpdateObject } from 'kysely';
import { actorName, now, type Actor, type Tx } from '../kernel/index.ts';
import type { RefundRow } from './refund.queries.ts';
import { assertRefundTransition } from './refund.state.ts';

/** A refund to record; its amount is claimed on its payment. */
export interface NewRefund {
  readonly paymentId: PaymentId;
  readonly amountCents: number;
  readonly currency: Currency;
  readonly reason: string;
}

const insert = async (
  tx: Tx,
  { paymentId, amountCents, currency, reason }: NewRefund,
  more: Pick<Insertable<Database['refunds']>, 'requestedBy' | 'requestKey' | 'origin' | 'gatewayReference'> & {
    readonly calledAt?: typeof now;
  },
): Promise<RefundId> => {
  const id = tx.ids.next<RefundId>();
  await tx.db
    .insertInto('refunds')
    .values({ id, paymentId, amountCents, currency, reason, ...more })
    .execute();
  return id;
};

/** Inserts a pending refund whose amount is claimed. Returns its id. */
export const insertRefund = (tx: Tx, refund: NewRefund, requestedBy: Actor): Promise<RefundId> =>
  insert(tx, refund, { requestedBy: actorName(requestedBy), requestKey: tx.requestKey });

/** Inserts a refund that was made at the provider, as pending; its amount is claimed. Returns its id. */
export const insertProviderRefund = (
  tx: Tx,
  refund: NewRefund,
  { requestedBy, reference }: { readonly requestedBy: `provider:${string}`; readonly reference: string },
): Promise<RefundId> => insert(tx, refund, { requestedBy, origin: 'provider', gatewayReference: reference, calledAt: now });

/** A refund that is sent to its provider now. */
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
  const row = await db
    .with('before', (cte) => cte.selectFrom('refunds').select(['id', 'calledAt']).where('id', '=', refundId))
    .updateTable('refunds as r')
    .from('before')
    .set({ calledAt: now })
    .whereRef('r.id', '=', 'before.id')
    .where('r.status', '=', 'pending')
    .returning(['r.paymentId', 'r.amountCents', 'r.reason', 'r.origin', 'before.calledAt as calledBefore'])
    .executeTakeFirst();
  if (!row) return null;
  const { origin, calledBefore, ...refund } = row;
  return { ...refund, fromProvider: origin === 'provider', calledBefore: calledBefore !== null };
};

/** Writes a transition of a locked refund, from the state that the lock read. */
const step = async (tx: Tx, { id, status }: RefundRow, to: RefundStatus, more: UpdateObject<Database, 'refunds'>): Promise<void> => {
  assertRefundTransition(status, to);
  await tx.db
    .updateTable('refunds')
    .set({ ...more, status: to })
    .where('id', '=', id)
    .where('status', '=', status)
    .execute();
};

/** Tx step on a locked refund: the provider has made it. */
export const recordProcessedRefund = (tx: Tx, refund: RefundRow, reference: string | null): Promise<void> =>
  step(tx, refund, 'processed', {
    processedAt: now,
    answerProblem: null,
    failureMessage: null,
    failedAt: null,
    ...(reference !== null && { gatewayReference: reference }),
  });

/** Records that a locked refund failed. */
export const recordRefundFailure = (tx: Tx, refund: RefundRow, message: string): Promise<void> =>
  step(tx, refund, 'failed', { failedAt: now, answerProblem: null, failureMessage: message });

/** Sets the amount of a locked refund, and keeps the requested amount. */
export const setRefundAmount = async (tx: Tx, refundId: RefundId, amountCents: number): Promise<void> => {
  await tx.db
    .updateTable('refunds')
    .set((eb) => ({ amountCents, requestedCents: eb.fn.coalesce('requestedCents', 'amountCents') }))
    .where('id', '=', refundId)
    .execute();
};

/** Records that the provider is still processing a refund. */
export const keepRefundReference = async (tx: Tx, { id }: RefundRow, reference: string): Promise<void> => {
  await tx.db
    .updateTable('refunds')
    .set((eb) => ({ gatewayReference: eb.fn.coalesce('gatewayReference', eb.val(reference)) }))
    .where('id', '=', id)
    .where('status', '=', 'pending')
    .execute();
};

/** Records why the answer about an undecided refund is invalid; null for a valid answer that decides nothing. */
export const noteRefundProblem = async ({ db }: Pick<Tx, 'db'>, refundId: RefundId, problem: string | null): Promise<void> => {
  await db
    .updateTable('refunds')
    .set({ answerProblem: problem })
    .where('id', '=', refundId)
    .where('status', '=', 'pending')
    .where('answerProblem', 'is distinct from', problem)
    .execute();
};

/**
 * Voids the refunds of an order's locked payments that were not sent to a provider, and frees their amounts; returns
 * how many.
 */
export const voidUnsentRefunds = async (tx: Tx, orderId: OrderId): Promise<number> => {
  const { rows } = await sql<{ refunds: number }>`
    with voided as (
      update refunds r set status = 'voided' from payments p
      where p.id = r.payment_id and p.order_id = ${orderId} and r.status = 'pending' and r.called_at is null
      returning r.payment_id, r.amount_cents
    ), sums as (select payment_id, sum(amount_cents) as cents, count(*)::int as refunds from voided group by payment_id),
    freed as (update payments p set refund_claimed_cents = p.refund_claimed_cents - sums.cents from sums where p.id = sums.payment_id)
    select coalesce(sum(refunds), 0)::int as refunds from sums`.execute(tx.db);
  return rows[0]?.refunds ?? 0;
};
