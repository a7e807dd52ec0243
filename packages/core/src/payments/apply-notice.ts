import type { PaymentProvider } from '@cartwright/contracts';
import { transact, type ChargeOutcome, type Core, type Tx } from '../kernel/index.ts';
import { lockOrderOfPayment } from '../orders/index.ts';
import type { About } from './gateway-event.payload.ts';
import { pauseOf, type EventEnd } from './gateway-event.state.ts';
import { recordEventEnd } from './gateway-event.store.ts';
import { captureConflict, identifyPayment } from './identify-payment.ts';
import { findReturned, isDealtWith, isOnRecord, isWrongCharge } from './discrepancy.queries.ts';
import { lockPayment } from './payment.locks.ts';
import type { PaymentRow } from './payment.row.ts';
import { readOfCharge, type ChargeRecords, type ProviderReads } from './read-records.ts';
import { settleCaptureFirst } from './settle-capture-first.ts';
import { lockSettlement, settleLocked } from './settle-charge.ts';
import { applyRecords } from './sync-records.ts';

/** The result of an event. One that `waits` becomes `unless` when its subject does not appear in time. */
interface Verdict {
  readonly end: EventEnd;
  readonly unless?: 'orphaned' | 'conflicting';
  readonly reason: string | null;
}
/** The changes to write, once the provider was queried. */
type Effect =
  | { readonly payment: PaymentRow; readonly outcome: ChargeOutcome }
  | { readonly payment: PaymentRow; readonly records: ChargeRecords };

/** How an event is read and claimed. */
export interface NoticeOptions {
  readonly reads: ProviderReads;
  /** Claims the event for this transaction and returns its earlier attempts; null when another call has claimed it. */
  readonly claim: (tx: Tx) => Promise<number | null>;
  /** Whether the event may still wait until its subject is recorded. */
  readonly mayWait: boolean;
  /** Staff decided to import refunds with an id that this shop does not know. */
  readonly acceptUnknown?: boolean;
}

const applied: Verdict = { end: 'applied', reason: null };
const ignored: Verdict = { end: 'ignored', reason: null };

/**
 * Applies an event of a provider and marks it as handled in the same transaction. An event settles nothing unless
 * everything that it names matches one payment; it is kept while that payment, its capture, or a free amount for its refund is
 * not recorded yet. Refunds, disputes and undecided charges are first queried from the provider, so that the order of
 * events does not matter.
 */
export const applyNotice = async (
  core: Core,
  provider: PaymentProvider,
  notice: About,
  options: NoticeOptions,
): Promise<EventEnd | 'repeated'> => {
  const judged = await judge(core, provider, notice, options);
  return transact(core, async (tx) => {
    const attempts = await options.claim(tx);
    if (attempts === null) return 'repeated';
    const verdict = 'end' in judged ? judged : await takeEffect(tx, judged, options);
    const end = verdict.end === 'waiting' && !options.mayWait ? (verdict.unless ?? 'orphaned') : verdict.end;
    await recordEventEnd(tx, { provider, eventId: notice.eventId }, { end, reason: verdict.reason, pauseMs: pauseOf(end, attempts) });
    if (end === 'orphaned' || end === 'conflicting')
      tx.log.error(
        { provider, eventId: notice.eventId, reason: verdict.reason },
        'an event of a provider does not fit what this shop holds',
      );
    return end;
  });
};

const judge = async (
  core: Core,
  provider: PaymentProvider,
  notice: About,
  { reads, mayWait }: NoticeOptions,
): Promise<Verdict | Effect> => {
  if (notice.subject === null) return ignored;
  const returned = notice.foreign ? null : await judgeReturn(core, provider, notice, mayWait);
  if (returned) return returned;
  const named = await identifyPayment(core, provider, notice);
  if (named.kind === 'conflict') {
    // It is already listed for staff, or resolved.
    const known = notice.subject === 'charge' && !notice.foreign && (await isOnRecord(core, provider, notice));
    return known ? applied : { end: 'conflicting', reason: named.reason };
  }
  if (notice.foreign) {
    const { eventId, reference } = notice;
    core.log.error(
      { provider, eventId, reference },
      'a provider sent an event of another account, or of the other one of test and live mode',
    );
    return ignored;
  }
  if (named.kind === 'none') {
    const { subject, reference } = notice;
    if (subject === 'refund' && reference !== null && (await isDealtWith(core, provider, reference))) return ignored;
    return {
      end: 'waiting',
      unless: 'orphaned',
      reason: `No payment of this shop is known for the ${subject} that the event names.`,
    };
  }
  const { payment } = named;
  if (named.otherReference && !(await isSameCharge(payment, notice.reference, reads)))
    return {
      end: 'conflicting',
      reason:
        `The event names charge ${notice.reference}. This shop holds charge ${payment.gatewayReference} for payment ${payment.id} ` +
        `of order ${payment.orderNumber}.`,
    };
  return notice.subject === 'charge' ? judgeCharge(payment, notice, reads) : judgeRecords(core, payment, notice, reads);
};

