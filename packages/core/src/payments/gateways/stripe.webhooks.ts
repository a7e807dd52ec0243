/** Stripe's signed events -> what they say about charges, refunds and disputes. */
import Stripe from 'stripe';
import { DomainError, type GatewayNotice, type NoticeOutcome, type RefundOutcome } from '../../kernel/index.ts';
import { outcomeOfIntent } from './stripe.outcomes.ts';

const toleranceSeconds = 300;
/** Events that say what a charge came to, or what it waits for. */
const decisive = [
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.canceled',
  'payment_intent.requires_action',
  'payment_intent.processing',
];

export const outcomeOfRefund = (refund: Stripe.Refund): RefundOutcome => {
  if (refund.status === 'succeeded') return { status: 'processed', reference: refund.id };
  if (refund.status === 'failed' || refund.status === 'canceled')
    return { status: 'failed', message: refund.failure_reason ?? 'Stripe refused the refund.' };
  return { status: 'pending', reference: refund.id };
};

/** Inquiries (`warning_...`) move no money yet, so they are no disputes. */
const outcomeOfDispute = (type: string, { status }: Stripe.Dispute): NoticeOutcome | null => {
  if (status.startsWith('warning_')) return null;
  if (type === 'charge.dispute.created') return { status: 'dispute_opened' };
  if (type !== 'charge.dispute.closed') return null;
  return { status: status === 'won' ? 'dispute_won' : 'dispute_lost' };
};

const idOf = (value: string | { id: string } | null): string | null => (typeof value === 'string' ? value : (value?.id ?? null));

type Content = Pick<GatewayNotice, 'reference' | 'paymentId' | 'outcome'>;
const contentOf = (event: Stripe.Event): Content => {
  if (event.type.startsWith('payment_intent.')) {
    const intent = event.data.object as Stripe.PaymentIntent;
    // A card that is refused on Stripe's own page decides nothing: the buyer may try another one there.
    const onPage = intent.metadata?.['page'] === 'open' && event.type !== 'payment_intent.succeeded';
    const outcome = decisive.includes(event.type) && !onPage ? outcomeOfIntent(intent) : null;
    return { reference: intent.id, paymentId: intent.metadata?.['payment_id'] ?? null, outcome };
  }
  if (event.type.startsWith('charge.dispute.')) {
    const dispute = event.data.object as Stripe.Dispute;
    return { reference: idOf(dispute.payment_intent), paymentId: null, outcome: outcomeOfDispute(event.type, dispute) };
  }
  if (event.type.startsWith('refund.')) {
    const refund = event.data.object as Stripe.Refund;
    const refundId = refund.metadata?.['refund_id'];
    const outcome = refundId ? ({ status: 'refund', refundId, outcome: outcomeOfRefund(refund) } as const) : null;
    return { reference: idOf(refund.payment_intent), paymentId: null, outcome };
  }
  return { reference: null, paymentId: null, outcome: null };
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

/** What an event says that Stripe itself handed out, by a signed webhook or in its list. */
export const noticeOfEvent = (event: Stripe.Event, live: boolean): GatewayNotice => ({
  eventId: event.id,
  type: event.type,
  ...contentOf(event),
  foreign: event.livemode !== live || event.account !== undefined,
  payload: { id: event.id, type: event.type, created: event.created, livemode: event.livemode },
});

const verified = (stripe: Stripe, rawBody: Buffer, header: string | undefined, secret: string, now: Date): Stripe.Event => {
  try {
    const event = stripe.webhooks.constructEvent(rawBody, header ?? '', secret, toleranceSeconds, undefined, now.getTime());
    if (isAhead(header ?? '', now)) throw stale();
    return event;
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
    // The SDK tells a stale signature from a wrong one by its message only.
    if (/timestamp outside the tolerance/i.test(error.message)) throw stale(error);
    throw new DomainError('INVALID_SIGNATURE', 'The signature of this webhook does not match its body.', { cause: error });
  }
};

const stale = (cause?: unknown): DomainError =>
  new DomainError('STALE_SIGNATURE', 'The signed time of this webhook is more than 5 minutes off.', { cause });

/** The SDK looks back only: it takes an event that was signed for next week. */
const isAhead = (header: string, now: Date): boolean =>
  Number(/(?:^|,)t=(\d+)/.exec(header)?.[1]) > now.getTime() / 1000 + toleranceSeconds;
