import type { DisputeStatus } from '@cartwright/contracts';
import type { ProviderDispute, Tx } from '../kernel/index.ts';
import { insertDispute, updateDispute } from './dispute.store.ts';
import { paymentFacts, type PaymentRow } from './payment.row.ts';
import { liftDispute, openDispute } from './payment.store.ts';
import type { RecordProblem } from './settle-provider-refunds.ts';

interface KnownDispute {
  readonly id: string;
  readonly paymentId: string;
  readonly status: DisputeStatus;
}

/** While a dispute has one of these statuses, the bank has or keeps the money: nothing can be refunded. */
const blocks = (status: DisputeStatus | undefined): boolean => status === 'open' || status === 'lost';

/**
 * Tx step on a locked order and payment: brings the disputes of a payment in line with the provider. While a dispute is
 * open, and permanently once it is lost, nothing more can be refunded. Once every dispute is won, the status of the
 * payment follows from its refunds again. An inquiry moves no money and changes no payment. `seenAt` is the time of the
 * query: an answer older than the recorded one changes nothing.
 */
export const settleDisputes = async (
  tx: Tx,
  payment: PaymentRow,
  disputes: readonly ProviderDispute[],
  seenAt: Date,
): Promise<RecordProblem[]> => {
  const problems: RecordProblem[] = [];
  for (const dispute of disputes) {
    const known = await findDispute(tx, payment, dispute.reference);
    if (known && known.paymentId !== payment.id)
      problems.push({
        waits: false,
        reason:
          `Dispute ${dispute.reference} is about charge ${dispute.chargeReference} of payment ${payment.id}. ` +
          `This shop has it on payment ${known.paymentId}.`,
      });
    else if (await writeDispute(tx, payment, dispute, known, seenAt)) announce(tx, payment, known?.status, dispute.status);
  }
  await setPaymentStatus(tx, payment);
  return problems;
};

/** A dispute recorded before references were stored has none: the provider's first dispute is its match. */
const findDispute = async (tx: Tx, payment: PaymentRow, reference: string): Promise<KnownDispute | null> => {
  const row = await tx.db
    .selectFrom('disputes')
    .select(['id', 'paymentId', 'status'])
    .where((eb) =>
      eb.or([eb('gatewayReference', '=', reference), eb.and([eb('paymentId', '=', payment.id), eb('gatewayReference', 'is', null)])]),
    )
    .orderBy((eb) => eb('gatewayReference', 'is', null))
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
};

/** False when a newer answer is already recorded. */
const writeDispute = async (
  tx: Tx,
  payment: PaymentRow,
  dispute: ProviderDispute,
  known: KnownDispute | null,
  seenAt: Date,
): Promise<boolean> => {
  const { status } = dispute;
  const opened = blocks(status) || status === 'won';
  const closed = status === 'won' || status === 'lost' || status === 'inquiry_closed';
  const seen = { ...dispute, opened, closed, seenAt };
  if (known) return updateDispute(tx, known.id, seen);
  await insertDispute(tx, payment.id, seen);
  return true;
};

/** Announces each opening and each end, also of a dispute that ended before this shop saw it. */
const announce = (tx: Tx, payment: PaymentRow, before: DisputeStatus | undefined, after: DisputeStatus): void => {
  const wasOpen = before === 'open';
  const decided = after === 'won' || after === 'lost';
  if (before === after) return;
  if (!wasOpen && (after === 'open' || (decided && before !== 'won' && before !== 'lost')))
    tx.outbox.add('payment.disputed', payment.id, paymentFacts(payment));
  if (decided) tx.outbox.add('payment.dispute_closed', payment.id, { ...paymentFacts(payment), won: after === 'won' });
};

const setPaymentStatus = async (tx: Tx, payment: PaymentRow): Promise<void> => {
  const blocking = await tx.db
    .selectFrom('disputes')
    .select('id')
    .where('paymentId', '=', payment.id)
    .where('status', 'in', ['open', 'lost'])
    .limit(1)
    .executeTakeFirst();
  const blocked = blocking !== undefined;
  if (blocked && payment.status !== 'disputed') await openDispute(tx, payment);
  if (!blocked && payment.status === 'disputed') await liftDispute(tx, payment);
};
