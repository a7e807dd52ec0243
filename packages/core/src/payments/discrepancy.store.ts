/** Writes `payment_discrepancies`: money that a provider charged or refunded differently from the request. */
import type { Currency, PaymentId, RefundId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { actorName, now, type Actor, type Tx } from '../kernel/index.ts';

/** An amount of a currency, in minor units. */
export interface Money {
  readonly amountCents: number;
  readonly currency: Currency;
}
/** What a provider states about a charge or a refund, and what it was asked for. */
export interface Statement {
  readonly paymentId: PaymentId;
  /** Null for a charge. */
  readonly refundId: RefundId | null;
  /** Reference of the charge or refund at the provider. */
  readonly reference: string;
  readonly asked: Money;
  readonly said: Money;
}
/** How a discrepancy ended. */
export type Resolution = 'settled' | 'returned' | 'adopted' | 'dismissed';

/** A discrepancy and the number of its failed refunds, which together are the key of its next refund. */
interface ReturnKey {
  readonly id: string;
  readonly returnsFailed: number;
}

/** The index that keeps one row for each statement of a provider. */
const oneStatement = sql`payment_id, coalesce(refund_id, payment_id), reference, said_cents, said_currency`;

/** Inserts a discrepancy; one that is recorded already is counted again, and a resolved one stays resolved. */
export const insertDiscrepancy = async (tx: Tx, { paymentId, refundId, reference, asked, said }: Statement): Promise<void> => {
  await tx.db
    .insertInto('payment_discrepancies')
    .values({
      id: tx.ids.next(),
      kind: refundId === null ? 'wrong_charge' : 'wrong_refund',
      paymentId,
      refundId,
      reference,
      askedCents: asked.amountCents,
      askedCurrency: asked.currency,
      saidCents: said.amountCents,
      saidCurrency: said.currency,
    })
    .onConflict((oc) =>
      oc.expression(oneStatement).doUpdateSet((eb) => ({ seenCount: eb('payment_discrepancies.seenCount', '+', 1), lastSeenAt: now })),
    )
    .execute();
};

/** Records that a refund of a locked discrepancy is requested, under the key of `returnKeyOf`. */
export const startReturn = async (tx: Tx, { id }: ReturnKey): Promise<void> => {
  await tx.db
    .updateTable('payment_discrepancies')
    .set((eb) => ({ returnCalledAt: eb.fn.coalesce('returnCalledAt', now) }))
    .where('id', '=', id)
    .execute();
};

/**
 * Records that the provider refused the refund, so the charge is as before. Changes nothing when that refund
 * was already ended: another one may be running.
 */
export const endReturn = async (tx: Tx, { id, returnsFailed }: ReturnKey): Promise<void> => {
  await tx.db
    .updateTable('payment_discrepancies')
    .set((eb) => ({ returnCalledAt: null, returnsFailed: eb('returnsFailed', '+', 1) }))
    .where('id', '=', id)
    .where('returnsFailed', '=', returnsFailed)
    .where('resolvedAt', 'is', null)
    .execute();
};

/** The decision that ends a discrepancy. */
export interface End {
  readonly resolution: Resolution;
  readonly actor: Actor;
  readonly note: string | null;
  readonly returnReference?: string;
}
/** Closes a discrepancy. Returns false if it was closed before. */
export const closeDiscrepancy = async (tx: Tx, id: string, { resolution, actor, note, returnReference }: End): Promise<boolean> => {
  const { numUpdatedRows } = await tx.db
    .updateTable('payment_discrepancies')
    .set((eb) => ({
      resolution,
      resolvedAt: now,
      resolvedBy: actorName(actor),
      note,
      returnReference: returnReference ?? null,
      ...(returnReference !== undefined && { returnCalledAt: eb.fn.coalesce('returnCalledAt', now) }),
    }))
    .where('id', '=', id)
    .where('resolvedAt', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
};

/** Closes the discrepancies of a charge or refund that now matches the request. */
export const settleDiscrepancies = async (
  tx: Tx,
  { paymentId, refundId, reference }: Pick<Statement, 'paymentId' | 'refundId' | 'reference'>,
  actor: Actor,
): Promise<void> => {
  await tx.db
    .updateTable('payment_discrepancies')
    .set({ resolution: 'settled', resolvedAt: now, resolvedBy: actorName(actor) })
    .where('paymentId', '=', paymentId)
    .where((eb) => eb('refundId', 'is not distinct from', eb.val(refundId)))
    .where('reference', '=', reference)
    .where('resolvedAt', 'is', null)
    .where('returnCalledAt', 'is', null)
    .execute();
};
