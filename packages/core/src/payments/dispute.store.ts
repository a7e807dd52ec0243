/** Writes `disputes`. The only writer of `disputes.status`. */
import type { PaymentId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { ProviderDispute, Tx } from '../kernel/index.ts';

/** A dispute as the provider reports it, and which of its times it has reached. */
export interface SeenDispute extends Omit<ProviderDispute, 'chargeReference'> {
  readonly opened: boolean;
  readonly closed: boolean;
  /** When the provider was queried. */
  readonly seenAt: Date;
}

/** Inserts a dispute of a locked payment. */
export const insertDispute = async (
  tx: Tx,
  paymentId: PaymentId,
  { reference, amountCents, currency, status, reason, fundsWithdrawn, seenAt, opened, closed }: SeenDispute,
): Promise<void> => {
  await sql`
    insert into disputes (id, payment_id, gateway_reference, amount_cents, currency, status, reason, funds_withdrawn, seen_at, opened_at, closed_at)
    values (${tx.ids.next()}, ${paymentId}, ${reference}, ${amountCents}, ${currency}, ${status}, ${reason}, ${fundsWithdrawn}, ${seenAt},
      case when ${opened} then now() end, case when ${closed} then now() end)`.execute(tx.db);
};

/** Updates a dispute of a locked payment; false when a newer answer is already recorded. */
export const updateDispute = async (
  tx: Tx,
  id: string,
  { reference, amountCents, currency, status, reason, fundsWithdrawn, seenAt, opened, closed }: SeenDispute,
): Promise<boolean> => {
  const { numAffectedRows } = await sql`
    update disputes set gateway_reference = ${reference}, amount_cents = ${amountCents}, currency = ${currency}, status = ${status}, reason = ${reason},
      funds_withdrawn = ${fundsWithdrawn}, seen_at = ${seenAt}, opened_at = case when ${opened} then coalesce(opened_at, now()) else opened_at end,
      closed_at = case when ${closed} then coalesce(closed_at, now()) end
    where id = ${id} and seen_at <= ${seenAt}`.execute(tx.db);
  return numAffectedRows === 1n;
};
