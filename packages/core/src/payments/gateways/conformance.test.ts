/** Every gateway of the shop meets the contract of the port. */
import { createHmac } from 'node:crypto';
import { createTestShop, paymentGatewayConformance, startFakeStripe, there, unique, type GatewayUnderTest } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, expect } from 'vitest';
import { transact, type WriteStatement } from '../../kernel/index.ts';
import { createSandboxGateway } from './sandbox.gateway.ts';
import { decideCharge } from './sandbox.store.ts';
import { createStripeGateway } from './stripe.gateway.ts';

const webhookSecret = 'whsec_a_secret_for_tests_only';
const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
});

const sign = (secret: string, body: Buffer, at: Date): string => {
  const t = Math.floor(at.getTime() / 1000);
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.`).update(body).digest('hex')}`;
};
const silent = { name: 'GatewayUnavailable' };

const onSandbox = async (): Promise<GatewayUnderTest> => {
  const shop = await createTestShop();
  closing.push(() => shop.close());
  const { kysely: db } = shop.core.database;
  const { ids } = shop.core;
  const write: WriteStatement = (statement) => transact(shop.core, { oneStatement: true }, statement);
  const gateway = createSandboxGateway({ db, write, ids, webhookSecret, publicUrl: 'https://shop.test' });
  const read = async (reference: string) => {
    const { rows } = await sql<{ amount: number; currency: string; refunded: number; key: string }>`
      select amount_cents as amount, currency, refunded_cents as refunded, idempotency_key as key from sandbox_charges
      where reference = ${reference}`.execute(db);
    return there(rows[0]);
  };
  return {
    gateway,
    tokens: { captured: 'tok_success', declined: 'tok_decline', action: 'tok_3ds' },
    // The sandbox is in the shop: no connection between its action and its answer can break.
    loseAnswer: async (_kind, call) => void (await call()),
    decide: async (reference, to) => void there(await decideCharge({ db }, reference, ['action'], to)),
    record: async (reference) => {
      const { key: _, ...record } = await read(reference);
      return record;
    },
    chargeCount: async () => (await db.selectFrom('sandbox_charges').select('reference').execute()).length,
    event: async (reference, at) => {
      const { amount, currency, key } = await read(reference);
      const event = {
        id: `evt_${unique()}`,
        type: 'charge.captured',
        data: { reference, paymentId: key, status: 'captured', amountCents: amount, currency },
      };
      await sql`insert into sandbox_events (id, body) values (${event.id}, ${JSON.stringify(event)})`.execute(db);
      const body = Buffer.from(JSON.stringify(event));
      return { body, headers: { 'sandbox-signature': sign(webhookSecret, body, at) } };
    },
    forge: ({ body }) => ({ 'sandbox-signature': sign('another secret', body, new Date()) }),
  };
};

const onStripe = async (): Promise<GatewayUnderTest> => {
  const stripe = await startFakeStripe(webhookSecret);
  closing.push(() => stripe.close());
  return {
    gateway: createStripeGateway({ secretKey: 'sk_test_1234567890', webhookSecret, apiUrl: stripe.url, timeoutMs: 5_000 }),
    tokens: { captured: 'pm_card_visa', declined: 'pm_card_chargeDeclined', action: 'pm_card_threeDSecure2Required' },
    units: { ISK: 100, UGX: 100, MGA: 0.01 },
    loseAnswer: async (_kind, call) => {
      // The SDK repeats a lost call once, with the same key.
      stripe.loseAnswers(2);
      await expect(call()).rejects.toMatchObject(silent);
    },
    decide: async (reference, to) => stripe.decide(reference, to === 'captured' ? 'succeeded' : 'requires_payment_method'),
    record: async (reference) => {
      const { amount, currency } = there(stripe.intents.get(reference));
      return { amount, currency: currency.toUpperCase(), refunded: stripe.refunds.get(reference) ?? 0 };
    },
    chargeCount: async () => stripe.chargeCount(),
    event: async (reference, at) => {
      const { body, signature } = stripe.event('payment_intent.succeeded', reference, at);
      return { body, headers: { 'stripe-signature': signature } };
    },
    forge: ({ body }) => ({ 'stripe-signature': sign('whsec_another', body, new Date()) }),
  };
};

paymentGatewayConformance('sandbox', onSandbox);
paymentGatewayConformance('stripe', onStripe);
