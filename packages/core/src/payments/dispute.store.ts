/** Writes `disputes`. The only writer of `disputes.status`. */
import type { PaymentId } from '@cartwright/contracts';
import { now, type ProviderDispute, type Tx } from '../kernel/index.ts';

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
  await tx.db
    .insertInto('disputes')
    .values({
      id: tx.ids.next(),
      paymentId,
      gatewayReference: reference,
      amountCents,
      currency,
      status,
      reason,
      fundsWithdrawn,
      seenAt,
      openedAt: opened ? now : null,
      closedAt: closed ? now : null,
    })
    .execute();
};

/** Updates a dispute of a locked payment; false when a newer answer is already recorded. */
export const updateDispute = async (
  tx: Tx,
  id: string,
  { reference, amountCents, currency, status, reason, fundsWithdrawn, seenAt, opened, closed }: SeenDispute,
): Promise<boolean> => {
  const { numUpdatedRows } = await tx.db
    .updateTable('disputes')
    .set((eb) => ({
      gatewayReference: reference,
      amountCents,
      currency,
      status,
      reason,
      fundsWithdrawn,
      seenAt,
      ...(opened && { openedAt: eb.fn.coalesce('openedAt', now) }),
      closedAt: closed ? eb.fn.coalesce('closedAt', now) : null,
    }))
    .where('id', '=', id)
    .where('seenAt', '<=', seenAt)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
};
