/** Text of a provider that PostgreSQL cannot store: U+0000, halves of characters, and deeply nested JSON. */
import { createHmac } from 'node:crypto';
import { contract } from '@cartwright/contracts';
import { aCheckout, aGuestCart, aProduct, aShopOnStripe, checkOut, there } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import { handleGatewayWebhook, listDiscrepancies, resolveDiscrepancy, sandboxWebhookSecret } from './index.ts';

const { shop, stripe, keys } = await aShopOnStripe();
afterEach(() => stripe.distort(null));

let serial = 0;
const next = (): string => `${(serial += 1)}`;
const post = (provider: 'stripe' | 'sandbox', body: unknown) => {
  const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const t = Math.floor(Date.now() / 1_000);
  const secret = provider === 'stripe' ? keys.webhookSecret : sandboxWebhookSecret(shop.core.sealer);
  const v1 = createHmac('sha256', secret).update(`${t}.`).update(rawBody).digest('hex');
  return handleGatewayWebhook(shop.core, provider, { rawBody, headers: { [`${provider}-signature`]: `t=${t},v1=${v1}` } });
};
const intent = (changes: object = {}) => ({
  id: `pi_text_${next()}`,
  status: 'requires_payment_method',
  currency: 'usd',
  amount: 100,
  amount_received: 0,
  last_payment_error: { code: 'card_declined', message: 'Declined.' },
  metadata: {},
  ...changes,
});
const stripeEvent = (object: object = intent(), changes: object = {}) => ({
  id: `evt_text_${next()}`,
  type: 'payment_intent.payment_failed',
  created: 1,
  livemode: false,
  data: { object },
  ...changes,
});
const sandboxEvent = (data: object = {}, changes: object = {}) => ({
  id: `sandbox_text_${next()}`,
  type: 'charge.captured',
  data: { reference: `sbx_text_${next()}`, paymentId: null, status: 'captured', amountCents: 100, currency: 'USD', ...data },
  ...changes,
});
const storedEvents = async (): Promise<number> =>
  there((await sql<{ n: number }>`select count(*)::int as n from gateway_events`.execute(shop.core.db)).rows[0]).n;

describe.each([
  ['U+0000', '\u0000'],
  ['half of a character', '\ud83c'],
])('an event with %s', (_what, character) => {
  const odd = `a${character}b`;
  const wrong = { code: odd, message: odd };
  it.each([
    ['its id', () => post('stripe', stripeEvent(intent(), { id: `${odd}${next()}` })), 'unread'],
    ['its type', () => post('stripe', stripeEvent(intent(), { type: odd })), 'ignored'],
    ['the id of its charge', () => post('stripe', stripeEvent(intent({ id: `${odd}${next()}` }))), 'unread'],
    ['the ids of payment and order', () => post('stripe', stripeEvent(intent({ metadata: { payment_id: odd, order_id: odd } }))), 'unread'],
    ['the message of a decline', () => post('stripe', stripeEvent(intent({ last_payment_error: wrong }))), 'waiting'],
    ['a refund', () => post('stripe', stripeEvent({ id: odd, payment_intent: odd }, { type: 'refund.updated' })), 'unread'],
    ['the id of a sandbox event', () => post('sandbox', sandboxEvent({}, { id: `${odd}${next()}` })), 'unread'],
    ['the type of a sandbox event', () => post('sandbox', sandboxEvent({}, { type: odd })), 'waiting'],
    ['a reference of the sandbox', () => post('sandbox', sandboxEvent({ reference: odd })), 'unread'],
    ['an object of the sandbox', () => post('sandbox', sandboxEvent({ objectReference: odd, status: 'refund' })), 'unread'],
    ['a payment of the sandbox', () => post('sandbox', sandboxEvent({ paymentId: odd })), 'unread'],
  ] as const)('an event with unstorable text in %s is kept, so that the provider stops sending it', async (_place, send, outcome) => {
    const before = await storedEvents();
    expect(await send()).toBe(outcome);
    expect(await storedEvents()).toBe(before + 1);
  });
});

it('an event whose message would be cut within a character is kept', async () => {
  const message = `a${'🌍'.repeat(1_500)}`;
  expect(await post('stripe', stripeEvent(intent({ last_payment_error: { code: 'card_declined', message } })))).toBe('waiting');
});

it.each(['stripe', 'sandbox'] as const)('deeply nested bodies of %s are each kept for staff', async (provider) => {
  const nested = (n: number): string => `${'['.repeat(300_000)}"${provider} ${n}"${']'.repeat(300_000)}`;
  expect(await post(provider, nested(1))).toBe('unread');
  expect(await post(provider, nested(2))).toBe('unread');
  expect(await post(provider, nested(2))).toBe('repeated');
  expect(await post(provider, `{"id":5,"data":${nested(3)}}`)).toBe('unread');
});

it('staff can list unreadable events and close them', async () => {
  const staff = system('test');
  const unread = async () => (await listDiscrepancies(shop.core, staff)).items.filter(({ kind }) => kind === 'dead_event');
  expect((await unread()).length).toBeGreaterThan(20);
  for (const { kind, id } of await unread())
    expect(await resolveDiscrepancy(shop.core, staff, { kind, id, action: 'dismiss', note: 'no such charge' })).toEqual({ resolved: true });
});

it.each([
  [400, 'invalid_request_error', 'PAYMENT_DECLINED'],
  [402, 'card_error', 'PAYMENT_DECLINED'],
  [401, 'invalid_request_error', null],
  [403, 'invalid_request_error', null],
])('an error %i of the provider with unstorable text is handled like any other', async (status, type, code) => {
  const error = { type, code: 'a\u0000\ud83c', message: 'a\u0000\ud83c' };
  stripe.distort(() => ({ status, text: JSON.stringify({ error }) }));
  const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
  const payment = contract.checkout.complete.input.shape.payment.parse({ provider: 'stripe', token: 'pm_card_visa' });
  const call = checkOut(shop.core, guest, { ...aCheckout(cart), payment });
  if (code === null) await expect(call).resolves.toMatchObject({ status: 'pending' });
  else await expect(call).rejects.toMatchObject({ code });
});
