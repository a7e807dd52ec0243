/** Stripe's own payment page, Checkout, for payments after the order: a session is its own reference until money is charged. */
import Stripe from 'stripe';
import type { ChargeOutcome, ChargeRequest } from '../../kernel/index.ts';
import { toStripeAmount } from './stripe.amounts.ts';
import { readAnswer } from './read-answer.ts';
import { stripeSession } from './stripe.objects.ts';
import { outcomeOfIntent } from './stripe.outcomes.ts';

/** Whether the reference of a charge is that of a page. */
export const isPage = (reference: string | null): reference is string => reference?.startsWith('cs_') ?? false;

/** Opens a payment page for an amount; the same key returns the same page. The page expires after a day, and the charge is then void. */
export const openPage = async (stripe: Stripe, request: Omit<ChargeRequest, 'token'>): Promise<ChargeOutcome> => {
  const { idempotencyKey, orderId, orderNumber, amountCents, currency, returnUrl } = request;
  const metadata = { payment_id: idempotencyKey, order_id: orderId, page: 'open' };
  const session = await stripe.checkout.sessions.create(
    {
      mode: 'payment',
      line_items: [
        {
          quantity: 1,
          price_data: {
            currency: currency.toLowerCase(),
            unit_amount: toStripeAmount(amountCents, currency),
            product_data: { name: orderNumber },
          },
        },
      ],
      success_url: returnUrl,
      cancel_url: returnUrl,
      client_reference_id: idempotencyKey,
      metadata,
      payment_intent_data: { metadata, description: orderNumber },
    },
    { idempotencyKey },
  );
  return outcomeOfSession(session);
};

/** The outcome of the charge of a page. */
export const findPage = async (stripe: Stripe, reference: string): Promise<ChargeOutcome> =>
  outcomeOfSession(await stripe.checkout.sessions.retrieve(reference, { expand: ['payment_intent'] }));

/** Closes a page unless it was already paid; returns the outcome. */
export const closePage = async (stripe: Stripe, reference: string): Promise<ChargeOutcome> => {
  const now = await findPage(stripe, reference);
  if (now.status !== 'action') return now;
  try {
    return outcomeOfSession(await stripe.checkout.sessions.expire(reference));
  } catch (error) {
    // The buyer has paid, or the page has expired, since it was read.
    if (error instanceof Stripe.errors.StripeInvalidRequestError) return findPage(stripe, reference);
    throw error;
  }
};

const outcomeOfSession = (answer: unknown): ChargeOutcome => {
  const { id: reference, status, url, payment_intent: intent } = readAnswer("Stripe's payment page", stripeSession, answer);
  if (status === 'complete' && intent && typeof intent !== 'string') return outcomeOfIntent(intent);
  if (status === 'open') return { status: 'action', reference, url: url ?? null, clientSecret: null };
  return status === 'expired' ? { status: 'voided', reference } : { status: 'pending', reference };
};
