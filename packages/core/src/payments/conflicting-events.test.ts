/** All fields of an event that name a payment must agree on one. An event that conflicts changes nothing and is left to staff. */
import { contract } from '@cartwright/contracts';
import { aShopOnStripe, anOrderOnStripe, letPass, settlePayments } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { system } from '../kernel/index.ts';
import { listDiscrepancies, refundPayment, resolveDiscrepancy } from './index.ts';

const staff = system('test');
const { shop, stripe, post, read } = await aShopOnStripe({ settle: settlePayments });
const anOrder = (token?: string) => anOrderOnStripe({ shop, stripe }, token);
type Made = Awaited<ReturnType<typeof anOrder>>;

const conflicts = async () => (await listDiscrepancies(shop.core, staff)).items.filter((item) => item.kind === 'conflicting_event');
const resolve = (id: string, action: 'ask' | 'refund' | 'dismiss') =>
  resolveDiscrepancy(shop.core, staff, { kind: 'conflicting_event', id, action, note: 'compared with the provider' });
const succeeded = (intent: Made['intent'], changed: object, livemode = false) =>
  stripe.sign({
    type: 'payment_intent.succeeded',
    object: { ...intent, status: 'succeeded', amount_received: intent.amount, ...changed },
    livemode,
  });

describe('an event that names two payments', () => {
  it('an event with the reference of one order and the payment id of another settles neither of them', async () => {
    const [first, second] = [await anOrder(), await anOrder()];
    const mixed = succeeded(first.intent, { metadata: { payment_id: second.paymentId, order_id: second.order.id } });
    expect(await post(mixed)).toBe('conflicting');
    expect(await post(mixed)).toBe('repeated');
    for (const { order } of [first, second]) expect(await read(order)).toMatchObject({ status: 'pending' });
    const [found] = await conflicts();
    expect(found).toMatchObject({ reference: first.intent.id, orderNumber: first.order.orderNumber, amountCents: 10_000, currency: 'USD' });
    expect(found?.detail).toContain(`The event contains: charge ${first.intent.id}, payment ${second.paymentId}`);
    expect(found?.detail).toContain(
      `payment ${first.paymentId} of order ${first.order.orderNumber} for $100.00, charge ${first.intent.id}`,
    );
    // The provider is queried again: the event still names both.
    expect(await resolve(found?.id ?? '', 'ask')).toEqual({ resolved: false });
    for (const { order } of [first, second]) expect(await read(order)).toMatchObject({ status: 'pending' });
    expect(await resolve(found?.id ?? '', 'dismiss')).toEqual({ resolved: true });
    expect(await conflicts()).toEqual([]);
  });

  it.each(['another order', 'no payment of this shop'])('an event with its reference and %s settles nothing', async (other) => {
    const made = await anOrder();
    const stranger = '00000000-0000-7000-8000-000000000001';
    const metadata =
      other === 'another order'
        ? { payment_id: made.paymentId, order_id: stranger }
        : { payment_id: 'a payment of another shop', order_id: made.order.id };
    expect(await post(succeeded(made.intent, { metadata }))).toBe('conflicting');
    expect(await read(made.order)).toMatchObject({ status: 'pending' });
    await resolve((await conflicts())[0]?.id ?? '', 'dismiss');
  });

  it('an event with our payment id and an unknown charge is listed, and staff can refund that charge', async () => {
    const made = await anOrder();
    // Somebody copied our metadata to a charge of theirs.
    const copy = {
      ...structuredClone(made.intent),
      id: `pi_copy_${made.paymentId}`,
      status: 'succeeded' as const,
      amount_received: 10_000,
    };
    stripe.intents.set(copy.id, copy);
    expect(await post(stripe.event('payment_intent.succeeded', copy.id))).toBe('conflicting');
    expect(await read(made.order)).toMatchObject({ status: 'pending' });
    const [found] = await conflicts();
    expect(found?.detail).toContain(`The event names charge ${copy.id}. This shop holds charge ${made.intent.id}`);
    expect(await resolve(found?.id ?? '', 'refund')).toEqual({ resolved: true });
    expect(stripe.refunds.get(copy.id)).toBe(10_000);
    expect(stripe.refunds.has(made.intent.id)).toBe(false);
  });
});

