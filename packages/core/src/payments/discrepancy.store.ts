/** Writes `payment_discrepancies`: money that a provider charged or refunded differently from the request. */
import type { Currency, PaymentId, RefundId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { actorName, type Actor, type Tx } from '../kernel/index.ts';

export interface Money {
  readonly amountCents: number;
  readonly currency: Currency;
}
export interface Statement {
  readonly paymentId: PaymentId;
  /** Null for a charge. */
  readonly refundId: RefundId | null;
  /** Reference of the charge or refund at the provider. */
  readonly reference: string;
  readonly asked: Money;
  readonly said: Money;
}
export type Resolution = 'settled' | 'returned' | 'adopted' | 'dismissed';

/** A discrepancy and the number of its failed refunds, which together are the key of its next refund. */
interface ReturnKey {
  readonly id: string;
  readonly returnsFailed: number;
}

/** Inserts a discrepancy; one that is recorded already is counted again, and a resolved one stays resolved. */
export const insertDiscrepancy = async (tx: Tx, { paymentId, refundId, reference, asked, said }: Statement): Promise<void> => {
  await sql`
    insert into payment_discrepancies as d (id, kind, payment_id, refund_id, reference, asked_cents, asked_currency, said_cents, said_currency)
    values (${tx.ids.next()}, ${refundId === null ? 'wrong_charge' : 'wrong_refund'}, ${paymentId}, ${refundId}, ${reference}, ${asked.amountCents}, ${asked.currency}, ${said.amountCents}, ${said.currency})
    on conflict (payment_id, coalesce(refund_id, payment_id), reference, said_cents, said_currency)
    do update set seen_count = d.seen_count + 1, last_seen_at = now()`.execute(tx.db);
};

/** Records that a refund of a locked discrepancy is requested, under the key of `returnKeyOf`. */
export const startReturn = async (tx: Tx, { id }: ReturnKey): Promise<void> => {
  await sql`update payment_discrepancies set return_called_at = coalesce(return_called_at, now()) where id = ${id}`.execute(tx.db);
};

/**
 * Records that the provider refused the refund, so the charge is as before. Changes nothing when that refund
 * was already ended: another one may be running.
 */
export const endReturn = async (tx: Tx, { id, returnsFailed }: ReturnKey): Promise<void> => {
  await sql`
    update payment_discrepancies set return_called_at = null, returns_failed = returns_failed + 1
    where id = ${id} and returns_failed = ${returnsFailed} and resolved_at is null`.execute(tx.db);
};

export interface End {
  readonly resolution: Resolution;
  readonly actor: Actor;
  readonly note: string | null;
  readonly returnReference?: string;
}
/** Closes a discrepancy. Returns false if it was closed before. */
export const closeDiscrepancy = async (tx: Tx, id: string, { resolution, actor, note, returnReference }: End): Promise<boolean> => {
  const returned = returnReference ?? null;
  const { rows } = await sql`
    update payment_discrepancies set resolution = ${resolution}, resolved_at = now(), resolved_by = ${actorName(actor)}, note = ${note},
      return_reference = ${returned}, return_called_at = case when ${returned}::text is null then return_called_at else coalesce(return_called_at, now()) end
    where id = ${id} and resolved_at is null returning id`.execute(tx.db);
  return rows.length > 0;
};

/** Closes the discrepancies of a charge or refund that now matches the request. */
export const settleDiscrepancies = async (
  tx: Tx,
  { paymentId, refundId, reference }: Pick<Statement, 'paymentId' | 'refundId' | 'reference'>,
  actor: Actor,
): Promise<void> => {
  await sql`
    update payment_discrepancies set resolution = 'settled', resolved_at = now(), resolved_by = ${actorName(actor)}
    where payment_id = ${paymentId} and refund_id is not distinct from ${refundId}::uuid and reference = ${reference} and resolved_at is null
      and return_called_at is null`.execute(tx.db);
};
