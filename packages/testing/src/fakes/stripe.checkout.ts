/** Checkout of the fake Stripe: pages with one amount, and a payment intent for each paid page. */
import { randomUUID } from 'node:crypto';
import { refusal, type Answer } from './stripe.protocol.ts';

/** The fields of a Checkout page that the gateway reads. */
export interface StripePage {
  id: string;
  object: 'checkout.session';
  status: 'open' | 'complete' | 'expired';
  url: string | null;
  amount_total: number;
  currency: string;
  client_reference_id: string | null;
  payment_intent: string | null;
}

/** Creates the pages; `take` creates the intent of a payment and returns its id. */
export const createStripePages = (take: (form: URLSearchParams) => string, find: (intentId: string) => unknown) => {
  const pages = new Map<string, StripePage>();
  const forms = new Map<string, URLSearchParams>();

  const open = (form: URLSearchParams): Answer => {
    const id = `cs_test_${randomUUID().replaceAll('-', '')}`;
    const currency = form.get('line_items[0][price_data][currency]') ?? '';
    const amount = Number(form.get('line_items[0][price_data][unit_amount]')) * Number(form.get('line_items[0][quantity]'));
    if (!/^[a-z]{3}$/.test(currency)) return refusal(400, `Invalid currency: ${currency}`);
    if (!Number.isSafeInteger(amount) || amount <= 0) return refusal(400, 'Invalid amount');
    const page: StripePage = {
      id,
      object: 'checkout.session',
      status: 'open',
      url: `https://checkout.stripe.test/c/pay/${id}`,
      amount_total: amount,
      currency,
      client_reference_id: form.get('client_reference_id'),
      payment_intent: null,
    };
    pages.set(id, page);
    forms.set(id, form);
    return { status: 200, body: { ...page } };
  };

  const answer = (id: string, action: string, expanded: boolean): Answer => {
    const page = pages.get(id);
    if (!page) return refusal(404, `No such checkout session: '${id}'`);
    if (action === 'expire') {
      if (page.status !== 'open') return refusal(400, 'Only open Checkout Sessions can be expired.');
      Object.assign(page, { status: 'expired', url: null });
    }
    return { status: 200, body: expanded && page.payment_intent ? { ...page, payment_intent: find(page.payment_intent) } : page };
  };

  /** Pays the page as the buyer, with the values of `changed` instead of the requested ones. Returns the intent's id. */
  const pay = (id: string, changed: { amount?: number; currency?: string } = {}): string => {
    const page = pages.get(id);
    if (page?.status !== 'open') throw new Error(`Nobody can pay on the page ${id}`);
    const intent = new URLSearchParams([
      ['payment_method', 'pm_card_visa'],
      ['amount', String(changed.amount ?? page.amount_total)],
      ['currency', changed.currency ?? page.currency],
    ]);
    for (const [key, value] of forms.get(id) ?? [])
      if (key.startsWith('payment_intent_data[metadata]')) intent.set(key.replace('payment_intent_data[metadata]', 'metadata'), value);
    return Object.assign(page, { status: 'complete', url: null, payment_intent: take(intent) }).payment_intent;
  };
  return { pages, open, answer, pay };
};
