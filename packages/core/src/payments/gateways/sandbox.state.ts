/** The only function that writes `sandbox_charges.status`: an open charge is decided once, by the buyer on the sandbox's page or by a query of the shop. */
import type { Currency } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Core } from '../../kernel/index.ts';

export interface SandboxCharge {
  readonly reference: string;
  readonly paymentId: string;
  readonly amountCents: number;
  readonly currency: Currency;
  readonly status: 'captured' | 'declined' | 'pending' | 'action' | 'voided';
  readonly returnUrl: string | null;
}
export const sandboxColumns = sql`reference, idempotency_key as "paymentId", amount_cents as "amountCents", currency, status, return_url as "returnUrl"`;

/** Returns the charge if this call decided it. */
export const decideCharge = async (
  { db }: Pick<Core, 'db'>,
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
