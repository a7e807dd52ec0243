import { formatMoney, type RefundId } from '@cartwright/contracts';
import { writeAudit } from '../audit/index.ts';
import { plainWords, storableText, type ProviderRefund, type RefundOutcome, type Tx } from '../kernel/index.ts';
import { announceRefund } from './announce-refund.ts';
import { asUuid } from './identify-payment.ts';
import { findReturned } from './discrepancy.queries.ts';
import type { PaymentRow } from './payment.row.ts';
import { claimRefundRoom } from './payment.store.ts';
import { recordRefund } from './record-refund.ts';
import { insertProviderRefund } from './refund.store.ts';

/** Why a record of the provider cannot be imported yet, or at all. */
export interface RecordProblem {
  /** Whether it may be possible later. */
  readonly waits: boolean;
  readonly reason: string;
}

interface KnownRefund {
  readonly id: RefundId;
  readonly paymentId: string;
  readonly amountCents: number;
  readonly reference: string | null;
}

/**
 * Tx step on a locked order and payment: brings the refunds of a payment in line with the provider. A refund of this
 * shop is found by our id, which the provider stores, or by the reference of the provider; any other was made at the
 * provider and becomes a refund with `origin` `provider`. Each reference becomes one refund, permanently. `accept` also
 * imports refunds with an id that this shop does not know. Refunds of wrong charges are skipped, because that money
 * belongs to no order.
 */
export const settleProviderRefunds = async (
  tx: Tx,
  payment: PaymentRow,
  refunds: readonly ProviderRefund[],
  { acceptUnknown = false }: { readonly acceptUnknown?: boolean } = {},
): Promise<RecordProblem[]> => {
  const problems: RecordProblem[] = [];
  const returned = await findReturned(
    tx,
    refunds.map(({ refundId }) => refundId),
  );
  for (const refund of refunds) {
    if (refund.refundId !== null && returned.has(refund.refundId)) continue;
    const problem = await settleOne(tx, payment, refund, acceptUnknown);
    if (problem) problems.push(problem);
  }
  return problems;
};

const settleOne = async (tx: Tx, payment: PaymentRow, refund: ProviderRefund, acceptUnknown: boolean): Promise<RecordProblem | null> => {
  const known = await findRefund(tx, refund);
  const disagrees = findMismatch(payment, refund, known);
  if (disagrees) return { waits: false, reason: disagrees };
  if (!known && refund.refundId !== null && !acceptUnknown)
    return {
      waits: true,
      reason: `Refund ${refund.reference} bears the id ${refund.refundId}. No refund of this shop waits for it under that id.`,
    };
  const id = known?.id ?? (await importRefund(tx, payment, refund));
  const recorded = id !== null && (await recordRefund(tx, id, outcomeOf(refund)));
  return recorded ? null : { waits: true, reason: noRoom(payment, refund) };
};

const outcomeOf = ({ status, reference, detail, amountCents, currency }: ProviderRefund): RefundOutcome => {
  if (status === 'failed') return { status, message: detail ?? 'The provider could not deliver the refund.' };
  return status === 'processed' ? { status, reference, amountCents, currency } : { status, reference };
};

const inWords = ({ amountCents, currency }: ProviderRefund): string => formatMoney(amountCents, currency);

const findMismatch = (payment: PaymentRow, refund: ProviderRefund, known: KnownRefund | null): string | null => {
  const { reference, currency } = refund;
  if (currency !== payment.currency) return `Refund ${reference} is for ${inWords(refund)}, but the payment is in ${payment.currency}.`;
  if (!known) return null;
  if (known.paymentId !== payment.id)
    return (
      `Refund ${reference} refunds charge ${refund.chargeReference} of payment ${payment.id}. ` +
      `This shop has it on payment ${known.paymentId}.`
    );
  if (known.amountCents !== refund.amountCents)
    return `Refund ${reference} is for ${inWords(refund)}. This shop requested ${formatMoney(known.amountCents, currency)}.`;
  return null;
};

const noRoom = ({ capturedCents, refundClaimedCents, currency }: PaymentRow, refund: ProviderRefund): string =>
  `Refund ${refund.reference} for ${inWords(refund)} exceeds what is left: this shop has already refunded, or is refunding, ` +
  `${formatMoney(refundClaimedCents, currency)} of ${formatMoney(capturedCents, currency)}.`;

/** By the provider's reference; otherwise by our id, unless that refund has another reference: then this is a second refund. */
const findRefund = async (tx: Tx, { reference, refundId }: ProviderRefund): Promise<KnownRefund | null> => {
  const row = await tx.db
    .selectFrom('refunds')
    .select(['id', 'paymentId', 'amountCents', 'gatewayReference as reference'])
    .where((eb) =>
      eb.or([
        eb('gatewayReference', '=', reference),
        eb.and([eb('id', '=', eb.cast<string>(eb.val(asUuid(refundId)), 'uuid')), eb('gatewayReference', 'is', null)]),
      ]),
    )
    .orderBy((eb) => eb('gatewayReference', 'is', null))
    .limit(1)
    .$narrowType<{ id: RefundId }>()
    .executeTakeFirst();
  return row ?? null;
};

/** Writes a refund that was made at the provider, as pending. Null while other refunds have claimed its amount. */
const importRefund = async (tx: Tx, payment: PaymentRow, refund: ProviderRefund): Promise<RefundId | null> => {
  const { reference, amountCents, status, detail } = refund;
  if (!(await claimRefundRoom(tx, payment.id, amountCents))) return null;
  const actor = `provider:${payment.provider}` as const;
  const reason = status !== 'failed' && detail ? plainWords(detail) : 'No reason was given.';
  const fresh = { paymentId: payment.id, amountCents, currency: refund.currency, reason: storableText(reason, 500) };
  const id = await insertProviderRefund(tx, fresh, { requestedBy: actor, reference });
  await writeAudit(tx, actor, {
    action: 'payments.refund',
    subjectType: 'payment',
    subjectId: payment.id,
    before: null,
    after: { refundId: id, orderId: payment.orderId, amountCents, currency: payment.currency, reference },
  });
  // A refund with an id of this shop was announced before the backup was restored that does not contain it.
  if (status !== 'failed' && refund.refundId === null)
    announceRefund(tx, payment.orderId, refund.currency, { refundCents: refund.amountCents, creditCents: 0 });
  return id;
};
