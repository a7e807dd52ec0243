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

/** What the provider states of a dispute besides its status, in columns of its row. */
const stated = ({ reference, amountCents, currency, reason, fundsWithdrawn, seenAt }: SeenDispute) => ({
  gatewayReference: reference,
  amountCents,
  currency,
  reason,
  fundsWithdrawn,
  seenAt,
});

/** Inserts a dispute of a locked payment. */
export const insertDispute = async (tx: Tx, paymentId: PaymentId, dispute: SeenDispute): Promise<void> => {
  await tx.db
    .insertInto('disputes')
    .values({
      id: tx.ids.next(),
      paymentId,
      ...stated(dispute),
      status: dispute.status,
      openedAt: dispute.opened ? now : null,
      closedAt: dispute.closed ? now : null,
    })
    .execute();
};

/** Updates a dispute of a locked payment; false when a newer answer is already recorded. */
export const updateDispute = async (tx: Tx, id: string, dispute: SeenDispute): Promise<boolean> => {
  const { numUpdatedRows } = await tx.db
    .updateTable('disputes')
    .set((eb) => ({
      ...stated(dispute),
      status: dispute.status,
      ...(dispute.opened && { openedAt: eb.fn.coalesce('openedAt', now) }),
      closedAt: dispute.closed ? eb.fn.coalesce('closedAt', now) : null,
    }))
    .where('id', '=', id)
    .where('seenAt', '<=', dispute.seenAt)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
};
