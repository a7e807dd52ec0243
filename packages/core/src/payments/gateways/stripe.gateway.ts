/** Stripe, by its official SDK: Payment Intents, Refunds and signed webhooks. */
import Stripe from 'stripe';
import { GatewayUnavailable, type ChargeOutcome, type PaymentGateway } from '../../kernel/index.ts';
import { AmountNotTaken, toStripeAmount } from './stripe.amounts.ts';
import { outcomeOfIntent } from './stripe.outcomes.ts';
import { closePage, findPage, isPage, openPage } from './stripe.pages.ts';
import { noticeOfEvent, outcomeOfRefund, readStripeEvent, tellingEvents } from './stripe.webhooks.ts';

export interface StripeOptions {
  readonly secretKey: string;
  readonly webhookSecret: string;
  /** Another address than Stripe's own, such as a stand-in's. */
  readonly apiUrl: string | null;
  readonly timeoutMs: number;
}

/** Tells a card's refusal from Stripe's silence. Anything else is a defect of ours and goes on up. */
const asOutcome = (error: unknown): ChargeOutcome => {
  if (error instanceof Stripe.errors.StripeCardError)
    return {
      status: 'declined',
      reference: error.payment_intent?.id ?? null,
      code: error.decline_code ?? error.code ?? 'declined',
      message: error.message,
    };
  if (error instanceof AmountNotTaken) return { status: 'declined', reference: null, code: 'amount_not_taken', message: error.message };
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
  const live = /^[rs]k_live_/.test(options.secretKey);
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
            amount: toStripeAmount(request.amountCents, request.currency),
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
        return outcomeOfIntent(intent);
      } catch (error) {
        return asOutcome(error);
      }
    },
    // A means can only be charged again for a customer that it was saved to, and the shop keeps none at Stripe.
    chargesAgain: () => false,
    openPage: async (request) => openPage(stripe, request).catch(asOutcome),
    findCharge: async (lookup) => {
      if (isPage(lookup.reference)) return findPage(stripe, lookup.reference).catch(unavailable);
      const intent = await findIntent(lookup);
      return intent && outcomeOfIntent(intent);
    },
    cancelCharge: async (lookup) => {
      if (isPage(lookup.reference)) return closePage(stripe, lookup.reference).catch(unavailable);
      const intent = await findIntent(lookup);
      if (!intent || intent.status === 'succeeded' || intent.status === 'canceled') return intent && outcomeOfIntent(intent);
      try {
        return outcomeOfIntent(await stripe.paymentIntents.cancel(intent.id));
      } catch (error) {
        return unavailable(error);
      }
    },
    refund: async (request) => {
      try {
        const refund = await stripe.refunds.create(
          {
            payment_intent: request.reference,
            amount: toStripeAmount(request.amountCents, request.currency),
            metadata: { refund_id: request.idempotencyKey },
          },
          { idempotencyKey: request.idempotencyKey },
        );
        return outcomeOfRefund(refund);
      } catch (error) {
        if (error instanceof Stripe.errors.StripeInvalidRequestError || error instanceof AmountNotTaken)
          return { status: 'failed', message: error.message };
        return unavailable(error);
      }
    },
    findRefund: async ({ idempotencyKey, reference }) => {
      try {
        const { data } = await stripe.refunds.list({ payment_intent: reference, limit: 100 });
        const refund = data.find(({ metadata }) => metadata?.['refund_id'] === idempotencyKey);
        return refund ? outcomeOfRefund(refund) : null;
      } catch (error) {
        return unavailable(error);
      }
    },
    parseWebhook: (rawBody, headers, now) =>
      readStripeEvent(stripe, { rawBody, signature: headers['stripe-signature'], secret: options.webhookSecret, now, live }),
    listEvents: async ({ since, from }) => {
      try {
        const { data, has_more: more } = await stripe.events.list({
          created: { gte: Math.floor(since.getTime() / 1000) },
          types: [...tellingEvents],
          limit: 100,
          ...(from && { starting_after: from }),
        });
        return { notices: data.map((event) => noticeOfEvent(event, live)), next: more ? (data.at(-1)?.id ?? null) : null };
      } catch (error) {
        return unavailable(error);
      }
    },
  };
};
