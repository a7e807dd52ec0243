/** Stripe, through its official SDK: Payment Intents, Refunds and signed webhooks. */
import type { PaymentGateway } from '../../kernel/index.ts';
import { cancelCharge, chargeToken, findCharge } from './stripe.charges.ts';
import { createStripeClient, type StripeOptions } from './stripe.client.ts';
import { declinedOr, unavailable } from './stripe.errors.ts';
import { openPage } from './stripe.pages.ts';
import { listStripeDisputes, listStripeRefunds } from './stripe.records.ts';
import { findRefund, refundCharge } from './stripe.refunds.ts';
import { listStripeEvents, readStripeEvent } from './stripe.webhooks.ts';

/** Creates the gateway of a Stripe account. The mode of its key decides which events belong to the shop: live ones or those of tests. */
export const createStripeGateway = (options: StripeOptions): PaymentGateway => {
  const stripe = createStripeClient(options);
  const live = /^[rs]k_live_/.test(options.secretKey);
  return {
    provider: 'stripe',
    charge: (request) => chargeToken(stripe, request),
    // A payment method can only be charged again for a customer that it was saved to, and the shop stores none at Stripe.
    chargesAgain: () => false,
    openPage: async (request) => openPage(stripe, request).catch(declinedOr),
    findCharge: (lookup) => findCharge(stripe, lookup),
    cancelCharge: (lookup) => cancelCharge(stripe, lookup),
    refund: (request) => refundCharge(stripe, request),
    findRefund: (lookup) => findRefund(stripe, lookup),
    listRefunds: (query) => listStripeRefunds(stripe, query).catch(unavailable),
    listDisputes: (query) => listStripeDisputes(stripe, query).catch(unavailable),
    parseWebhook: (rawBody, headers, now) =>
      readStripeEvent(stripe, { rawBody, signature: headers['stripe-signature'], secret: options.webhookSecret, now, live }),
    listEvents: (list) => listStripeEvents(stripe, list, live).catch(unavailable),
  };
};
