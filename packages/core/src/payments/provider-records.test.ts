/** Cancellations, refunds and disputes of the provider's dashboard are found when their events never come. */
import { aShopOnStripe, anOrderOnStripe, letPass, settlePayments } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import { catchUpGatewayEvents, reconcilePayments, reconcileRecords, resolveDiscrepancy, retryGatewayEvents } from './index.ts';

const staff = system('test');
const { shop, stripe, postAll, read, discrepancies } = await aShopOnStripe({ settle: settlePayments });
const { dashboard } = stripe;
const anOrder = (token = 'pm_card_visa') => anOrderOnStripe({ shop, stripe }, token);

describe('a charge that was cancelled in the dashboard before it was paid', () => {
  it('a charge that was cancelled in the dashboard is voided, and its order can be paid another way', async () => {
    const { order, intent } = await anOrder('pm_processing');
    expect(await postAll(dashboard.cancel(intent.id).events)).toEqual(['applied']);
    expect(await read(order)).toMatchObject({ status: 'pending', payments: [{ status: 'voided' }] });
  });

  it('a charge that was cancelled in the dashboard is found by reconciliation when its event never came', async () => {
    const { order, intent } = await anOrder('pm_processing');
    dashboard.cancel(intent.id);
    await reconcilePayments(shop.core, 0);
    expect(await read(order)).toMatchObject({ payments: [{ status: 'voided' }] });
  });
});

describe('changes in the dashboard without webhooks', () => {
  it('changes in the dashboard are imported from the list of events', async () => {
    const { order, intent } = await anOrder();
    const { order: other, intent: otherIntent } = await anOrder();
    dashboard.refund(intent.id, { amount: 4_000 });
    dashboard.dispute(otherIntent.id);
    await catchUpGatewayEvents(shop.core);
    expect(await read(order)).toMatchObject({ paymentStatus: 'partially_refunded' });
    expect(await read(other)).toMatchObject({ paymentStatus: 'disputed' });
    expect(await reconcileRecords(shop.core)).toBe(0);
  });

  it('changes in the dashboard are imported from the lists of refunds and disputes when there is no event', async () => {
    const { order, intent } = await anOrder();
    const { order: other, intent: otherIntent } = await anOrder();
    const refunded = dashboard.refund(intent.id, { amount: 4_000, status: 'pending' }).object;
    const disputed = dashboard.dispute(otherIntent.id).object;
    expect(await reconcileRecords(shop.core)).toBe(3);
    expect(await read(order)).toMatchObject({ payments: [{ refunds: [{ status: 'pending', origin: 'provider' }] }] });
    expect(await read(other)).toMatchObject({ paymentStatus: 'disputed' });
    dashboard.completeRefund(refunded.id);
    dashboard.closeDispute(disputed.id, 'won');
    await letPass(shop.core, 61);
    await reconcileRecords(shop.core);
    expect(await read(order)).toMatchObject({ paymentStatus: 'partially_refunded' });
    expect(await read(other)).toMatchObject({ paymentStatus: 'captured' });
  });

  it('a refund of an unknown charge is listed for staff once', async () => {
    const { intent } = await anOrder();
    const stranger = { ...structuredClone(intent), id: `pi_stranger_${intent.id}`, metadata: {} };
    stripe.intents.set(stranger.id, stranger);
    const { events } = dashboard.refund(stranger.id, { amount: 4_000 });
    expect(await postAll(events)).toEqual(['waiting', 'waiting']);
    expect(await discrepancies()).toEqual([]);
    await letPass(shop.core, 16);
    expect(await retryGatewayEvents(shop.core)).toMatchObject({ unresolved: 2 });
    expect(await discrepancies()).toMatchObject([{ kind: 'unknown_charge', reference: stranger.id, amountCents: 4_000 }]);
    await reconcileRecords(shop.core);
    expect(await discrepancies()).toHaveLength(1);
    const [found] = await discrepancies();
    const input = { kind: 'unknown_charge', id: found?.id ?? '', action: 'dismiss', note: 'of our other shop' } as const;
    expect(await resolveDiscrepancy(shop.core, staff, input)).toEqual({ resolved: true });
  });
});