/**
 * The refund of a wrong charge had its effect when staff requested it; null for any other event. When it fails later, the event is
 * listed for staff. Until the refund is recorded, its failure waits, because the call that made it may still be running.
 */
const judgeReturn = async (
  core: Core,
  provider: PaymentProvider,
  { refundId, objectReference }: About,
  mayWait: boolean,
): Promise<Verdict | null> => {
  const wrong = refundId === null ? undefined : (await findReturned(core, [refundId])).get(refundId);
  if (!wrong) return null;
  const refunds = await readOfCharge(core, provider, 'listRefunds', wrong.reference);
  const failed = refunds.some((refund) => refund.reference === objectReference && refund.status === 'failed');
  if (!failed) return applied;
  // An open discrepancy is listed, and staff ask the provider there. A failed refund no longer matters when a later one succeeded.
  if (!wrong.resolved) return mayWait && wrong.returnCalled ? { end: 'waiting', reason: 'The refund is not recorded yet.' } : applied;
  if (wrong.returnReference !== null && wrong.returnReference !== objectReference) return applied;
  return {
    end: 'conflicting',
    reason:
      `Refund ${objectReference} of the wrong charge ${wrong.reference} has failed: the shop has the money again. ` +
      "Refund it in the provider's dashboard.",
  };
};

/** Whether the provider now knows our charge by the event's reference: a page becomes a charge once it is paid. */
const isSameCharge = async (payment: PaymentRow, reference: string | null, reads: ProviderReads): Promise<boolean> =>
  (await reads.outcome(payment, payment.gatewayReference))?.reference === reference;

const judgeCharge = async (payment: PaymentRow, notice: About, reads: ProviderReads): Promise<Verdict | Effect> => {
  // A capture is final. Anything else in the event may have changed since; an unreadable event states nothing.
  const outcome =
    notice.outcome?.status === 'captured' ? notice.outcome : ((await reads.outcome(payment, notice.reference)) ?? notice.outcome);
  if (!outcome) return { end: 'orphaned', reason: `The provider knows no charge ${notice.reference ?? `of payment ${payment.id}`}.` };
  const conflict = outcome.status === 'captured' ? captureConflict(payment, outcome) : null;
  return conflict ? { end: 'conflicting', reason: conflict } : { payment, outcome };
};

const judgeRecords = async (core: Core, payment: PaymentRow, notice: About, reads: ProviderReads): Promise<Verdict | Effect> => {
  const reference = notice.reference ?? payment.gatewayReference;
  if (reference === null) return { end: 'waiting', unless: 'conflicting', reason: `The charge of payment ${payment.id} is not known yet.` };
  const records = await reads.records(payment, reference);
  const problem = await settleCaptureFirst(core, payment, records);
  if (!problem) return { payment, records };
  // Staff decide about a wrong charge as a whole, including its refunds.
  if (notice.subject === 'refund' && !problem.waits && (await isWrongCharge(core, payment.provider, reference))) return applied;
  return { end: problem.waits ? 'waiting' : 'conflicting', unless: 'conflicting', reason: problem.reason };
};

const takeEffect = async (tx: Tx, effect: Effect, { acceptUnknown = false }: NoticeOptions): Promise<Verdict> => {
  if ('outcome' in effect) {
    const locked = await lockSettlement(tx, { paymentId: effect.payment.id, outcome: effect.outcome });
    const { payment } = locked;
    if (payment.gatewayReference !== effect.payment.gatewayReference && payment.gatewayReference !== effect.outcome.reference)
      throw new Error(`Payment ${payment.id} was linked to charge ${payment.gatewayReference} while the provider was queried`);
    await settleLocked(tx, [locked]);
    return applied;
  }
  await lockOrderOfPayment(tx, effect.payment.id);
  const payment = await lockPayment(tx, effect.payment.id);
  const problems = await applyRecords(tx, payment, effect.records, { acceptUnknown });
  if (problems.length === 0) return applied;
  const reason = problems.map((problem) => problem.reason).join(' ');
  return { end: problems.every((problem) => problem.waits) ? 'waiting' : 'conflicting', unless: 'conflicting', reason };
};
