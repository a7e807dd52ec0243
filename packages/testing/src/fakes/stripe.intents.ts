/** Payment intents of the fake Stripe: charges with the outcome that their payment method stands for. */
import { randomUUID } from 'node:crypto';
import type { StripeIntent } from './stripe.objects.ts';
import { metadataOf, refusal, type Answer } from './stripe.protocol.ts';

/** The payment intents of a fake account. */
export interface StripeIntents {
  readonly intents: Map<string, StripeIntent>;
  /** Makes an intent and charges it. */
  create(form: URLSearchParams): Answer;
  /** Finds intents by the id of their payment. */
  search(query: string): Answer;
  /** Reads an intent, or cancels it with the action `cancel`. */
  answer(id: string, action: string): Answer;
  /** Decides an intent that waits for the buyer or that the bank is processing. */
  decide(id: string, outcome: 'succeeded' | 'requires_payment_method'): void;
}

const statuses: Readonly<Record<string, StripeIntent['status']>> = {
  pm_card_visa: 'succeeded',
  pm_processing: 'processing',
  pm_card_threeDSecure2Required: 'requires_action',
};
const declined = { code: 'card_declined', decline_code: 'generic_decline', message: 'Your card was declined.' };
const notAuthenticated = {
  code: 'payment_intent_authentication_failure',
  decline_code: 'authentication_required',
  message: 'The buyer could not be authenticated.',
};

const intentOf = (form: URLSearchParams): StripeIntent => {
  const amount = Number(form.get('amount'));
  const status = statuses[form.get('payment_method') ?? ''] ?? 'requires_payment_method';
  const id = `pi_${randomUUID().replaceAll('-', '')}`;
  const page = { url: `https://hooks.stripe.test/redirect/${id}`, return_url: form.get('return_url') };
  return {
    id,
    client_secret: `${id}_secret_${randomUUID()}`,
    next_action: status === 'requires_action' ? { type: 'redirect_to_url', redirect_to_url: page } : null,
    object: 'payment_intent',
    amount,
    amount_received: status === 'succeeded' ? amount : 0,
    currency: form.get('currency') ?? '',
    status,
    metadata: metadataOf(form),
    last_payment_error: status === 'requires_payment_method' ? declined : null,
  };
};

/** Creates the payment intents of a fake account. */
export const createStripeIntents = (): StripeIntents => {
  const intents = new Map<string, StripeIntent>();
  return {
    intents,
    create: (form) => {
      const intent = intentOf(form);
      intents.set(intent.id, intent);
      return intent.last_payment_error
        ? { status: 402, body: { error: { type: 'card_error', ...declined, payment_intent: intent } } }
        : { status: 200, body: intent };
    },
    search: (query) => {
      const paymentId = /metadata\['payment_id'\]:'([^']+)'/.exec(query)?.[1];
      const data = [...intents.values()].filter((intent) => intent.metadata['payment_id'] === paymentId);
      return { status: 200, body: { object: 'search_result', data, has_more: false } };
    },
    answer: (id, action) => {
      const intent = intents.get(id);
      if (!intent) return refusal(404, `No such payment_intent: '${id}'`);
      if (action === 'cancel' && intent.status === 'succeeded') return refusal(400, 'It has succeeded.', 'payment_intent_unexpected_state');
      if (action === 'cancel') intent.status = 'canceled';
      return { status: 200, body: intent };
    },
    decide: (id, outcome) => {
      const intent = intents.get(id);
      if (!intent) throw new Error(`There is no intent ${id}`);
      intent.status = outcome;
      intent.next_action = null;
      if (outcome === 'succeeded') intent.amount_received = intent.amount;
      else intent.last_payment_error = notAuthenticated;
    },
  };
};
