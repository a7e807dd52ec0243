/** A signed event that cannot be read is kept once for staff and does not delay the other events. */
import { aShopOnStripe, createStripePurchases, there } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';
import { catchUpGatewayEvents, reconcilePayments } from './index.ts';

const staff = system('test');
const onStripe = await aShopOnStripe();
const { shop, stripe, post, discrepancies: listed } = onStripe;
const { buy, resolve } = createStripePurchases(onStripe);

describe('a signed event that cannot be read', () => {
  const events = async () => (await listed()).filter(({ kind }) => kind === 'dead_event');

  it.each([
    ['payment_intent.succeeded', { amount_received: '4200' }],
    ['payment_intent.succeeded', { amount_received: null }],
    ['payment_intent.succeeded', { amount_received: -1 }],
    ['payment_intent.succeeded', { currency: '' }],
    ['payment_intent.succeeded', { id: null }],
    ['payment_intent.payment_failed', { status: 'teleported' }],
    ['charge.dispute.closed', null],
  ])('an unreadable event (%s, %j) is acknowledged, kept once and listed for staff', async (type, change) => {
    const bought = await buy('pm_processing');
    const event = stripe.sign({ type, object: change === null ? null : { ...bought.intent, status: 'succeeded', ...change } });
    expect(await post(event)).toBe('unread');
    expect(await post(event)).toBe('repeated');
    expect(await bought.read()).toMatchObject({ status: 'pending' });
    const [item] = await events();
    expect(there(item).detail).toMatch(/cannot be read|expected|Invalid/);
    expect(await resolve('dead_event', there(item).id, 'dismiss')).toEqual({ resolved: true });
    await cancelOrder(shop.core, staff, { orderId: bought.orderId }).catch(() => null);
    stripe.decide(bought.intent.id, 'requires_payment_method');
    await reconcilePayments(shop.core, 0);
  });

  it('an unreadable event in the list of events is kept, and does not delay the others', async () => {
    const bought = await buy('pm_processing');
    stripe.sign({ type: 'payment_intent.succeeded', object: { ...bought.intent, status: 'succeeded', amount_received: 'lots' } });
    stripe.decide(bought.intent.id, 'succeeded');
    stripe.event('payment_intent.succeeded', bought.intent.id);
    await catchUpGatewayEvents(shop.core);
    expect(await bought.read()).toMatchObject({ status: 'confirmed' });
    const [item] = await events();
    expect(await resolve('dead_event', there(item).id, 'dismiss')).toEqual({ resolved: true });
  });
});
