/** A wrong charge pays its order, or goes back: never both, however staff and the provider take turns. */
import { contract, type OrderId } from '@cartwright/contracts';
import { aCheckout, aGuestCart, aProduct, aShopOnStripe, checkOut, moneyFaults, race, there, unique } from '@cartwright/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import { getOrder } from '../orders/index.ts';
import { handleGatewayWebhook, listDifferences, resolveDifference } from './index.ts';

const staff = system('test');
const { shop, stripe } = await aShopOnStripe();
afterEach(() => {
  stripe.distort(null);
  stripe.delayRefunds(false);
});

/** A pending order over 42.00 for which Stripe took 43.00. */
const overcharged = async () => {
  const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core, { priceCents: 4_200 }), 1]]);
  const email = `buyer-${unique()}@example.com`;
  const payment = contract.checkout.complete.input.shape.payment.parse({ provider: 'stripe', token: 'pm_card_visa' });
  stripe.distort(moneyFaults['more than was asked for']);
  await expect(checkOut(shop.core, guest, { ...aCheckout(cart, { email }), payment })).rejects.toMatchObject({ code: 'PAYMENT_DECLINED' });
  stripe.distort(null);
  const intent = there([...stripe.intents.values()].at(-1));
  intent.amount = 4_300;
  intent.amount_received = 4_300;
  const item = there((await listDifferences(shop.core, staff)).items.find(({ reference }) => reference === intent.id));
  const orderId = there<OrderId>(item.orderId);
  return {
    intent,
    decide: (action: 'ask' | 'refund' | 'adopt') =>
      resolveDifference(shop.core, staff, { kind: 'wrong_charge', id: item.id, action, note: 'seen in the dashboard' }),
    actions: async () => (await listDifferences(shop.core, staff)).items.find(({ id }) => id === item.id)?.actions,
    status: async () => (await getOrder(shop.core, staff, { orderId })).status,
  };
};

describe('a charge over more than was asked for', () => {
  it('cannot pay its order once the provider was asked to give it back', async () => {
    const { intent, decide, actions, status } = await overcharged();
    expect(await actions()).toEqual(['ask', 'refund', 'adopt', 'dismiss']);
    stripe.delayRefunds(true);
    expect(await decide('refund')).toEqual({ resolved: false });
    expect(await actions()).toEqual(['ask', 'refund', 'dismiss']);
    await expect(decide('adopt')).rejects.toMatchObject({ code: 'INVALID_STATE' });
    expect(await status()).toBe('pending');
    there(stripe.refundList.find((refund) => refund.payment_intent === intent.id)).status = 'succeeded';
    expect(await decide('ask')).toEqual({ resolved: true });
    expect(stripe.refunds.get(intent.id)).toBe(4_300);
    expect(await status()).toBe('pending');
  });

  it('does not pay its order when the provider says the right amount while it gives the money back', async () => {
    const { intent, decide, status } = await overcharged();
    stripe.delayRefunds(true);
    expect(await decide('refund')).toEqual({ resolved: false });
    intent.amount = 4_200;
    intent.amount_received = 4_200;
    const { body, signature } = stripe.event('payment_intent.succeeded', intent.id);
    await handleGatewayWebhook(shop.core, 'stripe', { rawBody: body, headers: { 'stripe-signature': signature } });
    expect(await status()).toBe('pending');
    await decide('ask');
    expect(await status()).toBe('pending');
  });

  it('can pay its order again after the provider has refused to give it back', async () => {
    const { intent, decide, actions, status } = await overcharged();
    stripe.delayRefunds(true);
    expect(await decide('refund')).toEqual({ resolved: false });
    there(stripe.refundList.find((refund) => refund.payment_intent === intent.id)).status = 'failed';
    await expect(decide('ask')).rejects.toMatchObject({ code: 'REFUND_REFUSED' });
    expect(await actions()).toEqual(['ask', 'refund', 'adopt', 'dismiss']);
    expect(await status()).toBe('pending');
  });

  it('either pays its order or goes back when many of the staff decide otherwise at once', async () => {
    const { intent, decide, status } = await overcharged();
    const { won, defects } = await race(100, (i) => decide(i % 2 === 0 ? 'refund' : 'adopt'));
    expect(defects).toEqual([]);
    expect(won.length).toBeGreaterThan(0);
    expect([await status(), stripe.refunds.get(intent.id)]).toEqual(
      (await status()) === 'confirmed' ? ['confirmed', 100] : ['pending', 4_300],
    );
  });
});
