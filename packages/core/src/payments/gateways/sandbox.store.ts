/** Writes `sandbox_charges`, `sandbox_refunds` and `sandbox_events`, the records of the sandbox provider. */
import type { Currency } from '@cartwright/contracts';
import { sql } from 'kysely';
import { anyText, isUniqueViolation, json, type ChargeRequest, type RefundRequest, type Tx } from '../../kernel/index.ts';

/** A charge of the sandbox. */
export interface SandboxCharge {
  readonly reference: string;
  readonly paymentId: string;
  readonly amountCents: number;
  readonly currency: Currency;
  readonly status: 'captured' | 'declined' | 'pending' | 'action' | 'voided';
  readonly returnUrl: string | null;
}
/** The part of a charge that decides its outcome. */
export type SandboxChargeRow = Pick<SandboxCharge, 'reference' | 'amountCents' | 'currency' | 'status'>;
/** The columns of a charge of the sandbox. */
export const sandboxColumns = ['reference', 'idempotencyKey as paymentId', 'amountCents', 'currency', 'status', 'returnUrl'] as const;

/** Inserts a charge and returns it. For a key that was used before, counts the call and returns the existing charge. */
export const insertSandboxCharge = (
  { db }: Pick<Tx, 'db'>,
  reference: string,
  { idempotencyKey, amountCents, currency, returnUrl }: Omit<ChargeRequest, 'token'>,
  status: SandboxCharge['status'],
): Promise<SandboxChargeRow> =>
  db
    .insertInto('sandbox_charges')
    .values({ reference, idempotencyKey, amountCents, currency, status, returnUrl })
    .onConflict((oc) => oc.column('idempotencyKey').doUpdateSet((eb) => ({ callCount: eb('sandbox_charges.callCount', '+', 1) })))
    .returning(['reference', 'amountCents', 'currency', 'status'])
    .$narrowType<{ currency: Currency }>()
    .executeTakeFirstOrThrow();

/**
 * Decides an open charge once: the buyer does it on the sandbox's page, or a query of the shop. Returns the charge if this call decided
 * it.
 */
export const decideCharge = async (
  { db }: Pick<Tx, 'db'>,
  reference: string,
  from: readonly ('pending' | 'action')[],
  to: 'captured' | 'declined' | 'voided',
): Promise<SandboxCharge | null> => {
  const row = await db
    .updateTable('sandbox_charges')
    .set({ status: to })
    .where('reference', '=', reference)
    .where('status', '=', anyText(from))
    .returning(sandboxColumns)
    .$narrowType<{ currency: Currency }>()
    .executeTakeFirst();
  return row ?? null;
};

/** Inserts a refund and returns its reference; null when its key was used before or the charge has too little left. */
export const insertSandboxRefund = async (
  { db }: Pick<Tx, 'db'>,
  refundReference: string,
  { idempotencyKey, reference, amountCents, currency }: RefundRequest,
): Promise<string | null> => {
  try {
    const { rows } = await sql<{ reference: string }>`
      with room as (
        update sandbox_charges set refunded_cents = refunded_cents + ${amountCents}
        where reference = ${reference} and status = 'captured' and currency = ${currency}
          and refunded_cents + ${amountCents} <= amount_cents
          and not exists (select 1 from sandbox_refunds where idempotency_key = ${idempotencyKey})
        returning reference, currency)
      insert into sandbox_refunds (reference, idempotency_key, charge_reference, amount_cents, currency)
      select ${refundReference}, ${idempotencyKey}, reference, ${amountCents}, currency from room returning reference`.execute(db);
    return rows[0]?.reference ?? null;
  } catch (error) {
    // Another call used the same key at this moment.
    if (isUniqueViolation(error)) return null;
    throw error;
  }
};

/** Inserts an event for the sandbox's list of events; an event that it has already changes nothing. */
export const insertSandboxEvent = async ({ db }: Pick<Tx, 'db'>, event: { readonly id: string }): Promise<void> => {
  await db
    .insertInto('sandbox_events')
    .values({ id: event.id, body: json<Record<string, unknown>>({ ...event }) })
    .onConflict((oc) => oc.doNothing())
    .execute();
};
