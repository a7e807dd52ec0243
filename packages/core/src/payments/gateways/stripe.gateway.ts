/** Stripe, through its official SDK: Payment Intents, Refunds and signed webhooks. */
import Stripe from 'stripe';
import { GatewayAnswerInvalid, type PaymentGateway } from '../../kernel/index.ts';
import { readAnswer } from './read-answer.ts';
import { AmountNotTaken, toStripeAmount } from './stripe.amounts.ts';
import { declinedOr, unavailable } from './stripe.errors.ts';
import { stripeList, type StripeIntent } from './stripe.objects.ts';
import { outcomeOfIntent, outcomeOfRefund, readIntent, readRefund } from './stripe.outcomes.ts';
import { closePage, findPage, isPage, openPage } from './stripe.pages.ts';
import { listStripeDisputes, listStripeRefunds } from './stripe.records.ts';
import { createStripeTransport } from './stripe.transport.ts';
import { noticeOfEvent, readStripeEvent, relevantEvents } from './stripe.webhooks.ts';

export interface StripeOptions {
  readonly secretKey: string;
  readonly webhookSecret: string;
  /** The address of a server other than Stripe's, such as a fake. */
  readonly apiUrl: string | null;
  readonly timeoutMs: number;
}

/** An intent that was made under another key is no answer about this one. */
const ofKey = (intent: StripeIntent, key: string): StripeIntent => {
  const own = intent.metadata?.['payment_id'];
  if (key && own !== undefined && own !== key)
    throw new GatewayAnswerInvalid(`Stripe answered with the charge of payment ${own} (${intent.id}).`);
  return intent;
};

export const createStripeGateway = (options: StripeOptions): PaymentGateway => {
  const live = /^[rs]k_live_/.test(options.secretKey);
  const url = options.apiUrl ? new URL(options.apiUrl) : null;
  const stripe = new Stripe(options.secretKey, {
    maxNetworkRetries: 0,
    httpClient: createStripeTransport(),
    telemetry: false,
    timeout: options.timeoutMs,
    ...(url && {
      host: url.hostname,
      port: Number(url.port || (url.protocol === 'http:' ? 80 : 443)),
      protocol: url.protocol === 'http:' ? ('http' as const) : ('https' as const),
    }),
  });
  /** The intent of a key or reference. Throws `GatewayAnswerInvalid` for one that was made under another key. */
  const findIntent = async ({
    idempotencyKey,
    reference,
  }: {
    idempotencyKey: string;
    reference: string | null;
  }): Promise<StripeIntent | null> => {
    try {
      if (reference) return ofKey(readIntent(await stripe.paymentIntents.retrieve(reference)), idempotencyKey);
      if (!idempotencyKey) return null;
      const answer = await stripe.paymentIntents.search({ query: `metadata['payment_id']:'${idempotencyKey}'`, limit: 1 });
      const { data } = readAnswer("Stripe's list of payment intents", stripeList, answer);
      return data.length === 0 ? null : ofKey(readIntent(data[0]), idempotencyKey);
    } catch (error) {
      return unavailable(error);
    }
  };
  const cancelIntent = async ({ id }: StripeIntent): Promise<StripeIntent> => {
    try {
      return readIntent(await stripe.paymentIntents.cancel(id));
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error;
      // It was decided after it was read.
      return readIntent(await stripe.paymentIntents.retrieve(id));
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
        return outcomeOfIntent(ofKey(readIntent(intent), request.idempotencyKey));
      } catch (error) {
        return declinedOr(error);
      }
    },
    // A payment method can only be charged again for a customer that it was saved to, and the shop stores none at Stripe.
    chargesAgain: () => false,
    openPage: async (request) => openPage(stripe, request).catch(declinedOr),
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
        return outcomeOfIntent(await cancelIntent(intent));
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
        return outcomeOfRefund(readRefund(refund));
      } catch (error) {
        if (error instanceof Stripe.errors.StripeInvalidRequestError || error instanceof AmountNotTaken)
          return { status: 'failed', message: error.message };
        return unavailable(error);
      }
    },
    findRefund: async ({ idempotencyKey, reference }) => {
      try {
        const answer = await stripe.refunds.list({ payment_intent: reference, limit: 100 });
        const { data } = readAnswer("Stripe's list of refunds", stripeList, answer);
        const refund = data.map(readRefund).find(({ metadata }) => metadata?.['refund_id'] === idempotencyKey);
        return refund ? outcomeOfRefund(refund) : null;
      } catch (error) {
        return unavailable(error);
      }
    },
    listRefunds: (query) => listStripeRefunds(stripe, query).catch(unavailable),
    listDisputes: (query) => listStripeDisputes(stripe, query).catch(unavailable),
    parseWebhook: (rawBody, headers, now) =>
      readStripeEvent(stripe, { rawBody, signature: headers['stripe-signature'], secret: options.webhookSecret, now, live }),
    listEvents: async ({ since, from }) => {
      try {
        const answer = await stripe.events.list({
          created: { gte: Math.floor(since.getTime() / 1000) },
          types: [...relevantEvents],
          limit: 100,
          ...(from && { starting_after: from }),
        });
        const { data, has_more: more } = readAnswer("Stripe's list of events", stripeList, answer);
        const notices = data.map((event) => noticeOfEvent(event, live));
        return { notices, next: more ? (notices.at(-1)?.eventId ?? null) : null };
      } catch (error) {
        return unavailable(error);
      }
    },
  };
};
