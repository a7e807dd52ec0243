/** The amounts sent to Stripe in currencies whose units differ there. */
import { aCurrency, startFakeStripe, type FakeStripe } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStripeGateway } from './stripe.gateway.ts';

const webhookSecret = 'whsec_a_secret_for_tests_only';
let stripe: FakeStripe;
beforeAll(async () => {
  stripe = await startFakeStripe(webhookSecret);
});
afterAll(() => stripe.close());

const gateway = () => createStripeGateway({ secretKey: 'sk_test_1234567890', webhookSecret, apiUrl: stripe.url, timeoutMs: 5000 });
let keys = 0;
const requestOf = (amountCents: number, code: string) => ({
  idempotencyKey: `amount-${(keys += 1)}`,
  orderId: 'an-order',
  orderNumber: 'CW-1',
  amountCents,
  currency: aCurrency(code),
  token: 'pm_card_visa',
  returnUrl: 'https://shop.test/back',
});

describe('amounts at Stripe', () => {
  it.each([
    ['EUR', 1_999, 1_999],
    ['JPY', 1_500, 1_500],
    ['KRW', 20_000, 20_000],
    ['KWD', 12_340, 12_340],
    ['ISK', 500, 50_000],
    ['UGX', 40_000, 4_000_000],
    ['MGA', 250_000, 2_500],
  ])('an amount in %s of %i minor units is charged, reported and refunded as %i', async (currency, amountCents, atStripe) => {
    const request = requestOf(amountCents, currency);
    const outcome = await gateway().charge(request);
    if (outcome.status !== 'captured') throw new Error(`The charge was ${outcome.status}`);
    const { reference } = outcome;
    expect(outcome).toMatchObject({ capturedCents: amountCents, currency });
    expect(stripe.intents.get(reference)).toMatchObject({ amount: atStripe, currency: currency.toLowerCase() });
    expect(await gateway().findCharge({ idempotencyKey: request.idempotencyKey, reference })).toEqual(outcome);
    const { body, signature } = stripe.event('payment_intent.succeeded', reference);
    expect(gateway().parseWebhook(body, { 'stripe-signature': signature }, new Date()).outcome).toEqual(outcome);
    const refund = await gateway().refund({
      idempotencyKey: `refund-${reference}`,
      reference,
      amountCents,
      currency: aCurrency(currency),
      reason: 'returned',
    });
    expect(refund.status).toBe('processed');
    expect(stripe.refunds.get(reference)).toBe(atStripe);
    const page = await gateway().openPage({ ...requestOf(amountCents, currency) });
    expect(stripe.pages.get(page.reference ?? '')).toMatchObject({ amount_total: atStripe });
  });

  it.each([
    ['KWD', 12_345, /KWD in steps of 0\.010, and 12\.345/],
    ['BHD', 1, /BHD in steps of 0\.010/],
    ['MGA', 250_050, /MGA in steps of 1\.00/],
  ])(
    'an amount in %s that Stripe cannot express is refused with an explanation, and nothing is sent: %i',
    async (currency, amountCents, words) => {
      const before = stripe.chargeCount();
      const refused = { status: 'declined', reference: null, code: 'amount_not_taken', message: expect.stringMatching(words) as string };
      expect(await gateway().charge(requestOf(amountCents, currency))).toEqual(refused);
      expect(await gateway().openPage(requestOf(amountCents, currency))).toEqual(refused);
      expect(
        await gateway().refund({ idempotencyKey: 'r', reference: 'pi_1', amountCents, currency: aCurrency(currency), reason: 'returned' }),
      ).toEqual({
        status: 'failed',
        message: expect.stringMatching(words) as string,
      });
      expect(stripe.chargeCount()).toBe(before);
    },
  );
});
