/** An unknown charge is refunded in its own currency, at exactly the charged amount. */
import { aShopOnStripe, letPass, there, unique } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import { listDiscrepancies, resolveDiscrepancy, retryGatewayEvents } from './index.ts';

const staff = system('test');
const { shop, stripe, post } = await aShopOnStripe();

/** A charge that Stripe made without this shop, in Stripe's own units, and its event. */
const aStrayCharge = async (currency: string, amount: number) => {
  const id = `pi_stray_${unique().replaceAll('-', '')}`;
  stripe.intents.set(id, {
    id,
    object: 'payment_intent',
    amount,
    amount_received: amount,
    currency: currency.toLowerCase(),
    status: 'succeeded',
    client_secret: `${id}_secret`,
    next_action: null,
    metadata: {},
    last_payment_error: null,
  });
  expect(await post(stripe.event('payment_intent.succeeded', id))).toBe('waiting');
  await letPass(shop.core, 16);
  expect(await retryGatewayEvents(shop.core)).toMatchObject({ unresolved: 1 });
  const { items } = await listDiscrepancies(shop.core, staff);
  return { id, discrepancy: there(items.find((item) => item.reference === id)) };
};
const refund = (id: string) =>
  resolveDiscrepancy(shop.core, staff, { kind: 'unknown_charge', id, action: 'refund', note: 'not a sale of this shop' });

describe('the refund of an unknown charge', () => {
  it.each([
    ['ISK', 50_000],
    ['UGX', 4_000_000],
    ['MGA', 2_500],
    ['KWD', 12_340],
    ['JPY', 1_500],
    ['EUR', 1_999],
  ])('the refund of an unknown charge in %s is exactly the charged amount at Stripe: %i', async (currency, amount) => {
    const { id, discrepancy } = await aStrayCharge(currency, amount);
    expect(await refund(discrepancy.id)).toEqual({ resolved: true });
    expect(stripe.refunds.get(id)).toBe(amount);
  });

  it('an unknown charge stays listed until Stripe has decided about its refund, which is requested once, and a refused refund is an error', async () => {
    stripe.delayRefunds(true);
    const [charge, refused] = [await aStrayCharge('EUR', 700), await aStrayCharge('EUR', 800)];
    for (const { discrepancy } of [charge, refused, charge]) expect(await refund(discrepancy.id)).toEqual({ resolved: false });
    stripe.delayRefunds(false);
    const refundOf = (id: string) => there(stripe.refundList.find(({ payment_intent: intent }) => intent === id)).id;
    stripe.dashboard.completeRefund(refundOf(charge.id));
    expect(await refund(charge.discrepancy.id)).toEqual({ resolved: true });
    expect(stripe.refunds.get(charge.id)).toBe(700);
    stripe.dashboard.failRefund(refundOf(refused.id));
    await expect(refund(refused.discrepancy.id)).rejects.toMatchObject({ code: 'REFUND_REFUSED' });
    const { items } = await listDiscrepancies(shop.core, staff);
    expect(items.map(({ reference }) => reference)).toEqual([refused.id]);
  });

  it('an unknown charge is not refunded while Stripe names no valid currency', async () => {
    const { id, discrepancy } = await aStrayCharge('EUR', 700);
    there(stripe.intents.get(id)).currency = '';
    await expect(refund(discrepancy.id)).rejects.toMatchObject({ code: expect.not.stringMatching('INTERNAL') as string });
    expect(stripe.refunds.get(id)).toBeUndefined();
    there(stripe.intents.get(id)).currency = 'eur';
    expect(await refund(discrepancy.id)).toEqual({ resolved: true });
    expect(stripe.refunds.get(id)).toBe(700);
  });
});
