/** A charge of another amount than requested pays nothing, is explained to the buyer, and is resolved by staff. */
import { contract, formatMoney } from '@cartwright/contracts';
import {
  aCurrency,
  aKey,
  aShopOnStripe,
  chargeAtStripe,
  createStripePurchases,
  letPass,
  moneyFaults,
  payByStripe,
  shapeFaults,
  there,
  type StripePurchase,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { retryPayment } from '../checkout/index.ts';
import { transact } from '../kernel/index.ts';
import { cancelOrder, expireOrders } from '../order-cancellations/index.ts';
import { reconcilePayments, settleCharge, verifyPayment } from './index.ts';

const onStripe = await aShopOnStripe({
  // An answer of 30 MB takes time on a busy machine; no test here depends on a time-out.
  config: { gatewayTimeoutMs: 120_000 },
});
const { shop, stripe, post, discrepancies: listed } = onStripe;
const { buy, listedOf, resolve, endCalls } = createStripePurchases(onStripe);
afterEach(() => stripe.distort(null));

const wrongCharges = [
  ['more than was asked for', 4_300, 'usd', ['ask', 'refund', 'accept', 'dismiss']],
  ['less than was asked for', 4_100, 'usd', ['ask', 'refund', 'dismiss']],
  ['another currency', 4_200, 'chf', ['ask', 'refund', 'dismiss']],
] as const;

describe('a charge of another amount than requested', () => {
  it.each(wrongCharges)(
    'a charge of %s does not pay the order, is explained to the buyer, and is refunded at exactly the charged amount',
    async (fault, amount, currency, actions) => {
      stripe.distort(moneyFaults[fault]);
      const bought = await buy('pm_card_visa', {
        code: 'PAYMENT_DECLINED',
        message: expect.stringContaining('different amount') as string,
      });
      chargeAtStripe(bought, amount, currency);
      stripe.distort(null);
      expect(await bought.read()).toMatchObject({ status: 'pending' });
      const said = formatMoney(amount, currency.toUpperCase());
      expect(await bought.payment()).toMatchObject({
        status: 'failed',
        failureCode: 'wrong_amount',
        failureDetail: expect.stringContaining(said) as string,
      });
      const [item] = await listedOf(bought);
      expect(item).toMatchObject({
        kind: 'wrong_charge',
        reference: bought.intent.id,
        amountCents: 4_200,
        currency: 'USD',
        providerAmountCents: amount,
        providerCurrency: currency.toUpperCase(),
        actions,
      });
      expect(await resolve('wrong_charge', there(item).id, 'ask')).toEqual({ resolved: false });
      expect(await resolve('wrong_charge', there(item).id, 'refund')).toEqual({ resolved: true });
      expect(stripe.refunds.get(bought.intent.id)).toBe(amount);

      // A repeated event reopens nothing, and the buyer can pay meanwhile.
      await post(stripe.event('payment_intent.succeeded', bought.intent.id));
      const again = contract.checkout.retryPayment.input.parse({ orderId: bought.orderId, payment: payByStripe('pm_card_visa') });
      expect(await retryPayment(shop.core, bought.guest, again, { idempotencyKey: aKey() })).toMatchObject({ status: 'confirmed' });
      expect((await listedOf(bought)).filter(({ kind }) => kind === 'wrong_charge')).toEqual([]);
    },
  );

  it.each(wrongCharges)(
    "a charge of %s that is found by verification, reconciliation or cancellation does not keep the order's hold",
    async (_, amount, currency) => {
      const ways: ((bought: StripePurchase) => Promise<unknown>)[] = [
        ({ guest, paymentId }) => verifyPayment(shop.core, guest, { paymentId }),
        () => reconcilePayments(shop.core, 0),
        ({ guest, orderId }) => cancelOrder(shop.core, guest, { orderId }),
      ];
      for (const learn of ways) {
        const bought = await buy('pm_processing');
        await endCalls();
        chargeAtStripe(bought, amount, currency);
        bought.intent.status = 'succeeded';
        await learn(bought);
        expect(await bought.payment()).toMatchObject({ status: 'failed', failureCode: 'wrong_amount' });
        await letPass(shop.core, 31);
        await expireOrders(shop.core);
        expect(await bought.read()).toMatchObject({ status: 'cancelled' });
        expect(await bought.free()).toBe(5);
        const [item] = await listedOf(bought);
        await expect(resolve('wrong_charge', there(item).id, 'accept')).rejects.toMatchObject({ code: 'ACTION_NOT_AVAILABLE' });
        expect(await resolve('wrong_charge', there(item).id, 'refund')).toEqual({ resolved: true });
        expect(stripe.refunds.get(bought.intent.id)).toBe(amount);
      }
    },
  );

  it('a charge of more than requested can be accepted for its order, and the excess is refunded', async () => {
    const bought = await buy('pm_processing');
    chargeAtStripe(bought, 5_000);
    bought.intent.status = 'succeeded';
    await verifyPayment(shop.core, bought.guest, { paymentId: bought.paymentId });
    const [item] = await listedOf(bought);
    expect(await resolve('wrong_charge', there(item).id, 'accept')).toEqual({ resolved: true });
    expect(await bought.read()).toMatchObject({ status: 'confirmed' });
    expect(await bought.payment()).toMatchObject({ status: 'captured', refundedCents: 0 });
    expect(stripe.refunds.get(bought.intent.id)).toBe(800);
    await verifyPayment(shop.core, bought.guest, { paymentId: bought.paymentId });
    expect(await listedOf(bought)).toEqual([]);
  });

  it('a wrong charge pays the order once the provider reports the right amount', async () => {
    stripe.distort(moneyFaults['less than was asked for']);
    const bought = await buy('pm_card_visa', { code: 'PAYMENT_DECLINED' });
    stripe.distort(null);
    const [item] = await listedOf(bought);
    expect(await resolve('wrong_charge', there(item).id, 'ask')).toEqual({ resolved: true });
    expect(await bought.read()).toMatchObject({ status: 'confirmed' });
  });

  it('a wrong charge can be dismissed with a stored reason; its other actions are refused with an explanation while answers are invalid', async () => {
    const bought = await buy('pm_processing');
    chargeAtStripe(bought, 4_300);
    bought.intent.status = 'succeeded';
    await verifyPayment(shop.core, bought.guest, { paymentId: bought.paymentId });
    const { id } = there((await listedOf(bought))[0]);
    stripe.distort(shapeFaults['the body null']);
    for (const action of ['ask', 'refund'] as const)
      await expect(resolve('wrong_charge', id, action)).rejects.toMatchObject({
        code: 'PROVIDER_RESPONSE_INVALID',
        message: expect.stringContaining('is null') as string,
      });
    expect(await resolve('wrong_charge', id, 'dismiss')).toEqual({ resolved: true });
    const kept = await sql`select resolution, resolved_by, note from payment_discrepancies where id = ${id}`.execute(shop.core.db);
    expect(kept.rows).toEqual([{ resolution: 'dismissed', resolved_by: 'system:test', note: 'looked up in the dashboard' }]);
  });

  it('a second charge of one payment is refunded in full, and the order stays paid', async () => {
    const bought = await buy();
    const second = { ...bought.intent, id: 'pi_second' };
    stripe.intents.set(second.id, second);
    const outcome = { status: 'captured', reference: second.id, capturedCents: 4_200, currency: aCurrency('USD') } as const;
    await transact(shop.core, (tx) => settleCharge(tx, bought.paymentId, outcome));
    const [item] = await listedOf(bought);
    expect(item).toMatchObject({ kind: 'wrong_charge', reference: second.id, actions: ['ask', 'refund', 'dismiss'] });
    expect(await resolve('wrong_charge', there(item).id, 'refund')).toEqual({ resolved: true });
    expect([stripe.refunds.get(second.id), stripe.refunds.get(bought.intent.id)]).toEqual([4_200, undefined]);
    expect(await bought.read()).toMatchObject({ status: 'confirmed' });
  });

  it('a wrong charge is listed once, whether its event or the answer of the provider comes first', async () => {
    const bought = await buy('pm_processing');
    chargeAtStripe(bought, 4_300);
    bought.intent.status = 'succeeded';
    expect(await post(stripe.event('payment_intent.succeeded', bought.intent.id))).toBe('conflicting');
    await reconcilePayments(shop.core, 0);
    expect(await post(stripe.event('payment_intent.succeeded', bought.intent.id))).toBe('applied');
    const items = await listed();
    expect(items.filter(({ reference }) => reference === bought.intent.id)).toMatchObject([{ kind: 'wrong_charge' }]);
    expect(await resolve('wrong_charge', there(items.find(({ kind }) => kind === 'wrong_charge')).id, 'refund')).toEqual({
      resolved: true,
    });
  });
});
