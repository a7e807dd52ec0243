/** Writes `sandbox_charges`, `sandbox_refunds` and `sandbox_events`, the records of the sandbox provider. */
import type { Currency } from '@cartwright/contracts';
import { sql } from 'kysely';
import { isUniqueViolation, type ChargeRequest, type RefundRequest, type Tx } from '../../kernel/index.ts';

export interface SandboxCharge {
  readonly reference: string;
  readonly paymentId: string;
  readonly amountCents: number;
  readonly currency: Currency;
  readonly status: 'captured' | 'declined' | 'pending' | 'action' | 'voided';
  readonly returnUrl: string | null;
}
export type ChargeRow = Pick<SandboxCharge, 'reference' | 'amountCents' | 'currency' | 'status'>;
export const sandboxColumns = sql`reference, idempotency_key as "paymentId", amount_cents as "amountCents", currency, status, return_url as "returnUrl"`;

/** Inserts a charge and returns it. For a key that was used before, counts the call and returns the existing charge. */
export const insertSandboxCharge = async (
  { db }: Pick<Tx, 'db'>,
  reference: string,
  { idempotencyKey, amountCents, currency, returnUrl }: Omit<ChargeRequest, 'token'>,
  status: SandboxCharge['status'],
): Promise<ChargeRow> => {
  const { rows } = await sql<ChargeRow>`
    insert into sandbox_charges as c (reference, idempotency_key, amount_cents, currency, status, return_url)
    values (${reference}, ${idempotencyKey}, ${amountCents}, ${currency}, ${status}, ${returnUrl})
    on conflict (idempotency_key) do update set call_count = c.call_count + 1 returning reference, amount_cents as "amountCents", currency, status`.execute(
    db,
  );
  if (!rows[0]) throw new Error('The sandbox did not write the charge');
  return rows[0];
};

/** Decides an open charge once: the buyer does it on the sandbox's page, or a query of the shop. Returns the charge if this call decided it. */
export const decideCharge = async (
  { db }: Pick<Tx, 'db'>,
  reference: string,
  from: readonly ('pending' | 'action')[],
  to: 'captured' | 'declined' | 'voided',
): Promise<SandboxCharge | null> => {
  const { rows } = await sql<SandboxCharge>`
    update sandbox_charges set status = ${to} where reference = ${reference} and status = any(${from}::text[]) returning ${sandboxColumns}`.execute(
    db,
  );
  return rows[0] ?? null;
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
        where reference = ${reference} and status = 'captured' and currency = ${currency} and refunded_cents + ${amountCents} <= amount_cents
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
  await sql`insert into sandbox_events (id, body) values (${event.id}, ${JSON.stringify(event)}) on conflict do nothing`.execute(db);
};
