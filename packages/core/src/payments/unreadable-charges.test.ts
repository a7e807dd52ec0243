/** An unreadable answer about a charge leaves it undecided; its order and hold still end in time, and staff can resolve it. */
import { contract } from '@cartwright/contracts';
import { aKey, aShopOnStripe, createStripePurchases, letPass, payByStripe, shapeFaults, there } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { retryPayment } from '../checkout/index.ts';
import { system } from '../kernel/index.ts';
import { cancelOrder, expireOrders } from '../order-cancellations/index.ts';
import { reconcilePayments, verifyPayment } from './index.ts';

const staff = system('test');
const onStripe = await aShopOnStripe({
  // An answer of 30 MB takes time on a busy machine; no test here depends on a time-out.
  config: { gatewayTimeoutMs: 120_000 },
});
const { shop, stripe } = onStripe;
const { buy, listedOf, resolve, endCalls } = createStripePurchases(onStripe);
afterEach(() => stripe.distort(null));

describe('an unreadable answer about a charge', () => {
  it.each(Object.entries(shapeFaults))(
    'an answer about a charge with %s leaves the payment undecided, without an error for buyer or staff',
    async (_, fault) => {
      stripe.distort(fault);
      const bought = await buy();
      expect(await bought.read()).toMatchObject({ status: 'pending' });
      expect(await verifyPayment(shop.core, bought.guest, { paymentId: bought.paymentId })).toMatchObject({ status: 'pending' });
      const [item] = await listedOf(bought);
      expect(item).toMatchObject({ kind: 'undecided_charge', amountCents: 4_200, currency: 'USD', actions: ['ask', 'dismiss'] });
      expect(there(item).detail).toMatch(/cannot be used|cannot be read/);
      expect(await resolve('undecided_charge', bought.paymentId, 'ask')).toEqual({ resolved: false });

      await endCalls();
      expect(await cancelOrder(shop.core, bought.guest, { orderId: bought.orderId })).toMatchObject({ status: 'cancelled' });
      expect(await bought.free()).toBe(5);
      // Stripe's answers become valid: the money it had charged is refunded.
      stripe.distort(null);
      await reconcilePayments(shop.core, 0);
      await reconcilePayments(shop.core, 0);
      expect(await bought.payment()).toMatchObject({ status: 'refunded' });
      expect(stripe.refunds.get(bought.intent.id)).toBe(4_200);
      expect(await listedOf(bought)).toEqual([]);
    },
  );

  it('an order with an unreadable charge is cancelled within 15 minutes after its payment window, and staff can close the payment', async () => {
    stripe.distort(shapeFaults['an unknown status']);
    const bought = await buy('pm_processing');
    await letPass(shop.core, 31);
    await expireOrders(shop.core);
    await letPass(shop.core, 16);
    await expireOrders(shop.core);
    expect(await bought.read()).toMatchObject({ status: 'cancelled' });
    expect(await bought.free()).toBe(5);
    expect(await resolve('undecided_charge', bought.paymentId, 'dismiss')).toEqual({ resolved: true });
    expect(await bought.payment()).toMatchObject({
      status: 'voided',
      failureDetail: expect.stringContaining('looked up in the dashboard') as string,
    });
  });

  it('an unreadable answer does not keep staff from cancelling the order, nor the buyer from paying another way', async () => {
    stripe.distort(shapeFaults['HTML in place of JSON']);
    const first = await buy('pm_processing');
    const second = await buy('pm_processing');
    await endCalls();
    expect(await cancelOrder(shop.core, staff, { orderId: first.orderId })).toMatchObject({ status: 'cancelled' });
    await sql`update payments set created_at = created_at - interval '1 minute' where id = ${second.paymentId}`.execute(shop.core.db);
    stripe.distort(null);
    const again = contract.checkout.retryPayment.input.parse({ orderId: second.orderId, payment: payByStripe('pm_card_visa') });
    expect(await retryPayment(shop.core, second.guest, again, { idempotencyKey: aKey() })).toMatchObject({ status: 'confirmed' });
    await reconcilePayments(shop.core, 0);
    expect(await listedOf(first)).toEqual([]);
  });

  it('an answer with the charge of another payment changes neither payment', async () => {
    const paid = await buy();
    const open = await buy('pm_processing');
    stripe.distort(({ status, body }) => ({
      status,
      text: JSON.stringify({ ...(body as object), id: paid.intent.id, status: 'succeeded', amount_received: 4_200, metadata: {} }),
    }));
    expect(await verifyPayment(shop.core, open.guest, { paymentId: open.paymentId })).toMatchObject({ status: 'pending' });
    expect(await listedOf(open)).toMatchObject([
      { kind: 'undecided_charge', detail: expect.stringContaining(`belongs to payment ${paid.paymentId}`) as string },
    ]);
    // The same for the answer to the charge itself, which is settled in a batch.
    const called = await buy('pm_processing');
    expect(await listedOf(called)).toMatchObject([
      { kind: 'undecided_charge', detail: expect.stringContaining('belongs to payment') as string },
    ]);
    expect(await paid.read()).toMatchObject({ status: 'confirmed' });
    stripe.distort(null);
    for (const bought of [open, called]) {
      stripe.decide(bought.intent.id, 'succeeded');
      expect(await resolve('undecided_charge', bought.paymentId, 'ask')).toEqual({ resolved: true });
      expect(await bought.read()).toMatchObject({ status: 'confirmed' });
    }
  });
});
