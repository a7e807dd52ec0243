/** The provider's lists of refunds and disputes contain records without events, beside entries that cannot be used. */
import { aShopOnStripe, anOrderOnStripe, there } from '@cartwright/testing';
import { expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import { reconcileRecords, resolveDiscrepancy, retryGatewayEvents } from './index.ts';

const staff = system('test');
const { shop, stripe, post, read, discrepancies } = await aShopOnStripe();
const anOrder = () => anOrderOnStripe({ shop, stripe }, 'pm_card_visa');
const dismissAll = async () => {
  for (const { kind, id } of await discrepancies())
    expect(await resolveDiscrepancy(shop.core, staff, { kind, id, action: 'dismiss', note: 'looked at' })).toEqual({ resolved: true });
};

it.each(['open', 'dismissed'])(
  "a refund in the provider's list is imported although a conflicting event of its charge is %s",
  async (state) => {
    const { order, intent } = await anOrder();
    const { order: other } = await anOrder();
    const odd = { ...structuredClone(intent), metadata: { ...intent.metadata, order_id: other.id } };
    expect(await post(stripe.sign({ type: 'payment_intent.succeeded', object: odd }))).toBe('conflicting');
    if (state === 'dismissed') await dismissAll();
    stripe.dashboard.refund(intent.id, { amount: 4_000 });
    expect(await reconcileRecords(shop.core)).toBe(1);
    expect(await read(order)).toMatchObject({ paymentStatus: 'partially_refunded' });
    await dismissAll();
  },
);

it('an unreadable entry of the list is kept for staff once, and every other entry is imported', async () => {
  const { order, intent } = await anOrder();
  const { object: refund } = stripe.dashboard.refund(intent.id, { amount: 4_000 });
  stripe.refundList.push({ ...refund, id: 're_of_another_system', payment_intent: 'pi_of_another_system', currency: 'zzz' });
  expect(await reconcileRecords(shop.core)).toBe(1);
  expect(await read(order)).toMatchObject({ paymentStatus: 'partially_refunded' });
  expect(await reconcileRecords(shop.core)).toBe(0);
  expect(await discrepancies()).toMatchObject([
    { kind: 'dead_event', reference: 're_of_another_system', detail: expect.stringContaining('currency') as string },
  ]);
  await dismissAll();
});

it('an unreadable entry about a charge leaves the charge unchanged until the entry can be read', async () => {
  const { order, intent } = await anOrder();
  const { object: refund, events } = stripe.dashboard.refund(intent.id, { amount: 4_000 });
  const bad = { ...refund, id: 're_bad', amount: -1 };
  stripe.refundList.push(bad);
  expect(await post(there(events[0]))).toBe('postponed');
  expect(await read(order)).toMatchObject({ paymentStatus: 'captured' });
  stripe.refundList.splice(stripe.refundList.indexOf(bad), 1);
  await shop.core.database.kysely
    .updateTable('gateway_events')
    .set({ retryAt: new Date(0) })
    .where('handledAt', 'is', null)
    .execute();
  expect(await retryGatewayEvents(shop.core)).toMatchObject({ applied: 1 });
  expect(await read(order)).toMatchObject({ paymentStatus: 'partially_refunded' });
});
