/** Stripe's signed events -> notices about charges, refunds and disputes. */
import { createHash } from 'node:crypto';
import Stripe from 'stripe';
import { z } from 'zod';
import { DomainError, emptyNotice, GatewayResponseInvalid, type GatewayEventPage, type GatewayNotice } from '../../kernel/index.ts';
import { parseSigned, problemOf, readAnswer } from './read-answer.ts';
import { fromStripeAmount } from './stripe.amounts.ts';
import { idOf, stripeEvent, stripeList, stripeRecord, type StripeRecord } from './stripe.objects.ts';
import { outcomeOfIntent, readIntent } from './stripe.outcomes.ts';

const toleranceSeconds = 300;
/** Events with the outcome of a charge, or with what it waits for. */
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

/** The event types that the shop uses and that Stripe lists. */
const relevantEvents = [...decisive, ...disputeEvents, ...refundEvents];

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
    // A card that is declined on Stripe's own page decides nothing: the buyer may try another one there.
    const onPage = page === 'open' && type !== 'payment_intent.succeeded';
    const outcome = onPage ? null : outcomeOfIntent(intent);
    return { ...emptyNotice, subject: onPage ? null : subject, reference: intent.id, paymentId, orderId, ...sumOf(intent), outcome };
  }
  const record = readAnswer("Stripe's event", stripeRecord, object);
  // A charge without a payment intent is no payment of this shop; its reference is kept for staff.
  const reference = idOf(record.payment_intent) ?? idOf(record.charge) ?? record.id;
  // The list of the charge's refunds shows which of them has changed.
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

/** The reference of an object that could not be read, so that staff can look it up. */
const referenceIn = (type: string, object: unknown): Content => {
  const { id, payment_intent: intent, metadata } = anyObject.parse(object);
  return { ...emptyNotice, subject: subjectOf(type), reference: intent ?? id, paymentId: metadata?.payment_id ?? null };
};
const anId = z.string().min(1).max(255).nullable().catch(null);
const anyObject = z
  .object({ id: anId, payment_intent: anId, metadata: z.object({ payment_id: anId }).nullable().catch(null) })
  .catch({ id: null, payment_intent: null, metadata: null });

/**
 * The notice of an event that Stripe itself provided, by a signed webhook or in its list. An unreadable event becomes
 * a notice with a `problem`: its content is kept, and staff see it.
 */
const noticeOfEvent = (value: unknown, live: boolean): GatewayNotice => {
  const read = stripeEvent.safeParse(value);
  if (!read.success) {
    // An event without an id is identified by its content.
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
    if (!(error instanceof GatewayResponseInvalid)) throw error;
    return { ...referenceIn(type, data.object), ...known, problem: error.message };
  }
};

/** A page of Stripe's own list of events since an instant, newest first. `live` as for `readStripeEvent`. */
export const listStripeEvents = async (
  stripe: Stripe,
  { since, from }: { readonly since: Date; readonly from: string | null },
  live: boolean,
): Promise<GatewayEventPage> => {
  const answer = await stripe.events.list({
    created: { gte: Math.floor(since.getTime() / 1000) },
    types: [...relevantEvents],
    limit: 100,
    ...(from && { starting_after: from }),
  });
  const { data, has_more: more } = readAnswer("Stripe's list of events", stripeList, answer);
  const notices = data.map((event) => noticeOfEvent(event, live));
  return { notices, next: more ? (notices.at(-1)?.eventId ?? null) : null };
};

/** The event of a body with a valid signature. Throws `INVALID_SIGNATURE` or `STALE_SIGNATURE`. */
const verified = (stripe: Stripe, rawBody: Buffer, header: string | undefined, secret: string, now: Date): unknown => {
  const { signature } = stripe.webhooks;
  if (!signature) throw new Error('The Stripe SDK cannot verify signatures');
  try {
    signature.verifyHeader(rawBody, header ?? '', secret, toleranceSeconds, undefined, now.getTime());
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
    // The SDK distinguishes a stale signature from a wrong one by its message only.
    if (/timestamp outside the tolerance/i.test(error.message)) throw stale(error);
    throw new DomainError('INVALID_SIGNATURE', 'The signature of this webhook does not match its body.', { cause: error });
  }
  if (isAhead(header ?? '', now)) throw stale();
  return parseSigned(rawBody);
};

const stale = (cause?: unknown): DomainError =>
  new DomainError('STALE_SIGNATURE', 'The timestamp of this webhook is more than 5 minutes off.', { cause });

/** The SDK checks the past only: it accepts an event that was signed for next week. */
const isAhead = (header: string, now: Date): boolean =>
  Number(/(?:^|,)t=(\d+)/.exec(header)?.[1]) > now.getTime() / 1000 + toleranceSeconds;
