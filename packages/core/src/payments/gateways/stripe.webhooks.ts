/** Stripe's signed events -> what they say about charges, refunds and disputes. */
import { createHash } from 'node:crypto';
import Stripe from 'stripe';
import { z } from 'zod';
import { DomainError, emptyNotice, GatewayAnswerInvalid, type GatewayNotice } from '../../kernel/index.ts';
import { parseSigned, problemOf, readAnswer } from './read-answer.ts';
import { fromStripeAmount } from './stripe.amounts.ts';
import { idOf, stripeEvent, stripeRecord, type StripeRecord } from './stripe.objects.ts';
import { outcomeOfIntent, readIntent } from './stripe.outcomes.ts';

const toleranceSeconds = 300;
/** Events that say what a charge came to, or what it waits for. */
const decisive = [
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.canceled',
  'payment_intent.requires_action',
  'payment_intent.processing',
];

/** The events whose object is a refund, a dispute, or a charge whose refunds changed. */
const refundEvents = ['refund.created', 'refund.updated', 'refund.failed', 'charge.refunded', 'charge.refund.updated'];
const disputeEvents = [
  'charge.dispute.created',
  'charge.dispute.updated',
  'charge.dispute.closed',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
];

/** The events that Stripe would have posted and that mean something here. */
export const tellingEvents = [...decisive, ...disputeEvents, ...refundEvents];

type Content = Omit<GatewayNotice, 'eventId' | 'type' | 'problem' | 'foreign' | 'payload'>;

const subjectOf = (type: string): GatewayNotice['subject'] => {
  if (decisive.includes(type)) return 'charge';
  if (disputeEvents.includes(type)) return 'dispute';
  return refundEvents.includes(type) ? 'refund' : null;
};

const sumOf = ({ amount, currency }: Pick<StripeRecord, 'amount' | 'currency'>): Pick<Content, 'amountCents' | 'currency'> =>
  amount === undefined || currency === undefined
    ? { amountCents: null, currency: null }
    : { amountCents: fromStripeAmount(amount, currency), currency };

const contentOf = (type: string, object: unknown): Content => {
  const subject = subjectOf(type);
  if (subject === null) return emptyNotice;
  if (subject === 'charge') {
    const intent = readIntent(object);
    const { payment_id: paymentId = null, order_id: orderId = null, page } = intent.metadata ?? {};
    // A card that is refused on Stripe's own page decides nothing: the buyer may try another one there.
    const onPage = page === 'open' && type !== 'payment_intent.succeeded';
    const outcome = onPage ? null : outcomeOfIntent(intent);
    return { ...emptyNotice, subject: onPage ? null : subject, reference: intent.id, paymentId, orderId, ...sumOf(intent), outcome };
  }
  const record = readAnswer("Stripe's event", stripeRecord, object);
  // A charge that was made without a payment intent is no payment of this shop; it is named for staff.
  const reference = idOf(record.payment_intent) ?? idOf(record.charge) ?? record.id;
  // Which refund of a charge has changed is seen in the list of its refunds.
  if (type === 'charge.refunded') return { ...emptyNotice, subject, reference };
  const refundId = subject === 'refund' ? (record.metadata?.['refund_id'] ?? null) : null;
  return { ...emptyNotice, subject, reference, objectReference: record.id, refundId, ...sumOf(record) };
};

/**
 * Reads an event whose signature holds. `live` is the mode of the shop's own key; events of the other mode, or
 * of a connected account, are foreign. Throws `INVALID_SIGNATURE` or `STALE_SIGNATURE`.
 */
export const readStripeEvent = (
  stripe: Stripe,
  { rawBody, signature, secret, now, live }: { rawBody: Buffer; signature: string | undefined; secret: string; now: Date; live: boolean },
): GatewayNotice => {
  return noticeOfEvent(verified(stripe, rawBody, signature, secret, now), live);
};

/** The reference of an object that could not be read, for staff to look it up by. */
const referenceIn = (type: string, object: unknown): Content => {
  const { id, payment_intent: intent, metadata } = anyObject.parse(object);
  return { ...emptyNotice, subject: subjectOf(type), reference: intent ?? id, paymentId: metadata?.payment_id ?? null };
};
const anId = z.string().min(1).max(255).nullable().catch(null);
const anyObject = z
  .object({ id: anId, payment_intent: anId, metadata: z.object({ payment_id: anId }).nullable().catch(null) })
  .catch({ id: null, payment_intent: null, metadata: null });

/**
 * What an event says that Stripe itself handed out, by a signed webhook or in its list. One that cannot be read is
 * a notice with a `problem`: what Stripe said is kept, and staff see it.
 */
export const noticeOfEvent = (value: unknown, live: boolean): GatewayNotice => {
  const read = stripeEvent.safeParse(value);
  if (!read.success) {
    // An event without an id is known by what it says.
    const id =
      anyObject.parse(value).id ??
      `unread_${createHash('sha256')
        .update(JSON.stringify(value) ?? '')
        .digest('hex')}`;
    return { ...emptyNotice, eventId: id, type: 'unread', problem: problemOf(read.error, value), payload: {} };
  }
  const { id: eventId, type, created, livemode, account, data } = read.data;
  const foreign = livemode !== live || account !== undefined;
  const known = { eventId, type, foreign, payload: { id: eventId, type, created, livemode } };
  try {
    return { ...contentOf(type, data.object), ...known, problem: null };
  } catch (error) {
    if (!(error instanceof GatewayAnswerInvalid)) throw error;
    return { ...referenceIn(type, data.object), ...known, problem: error.message };
  }
};

/** What a body says whose signature holds. Throws `INVALID_SIGNATURE` or `STALE_SIGNATURE`. */
const verified = (stripe: Stripe, rawBody: Buffer, header: string | undefined, secret: string, now: Date): unknown => {
  const { signature } = stripe.webhooks;
  if (!signature) throw new Error('The Stripe SDK cannot verify signatures');
  try {
    signature.verifyHeader(rawBody, header ?? '', secret, toleranceSeconds, undefined, now.getTime());
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
    // The SDK tells a stale signature from a wrong one by its message only.
    if (/timestamp outside the tolerance/i.test(error.message)) throw stale(error);
    throw new DomainError('INVALID_SIGNATURE', 'The signature of this webhook does not match its body.', { cause: error });
  }
  if (isAhead(header ?? '', now)) throw stale();
  return parseSigned(rawBody);
};

const stale = (cause?: unknown): DomainError =>
  new DomainError('STALE_SIGNATURE', 'The timestamp of this webhook is more than 5 minutes off.', { cause });

/** The SDK looks back only: it takes an event that was signed for next week. */
const isAhead = (header: string, now: Date): boolean =>
  Number(/(?:^|,)t=(\d+)/.exec(header)?.[1]) > now.getTime() / 1000 + toleranceSeconds;
