/** Stripe's signed events -> what they say about charges, refunds and disputes. */
import { createHash } from 'node:crypto';
import Stripe from 'stripe';
import { z } from 'zod';
import { DomainError, GatewayAnswerInvalid, type GatewayNotice, type NoticeOutcome } from '../../kernel/index.ts';
import { problemOf, readAnswer } from './read-answer.ts';
import { stripeDispute, stripeEvent, type StripeDispute } from './stripe.objects.ts';
import { outcomeOfIntent, outcomeOfRefund, readIntent, readRefund } from './stripe.outcomes.ts';

const toleranceSeconds = 300;
/** Events that say what a charge came to, or what it waits for. */
const decisive = [
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.canceled',
  'payment_intent.requires_action',
  'payment_intent.processing',
];

/** Inquiries (`warning_...`) move no money yet, so they are no disputes. */
const outcomeOfDispute = (type: string, { status }: StripeDispute): NoticeOutcome | null => {
  if (status.startsWith('warning_')) return null;
  if (type === 'charge.dispute.created') return { status: 'dispute_opened' };
  if (type !== 'charge.dispute.closed') return null;
  return { status: status === 'won' ? 'dispute_won' : 'dispute_lost' };
};

const idOf = (value: string | { id: string } | null | undefined): string | null =>
  typeof value === 'string' ? value : (value?.id ?? null);

type Content = Pick<GatewayNotice, 'reference' | 'paymentId' | 'outcome'>;
const nothing: Content = { reference: null, paymentId: null, outcome: null };

const contentOf = (type: string, object: unknown): Content => {
  if (type.startsWith('payment_intent.')) {
    if (!decisive.includes(type)) return nothing;
    const intent = readIntent(object);
    // A card that is refused on Stripe's own page decides nothing: the buyer may try another one there.
    const onPage = intent.metadata?.['page'] === 'open' && type !== 'payment_intent.succeeded';
    return { reference: intent.id, paymentId: intent.metadata?.['payment_id'] ?? null, outcome: onPage ? null : outcomeOfIntent(intent) };
  }
  if (type.startsWith('charge.dispute.')) {
    const dispute = readAnswer("Stripe's dispute", stripeDispute, object);
    return { reference: idOf(dispute.payment_intent), paymentId: null, outcome: outcomeOfDispute(type, dispute) };
  }
  if (type.startsWith('refund.')) {
    const refund = readRefund(object);
    const refundId = refund.metadata?.['refund_id'];
    const outcome = refundId ? ({ status: 'refund', refundId, outcome: outcomeOfRefund(refund) } as const) : null;
    return { reference: idOf(refund.payment_intent), paymentId: null, outcome };
  }
  return nothing;
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

/** The events that Stripe would have posted and that mean something here. */
export const tellingEvents = [
  ...decisive,
  'charge.dispute.created',
  'charge.dispute.closed',
  'refund.created',
  'refund.updated',
  'refund.failed',
];

/** The reference of an object that could not be read, for staff to look it up by. */
const referenceIn = (object: unknown): Content => {
  const { id, payment_intent: intent, metadata } = anyObject.parse(object);
  return { reference: intent ?? id, paymentId: metadata?.payment_id ?? null, outcome: null };
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
    return { eventId: id, type: 'unread', ...nothing, problem: problemOf(read.error, value), foreign: false, payload: {} };
  }
  const { id: eventId, type, created, livemode, account, data } = read.data;
  const foreign = livemode !== live || account !== undefined;
  const known = { eventId, type, foreign, payload: { id: eventId, type, created, livemode } };
  try {
    return { ...known, ...contentOf(type, data.object), problem: null };
  } catch (error) {
    if (!(error instanceof GatewayAnswerInvalid)) throw error;
    return { ...known, ...referenceIn(data.object), problem: error.message };
  }
};

/** The JSON of a signed body, or its beginning where it is none. Throws `INVALID_SIGNATURE` or `STALE_SIGNATURE`. */
const verified = (stripe: Stripe, rawBody: Buffer, header: string | undefined, secret: string, now: Date): unknown => {
  const { signature } = stripe.webhooks;
  if (!signature) throw new Error('The SDK of Stripe cannot check signatures');
  try {
    signature.verifyHeader(rawBody, header ?? '', secret, toleranceSeconds, undefined, now.getTime());
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
    // The SDK tells a stale signature from a wrong one by its message only.
    if (/timestamp outside the tolerance/i.test(error.message)) throw stale(error);
    throw new DomainError('INVALID_SIGNATURE', 'The signature of this webhook does not match its body.', { cause: error });
  }
  if (isAhead(header ?? '', now)) throw stale();
  const text = rawBody.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    // Signed all the same: kept as an event that cannot be read.
    return text.slice(0, 1_000);
  }
};

const stale = (cause?: unknown): DomainError =>
  new DomainError('STALE_SIGNATURE', 'The signed time of this webhook is more than 5 minutes off.', { cause });

/** The SDK looks back only: it takes an event that was signed for next week. */
const isAhead = (header: string, now: Date): boolean =>
  Number(/(?:^|,)t=(\d+)/.exec(header)?.[1]) > now.getTime() / 1000 + toleranceSeconds;
