/** A refund with an unreadable or wrong answer of the provider stays pending until the provider or staff decide it. */
import { aShopOnStripe, createStripePurchases, moneyFaults, shapeFaults, there, type StripePurchase } from '@cartwright/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import { refundPayment } from './index.ts';

const staff = system('test');
const onStripe = await aShopOnStripe({
  // An answer of 30 MB takes time on a busy machine; no test here depends on a time-out.
  config: { gatewayTimeoutMs: 120_000 },
});
const { shop, stripe } = onStripe;
const { buy, listedOf, resolve } = createStripePurchases(onStripe);
afterEach(() => stripe.distort(null));

describe('an unreadable answer about a refund', () => {
  const refund = ({ paymentId }: StripePurchase, amountCents = 1_000) =>
    refundPayment(shop.core, staff, { paymentId, amountCents, reason: 'scratched' });

  it.each(Object.entries(shapeFaults))(
    'an answer about a refund with %s leaves it pending until the provider answers again',
    async (_, fault) => {
      const bought = await buy();
      stripe.distort(fault);
      const { id, status } = await refund(bought);
      expect(status).toBe('pending');
      expect(await listedOf(bought)).toMatchObject([
        { kind: 'undecided_refund', id, actions: ['ask', 'accept', 'dismiss'], detail: expect.stringMatching(/cannot be/) as string },
      ]);
      expect(await resolve('undecided_refund', id, 'ask')).toEqual({ resolved: false });
      stripe.distort(null);
      expect(await resolve('undecided_refund', id, 'ask')).toEqual({ resolved: true });
      expect(await bought.payment()).toMatchObject({ status: 'partially_refunded', refundedCents: 1_000 });
      expect(stripe.refunds.get(bought.intent.id)).toBe(1_000);
    },
  );

  it.each([
    ['less than was asked for', 900, 900],
    ['more than was asked for', 1_100, 1_100],
    ['another currency', 1_000, 1_000],
  ] as const)(
    'a refund of %s is not recorded until staff accept it, and then counts at its own amount where the currency allows',
    async (fault, said, recorded) => {
      const bought = await buy();
      stripe.distort(moneyFaults[fault]);
      const { status } = await refund(bought);
      expect(status).toBe('pending');
      const [item] = await listedOf(bought);
      expect(item).toMatchObject({
        kind: 'wrong_refund',
        amountCents: 1_000,
        currency: 'USD',
        providerAmountCents: said,
        actions: ['ask', 'accept', 'dismiss'],
      });
      expect(await resolve('wrong_refund', there(item).id, 'accept')).toEqual({ resolved: true });
      expect(await bought.payment()).toMatchObject({ status: 'partially_refunded', refundedCents: recorded });
      stripe.distort(null);
      expect(await refund(bought, 4_200 - recorded - 100)).toMatchObject({ status: 'processed' });
    },
  );

  it('an accepted refund of more than the payment has left counts up to what is left', async () => {
    const bought = await buy();
    stripe.distort(moneyFaults['more than was asked for']);
    await refund(bought, 4_200);
    const [item] = await listedOf(bought);
    expect(await resolve('wrong_refund', there(item).id, 'accept')).toEqual({ resolved: true });
    expect(await bought.payment()).toMatchObject({ status: 'refunded', refundedCents: 4_200 });
  });

  it('a wrong refund can be dismissed as not made, and is settled by a right answer', async () => {
    const bought = await buy();
    stripe.distort(moneyFaults['less than was asked for']);
    await refund(bought);
    const [first] = await listedOf(bought);
    expect(await resolve('wrong_refund', there(first).id, 'dismiss')).toEqual({ resolved: true });
    expect(await bought.payment()).toMatchObject({ status: 'captured', refundedCents: 0 });
    await refund(bought, 500);
    const [second] = await listedOf(bought);
    stripe.distort(null);
    expect(await resolve('wrong_refund', there(second).id, 'ask')).toEqual({ resolved: true });
    expect(await bought.payment()).toMatchObject({ status: 'partially_refunded', refundedCents: 500 });
  });
});
