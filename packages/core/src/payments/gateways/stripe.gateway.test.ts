import { aCheckout, aGuestCart, aKey, aProduct, checkOut, aShopOnStripe } from '@cartwright/testing';
import { contract } from '@cartwright/contracts';
import { describe, expect, it } from 'vitest';
import { getCheckoutStatus, retryPayment } from '../../checkout/index.ts';
import { cancelOrder } from '../../order-cancellations/index.ts';
import { DomainError, system } from '../../kernel/index.ts';
import { getOrder } from '../../orders/index.ts';
import { listPaymentsForOrder, reconcilePayments, verifyPayment } from '../index.ts';
import { declinedMessage } from '../declined-charge.ts';

const { shop, stripe, post } = await aShopOnStripe();

const buy = async (token: string) => {
  const product = await aProduct(shop.core, { priceCents: 4200 });
  const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
  const input = { ...aCheckout(cart), payment: contract.checkout.complete.input.shape.payment.parse({ provider: 'stripe', token }) };
  return { guest, run: () => checkOut(shop.core, guest, input) };
};

describe('Stripe, through its official SDK against a fake of its API', () => {
  it('Stripe captures a payment, and refunds it when staff cancel the order', async () => {
    const { run } = await buy('pm_card_visa');
    const order = await run();
    expect(order).toMatchObject({ status: 'confirmed', payments: [{ provider: 'stripe', status: 'captured' }] });
    expect(await cancelOrder(shop.core, system('test'), { orderId: order.id })).toMatchObject({ paymentStatus: 'refunded' });
    expect([...stripe.refunds.values()]).toEqual([4200]);
  });

  it("the buyer hears only that Stripe declined the payment, and staff see the issuer's message", async () => {
    const { guest, run } = await buy('pm_card_chargeDeclined');
    const refusal: unknown = await run().catch((error: unknown) => error);
    if (!(refusal instanceof DomainError)) throw new Error('The charge was not declined');
    expect(refusal).toMatchObject({
      code: 'PAYMENT_DECLINED',
      message: expect.stringMatching(/^The payment of \S+ for order \S+ was declined\. .*checkout\.retryPayment \(POST /) as string,
    });
    const { orderId } = contract.payments.listForOrder.input.parse({ orderId: refusal.details?.['orderId'] });
    const forBuyer = await listPaymentsForOrder(shop.core, guest, { orderId });
    expect(forBuyer.items[0]).toMatchObject({ status: 'failed', failureMessage: declinedMessage, failureCode: null, failureDetail: null });
    const forStaff = await listPaymentsForOrder(shop.core, system('test'), { orderId });
    expect(forStaff.items[0]).toMatchObject({ failureCode: 'generic_decline', failureDetail: 'Your card was declined.' });
  });

  it('a Stripe charge whose answer was lost is found and made once', async () => {
    const before = stripe.chargeCount();
    const { guest, run } = await buy('pm_card_visa');
    stripe.loseAnswers(2);
    const order = await run();
    expect(order.status).toBe('pending');
    await reconcilePayments(shop.core, 0);
    expect(await getOrder(shop.core, guest, { orderId: order.id })).toMatchObject({ status: 'confirmed' });
    expect(stripe.chargeCount()).toBe(before + 1);
  });

  it('a Stripe webhook confirms an order once, however often it arrives', async () => {
    const { guest, run } = await buy('pm_processing');
    const order = await run();
    const intent = [...stripe.intents.values()].at(-1);
    if (!intent) throw new Error('the fake Stripe has no intent');
    stripe.decide(intent.id, 'succeeded');
    const event = stripe.event('payment_intent.succeeded', intent.id);
    const results = await Promise.all([post(event), post(event), post(event)]);
    expect(results.toSorted()).toEqual(['applied', 'repeated', 'repeated']);
    expect(await getOrder(shop.core, guest, { orderId: order.id })).toMatchObject({ status: 'confirmed', label: 'Paid' });
  });

  it("a Stripe payment waits for the buyer's confirmation, and settles once when the buyer returns and the webhook arrives together", async () => {
    const { guest, run } = await buy('pm_card_threeDSecure2Required');
    const order = await run();
    const status = await getCheckoutStatus(shop.core, guest, { orderId: order.id });
    expect(status).toMatchObject({
      state: 'action_required',
      action: { provider: 'stripe', clientSecret: expect.stringContaining('_secret_') },
    });
    expect(status.action?.url).toContain('https://hooks.stripe.test/redirect/pi_');
    const intentId = status.action?.url?.split('/').at(-1) ?? '';
    expect(stripe.intents.get(intentId)?.metadata['order_id']).toBe(order.id);
    stripe.decide(intentId, 'succeeded');
    const paymentId = status.action?.paymentId;
    if (!paymentId) throw new Error('The status names no payment');
    await Promise.all([post(stripe.event('payment_intent.succeeded', intentId)), verifyPayment(shop.core, guest, { paymentId })]);
    expect(await getOrder(shop.core, guest, { orderId: order.id })).toMatchObject({ status: 'confirmed' });
    // An older event that arrives last changes nothing.
    await post(stripe.event('payment_intent.requires_action', intentId));
    expect(await getCheckoutStatus(shop.core, guest, { orderId: order.id })).toMatchObject({ state: 'paid', action: null });
  });

  it('a failed confirmation at Stripe is a decline, and the order can be paid another way', async () => {
    const { guest, run } = await buy('pm_card_threeDSecure2Required');
    const order = await run();
    const intent = [...stripe.intents.values()].at(-1);
    if (!intent) throw new Error('the fake Stripe has no intent');
    stripe.decide(intent.id, 'requires_payment_method');
    await post(stripe.event('payment_intent.payment_failed', intent.id));
    expect(await getCheckoutStatus(shop.core, guest, { orderId: order.id })).toMatchObject({ state: 'declined' });
    const input = contract.checkout.retryPayment.input.parse({ orderId: order.id, payment: { provider: 'stripe', token: 'pm_card_visa' } });
    expect(await retryPayment(shop.core, guest, input, { idempotencyKey: aKey() })).toMatchObject({ status: 'confirmed' });
  });

  it('forged and stale Stripe signatures are refused, and nothing is stored', async () => {
    const intent = [...stripe.intents.keys()][0] ?? '';
    const event = stripe.event('payment_intent.succeeded', intent);
    const count = async () => (await shop.core.db.selectFrom('gateway_events').select('eventId').execute()).length;
    const before = await count();
    await expect(post({ ...event, signature: event.signature.replace(/v1=../, 'v1=00') })).rejects.toMatchObject({
      code: 'INVALID_SIGNATURE',
    });
    await expect(post({ ...event, body: Buffer.from(event.body.toString().replace('evt_', 'evu_')) })).rejects.toMatchObject({
      code: 'INVALID_SIGNATURE',
    });
    await expect(post({ ...event, signature: '' })).rejects.toMatchObject({ code: 'INVALID_SIGNATURE' });
    await expect(post(stripe.event('payment_intent.succeeded', intent, new Date(Date.now() - 6 * 60_000)))).rejects.toMatchObject({
      code: 'STALE_SIGNATURE',
    });
    expect(await count()).toBe(before);
  });
});