describe('an event that names another amount, currency or mode', () => {
  it.each([
    ['amount', { amount: 1, amount_received: 1 }, 'another amount'],
    ['amount received', { amount_received: 9_999 }, 'The provider charged $99.99.'],
    ['currency', { currency: 'eur' }, 'another currency'],
  ])('an event settles nothing when the %s differs', async (_, changed, words) => {
    const made = await anOrder();
    expect(await post(succeeded(made.intent, changed))).toBe('conflicting');
    expect(await read(made.order)).toMatchObject({ status: 'pending' });
    const [found] = await conflicts();
    expect(found?.detail).toContain(words);
    expect(found?.detail).toContain('$100.00');
    await resolve(found?.id ?? '', 'dismiss');
  });

  it('an event of the live mode that names a payment of a test shop is listed', async () => {
    const made = await anOrder();
    expect(await post(succeeded(made.intent, {}, true))).toBe('conflicting');
    expect(await read(made.order)).toMatchObject({ status: 'pending' });
    await resolve((await conflicts())[0]?.id ?? '', 'dismiss');
  });

  it('a conflicting event cannot be refunded while its charge pays an order', async () => {
    const made = await anOrder('pm_card_visa');
    expect(await post(succeeded(made.intent, { currency: 'eur' }))).toBe('conflicting');
    const [found] = await conflicts();
    await expect(resolve(found?.id ?? '', 'refund')).rejects.toMatchObject({
      code: 'CHARGE_IN_USE',
      message: expect.stringContaining(made.order.orderNumber),
    });
    expect(stripe.refunds.has(made.intent.id)).toBe(false);
    await resolve(found?.id ?? '', 'dismiss');
  });
});

it('a charge of ours with another amount is not refunded as an event: it becomes a discrepancy for staff', async () => {
  const made = await anOrder();
  Object.assign(made.intent, { status: 'succeeded', amount: 9_999, amount_received: 9_999 });
  expect(await post(stripe.event('payment_intent.succeeded', made.intent.id))).toBe('conflicting');
  const [found] = await conflicts();
  await expect(resolve(found?.id ?? '', 'refund')).rejects.toMatchObject({
    code: 'CHARGE_IN_USE',
    message: expect.stringContaining('is listed as a discrepancy') as string,
  });
  expect(stripe.refunds.has(made.intent.id)).toBe(false);
  expect(await conflicts()).toEqual([]);
  const [wrong] = (await listDiscrepancies(shop.core, staff)).items;
  expect(wrong).toMatchObject({ kind: 'wrong_charge', reference: made.intent.id });
  await resolveDiscrepancy(shop.core, staff, { kind: 'wrong_charge', id: wrong?.id ?? '', action: 'refund', note: 'too little' });
  expect(stripe.refunds.get(made.intent.id)).toBe(9_999);
});

describe('an event about a refund or a dispute that does not match', () => {
  it('an event with the refund of one order and the charge of another changes neither', async () => {
    const [first, second] = [await anOrder('pm_card_visa'), await anOrder('pm_card_visa')];
    const input = contract.payments.refund.input.parse({ paymentId: first.paymentId, amountCents: 4_000, reason: 'scratched' });
    await refundPayment(shop.core, staff, input);
    const refund = stripe.refundList.at(-1);
    expect(
      await post(stripe.sign({ type: 'refund.failed', object: { ...refund, status: 'failed', payment_intent: second.intent.id } })),
    ).toBe('conflicting');
    expect(await read(first.order)).toMatchObject({ paymentStatus: 'partially_refunded' });
    expect(await read(second.order)).toMatchObject({ paymentStatus: 'captured' });
    await resolve((await conflicts())[0]?.id ?? '', 'dismiss');
  });

  it('an event with another refund amount than this shop requested is listed', async () => {
    const made = await anOrder('pm_card_visa');
    const input = contract.payments.refund.input.parse({ paymentId: made.paymentId, amountCents: 4_000, reason: 'scratched' });
    await refundPayment(shop.core, staff, input);
    expect(await post(stripe.sign({ type: 'refund.updated', object: { ...stripe.refundList.at(-1), amount: 10_000 } }))).toBe(
      'conflicting',
    );
    expect(await read(made.order)).toMatchObject({ payments: [{ refundedCents: 4_000 }] });
    await letPass(shop.core, 1);
    await resolve((await conflicts())[0]?.id ?? '', 'dismiss');
  });
});
