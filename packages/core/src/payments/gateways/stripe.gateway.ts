/** Stripe, by its official SDK: Payment Intents, Refunds and signed webhooks. */
import Stripe from 'stripe';
import { DomainError, GatewayUnavailable, type ChargeOutcome, type PaymentGateway } from '../../kernel/index.ts';

export interface StripeOptions {
  readonly secretKey: string;
  readonly webhookSecret: string;
  /** Another address than Stripe's own, such as a stand-in's. */
  readonly apiUrl: string | null;
  readonly timeoutMs: number;
}

const toleranceSeconds = 300;
/** Events that say what a charge came to, or what it waits for. */
const decisive = [
  'payment_intent.succeeded',
  'payment_intent.payment_failed',
  'payment_intent.canceled',
  'payment_intent.requires_action',
  'payment_intent.processing',
];

const toOutcome = (intent: Stripe.PaymentIntent): ChargeOutcome => {
  const reference = intent.id;
  if (intent.status === 'succeeded') return { status: 'captured', reference, capturedCents: intent.amount_received };
  if (intent.status === 'canceled') return { status: 'voided', reference };
  if (intent.status === 'requires_action')
    return { status: 'action', reference, url: intent.next_action?.redirect_to_url?.url ?? null, clientSecret: intent.client_secret };
  if (intent.status === 'requires_payment_method') {
    const error = intent.last_payment_error;
    return {
      status: 'declined',
      reference,
      code: error?.decline_code ?? error?.code ?? 'declined',
      message: error?.message ?? 'The payment was declined.',
    };
  }
  return { status: 'pending', reference };
};

/** Tells a card's refusal from Stripe's silence. Anything else is a defect of ours and goes on up. */
const asOutcome = (error: unknown): ChargeOutcome => {
  if (error instanceof Stripe.errors.StripeCardError)
    return {
      status: 'declined',
      reference: error.payment_intent?.id ?? null,
      code: error.decline_code ?? error.code ?? 'declined',
      message: error.message,
    };
  return unavailable(error);
};
const unavailable = (error: unknown): never => {
  const silent =
    error instanceof Stripe.errors.StripeConnectionError ||
    error instanceof Stripe.errors.StripeAPIError ||
    error instanceof Stripe.errors.StripeRateLimitError ||
    error instanceof Stripe.errors.StripeIdempotencyError;
  if (silent) throw new GatewayUnavailable(`stripe: ${error.message}`, { cause: error });
  throw error;
};

export const createStripeGateway = (options: StripeOptions): PaymentGateway => {
  const url = options.apiUrl ? new URL(options.apiUrl) : null;
  const stripe = new Stripe(options.secretKey, {
    maxNetworkRetries: 0,
    telemetry: false,
    timeout: options.timeoutMs,
    ...(url && {
      host: url.hostname,
      port: Number(url.port || (url.protocol === 'http:' ? 80 : 443)),
      protocol: url.protocol === 'http:' ? ('http' as const) : ('https' as const),
    }),
  });
  const findIntent = async ({
    idempotencyKey,
    reference,
  }: {
    idempotencyKey: string;
    reference: string | null;
  }): Promise<Stripe.PaymentIntent | null> => {
    try {
      if (reference) return await stripe.paymentIntents.retrieve(reference);
      const found = await stripe.paymentIntents.search({ query: `metadata['payment_id']:'${idempotencyKey}'`, limit: 1 });
      return found.data[0] ?? null;
    } catch (error) {
      return unavailable(error);
    }
  };

  return {
    provider: 'stripe',
    charge: async (request) => {
      try {
        const intent = await stripe.paymentIntents.create(
          {
            amount: request.amountCents,
            currency: request.currency.toLowerCase(),
            payment_method: request.token,
            confirm: true,
            automatic_payment_methods: { enabled: true },
            return_url: request.returnUrl,
            description: request.orderNumber,
            metadata: { payment_id: request.idempotencyKey, order_id: request.orderId },
          },
          { idempotencyKey: request.idempotencyKey },
        );
        return toOutcome(intent);
      } catch (error) {
        return asOutcome(error);
      }
    },
    findCharge: async (lookup) => {
      const intent = await findIntent(lookup);
      return intent && toOutcome(intent);
    },
    cancelCharge: async (lookup) => {
      const intent = await findIntent(lookup);
      if (!intent || intent.status === 'succeeded' || intent.status === 'canceled') return intent && toOutcome(intent);
      try {
        return toOutcome(await stripe.paymentIntents.cancel(intent.id));
      } catch (error) {
        return unavailable(error);
      }
    },
    refund: async (request) => {
      try {
        const refund = await stripe.refunds.create(
          { payment_intent: request.reference, amount: request.amountCents, metadata: { refund_id: request.idempotencyKey } },
          { idempotencyKey: request.idempotencyKey },
        );
        if (refund.status === 'succeeded') return { status: 'processed', reference: refund.id };
        if (refund.status === 'failed' || refund.status === 'canceled')
          return { status: 'failed', message: refund.failure_reason ?? 'Stripe refused the refund.' };
        return { status: 'pending', reference: refund.id };
      } catch (error) {
        if (error instanceof Stripe.errors.StripeInvalidRequestError) return { status: 'failed', message: error.message };
        return unavailable(error);
      }
    },
    parseWebhook: (rawBody, headers, now) => {
      const event = constructEvent(stripe, rawBody, headers['stripe-signature'], options.webhookSecret, now);
      const payload = { id: event.id, type: event.type, created: event.created, livemode: event.livemode };
      if (!event.type.startsWith('payment_intent.'))
        return { eventId: event.id, type: event.type, reference: null, paymentId: null, outcome: null, payload };
      const intent = event.data.object as Stripe.PaymentIntent;
      return {
        eventId: event.id,
        type: event.type,
        reference: intent.id,
        paymentId: intent.metadata?.['payment_id'] ?? null,
        outcome: decisive.includes(event.type) ? toOutcome(intent) : null,
        payload,
      };
    },
  };
};

const constructEvent = (stripe: Stripe, rawBody: Buffer, header: string | undefined, secret: string, now: Date): Stripe.Event => {
  try {
    return stripe.webhooks.constructEvent(rawBody, header ?? '', secret, toleranceSeconds, undefined, now.getTime());
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error;
    // The SDK tells a stale signature from a wrong one by its message only.
    if (/timestamp outside the tolerance/i.test(error.message))
      throw new DomainError('STALE_SIGNATURE', 'The signed time of this webhook is more than 5 minutes off.', { cause: error });
    throw new DomainError('INVALID_SIGNATURE', 'The signature of this webhook does not match its body.', { cause: error });
  }
};
