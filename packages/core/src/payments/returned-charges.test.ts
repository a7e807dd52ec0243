/** Refunds of wrong or unknown charges by staff: the provider reports them like any refund, and they are no refund of an order. */
import { contract } from '@cartwright/contracts';
import { aShopOnStripe, anOrderOnStripe, letPass, there, settlePayments } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { expireOrders } from '../order-cancellations/index.ts';
import { system } from '../kernel/index.ts';
import { reconcileRecords, resolveDiscrepancy, retryGatewayEvents, verifyPayment } from './index.ts';

const staff = system('test');
const { shop, stripe, post, read, discrepancies } = await aShopOnStripe({ settle: settlePayments });
afterEach(() => stripe.distort(null));

type Discrepancy = Awaited<ReturnType<typeof discrepancies>>[number];
const resolve = ({ kind, id }: Pick<Discrepancy, 'kind' | 'id'>, action: 'ask' | 'refund' | 'accept' | 'dismiss') =>
  resolveDiscrepancy(shop.core, staff, { kind, id, action, note: 'looked up in the dashboard' });
const verify = (paymentId: string) => verifyPayment(shop.core, staff, contract.payments.verify.input.parse({ paymentId }));

/** An order for which Stripe charged another amount or currency than the requested $100.00. */
const aWrongCharge = async (amount: number, currency = 'usd') => {
  const made = await anOrderOnStripe({ shop, stripe });
  Object.assign(made.intent, { status: 'succeeded', amount, amount_received: amount, currency });
  await verify(made.paymentId);
  const [discrepancy] = await discrepancies();
  expect(discrepancy).toMatchObject({ kind: 'wrong_charge', reference: made.intent.id });
  return { ...made, discrepancy: there(discrepancy) };
};
/** Sends the events that Stripe posts about the newest refund of a charge, which the shop requested. */
const postRefundEvents = async (intentId: string) => {
  const refund = there(stripe.refundList.findLast((one) => one.payment_intent === intentId));
  const charge = { object: 'charge', id: `ch_${intentId}`, payment_intent: intentId, amount_refunded: refund.amount };
  const events = [stripe.sign({ type: 'refund.created', object: { ...refund } }), stripe.sign({ type: 'charge.refunded', object: charge })];
  const ends: string[] = [];
  for (const event of events) ends.push(await post(event));
  return { refund, ends };
};

describe('the refund of a wrong charge', () => {
  it.each([
    ['more than was asked for', 10_300, 'usd'],
    ['less than was asked for', 9_900, 'usd'],
    ['another currency', 10_000, 'chf'],
  ])('the refund of a wrong charge (%s) is not listed again, whichever way the provider reports it', async (_, amount, currency) => {
    const { order, intent, discrepancy } = await aWrongCharge(amount, currency);
    expect(await resolve(discrepancy, 'refund')).toEqual({ resolved: true });
    expect((await postRefundEvents(intent.id)).ends).toEqual(['applied', 'applied']);
    await reconcileRecords(shop.core);
    await letPass(shop.core, 16);
    await retryGatewayEvents(shop.core);
    expect(await discrepancies()).toEqual([]);
    expect(await read(order)).toMatchObject({ payments: [{ status: 'failed', refunds: [] }] });
  });

  it('the refund of the excess of an accepted charge reduces nothing in the order', async () => {
    const { order, intent, discrepancy } = await aWrongCharge(10_300);
    expect(await resolve(discrepancy, 'accept')).toEqual({ resolved: true });
    const { refund, ends } = await postRefundEvents(intent.id);
    expect([refund.amount, ends]).toEqual([300, ['applied', 'applied']]);
    await reconcileRecords(shop.core);
    await letPass(shop.core, 16);
    await retryGatewayEvents(shop.core);
    expect(await discrepancies()).toEqual([]);
    expect(await read(order)).toMatchObject({ paymentStatus: 'captured', payments: [{ refundedCents: 0, refunds: [] }] });
    const notes = await sql`select 1 from credit_notes n join invoices v on v.id = n.invoice_id where v.order_id = ${order.id}`.execute(
      shop.core.db,
    );
    expect(notes.rows).toEqual([]);
  });

  it('the refund of a wrong charge that fails later is listed for staff, because the shop has the money again', async () => {
    const { intent, discrepancy } = await aWrongCharge(10_300);
    expect(await resolve(discrepancy, 'refund')).toEqual({ resolved: true });
    const { refund } = await postRefundEvents(intent.id);
    const [failed] = stripe.dashboard.failRefund(refund.id).events;
    expect(await post(there(failed))).toBe('conflicting');
    const [listed] = await discrepancies();
    expect(listed).toMatchObject({ kind: 'conflicting_event', detail: expect.stringContaining('has failed') as string });
    expect(await resolve(there(listed), 'dismiss')).toEqual({ resolved: true });
  });
});

it('the refund of an unknown charge is not listed again', async () => {
  const { intent } = await anOrderOnStripe({ shop, stripe }, 'pm_card_visa');
  const stranger = { ...structuredClone(intent), id: `pi_stranger_${intent.id}`, metadata: {} };
  stripe.intents.set(stranger.id, stranger);
  expect(await post(stripe.event('payment_intent.succeeded', stranger.id))).toBe('waiting');
  await letPass(shop.core, 16);
  expect(await retryGatewayEvents(shop.core)).toMatchObject({ unresolved: 1 });
  const [unknown] = await discrepancies();
  expect(unknown).toMatchObject({ kind: 'unknown_charge', reference: stranger.id });
  expect(await resolve(there(unknown), 'refund')).toEqual({ resolved: true });
  expect((await postRefundEvents(stranger.id)).ends).toEqual(['ignored', 'ignored']);
  await reconcileRecords(shop.core);
  expect(await discrepancies()).toEqual([]);
});

it('a payment whose provider answers with the charge of another one keeps its order open until staff dismiss it', async () => {
  const paid = await anOrderOnStripe({ shop, stripe }, 'pm_card_visa');
  const open = await anOrderOnStripe({ shop, stripe });
  stripe.distort(({ status, body }) => ({
    status,
    text: JSON.stringify({ ...(body as object), id: paid.intent.id, status: 'succeeded', amount_received: 10_000, metadata: {} }),
  }));
  await verify(open.paymentId);
  await letPass(shop.core, 31);
  await expireOrders(shop.core);
  expect(await read(open.order)).toMatchObject({ status: 'pending' });
  const [undecided] = await discrepancies();
  expect(undecided).toMatchObject({ kind: 'undecided_charge', id: open.paymentId });
  expect(await resolve(there(undecided), 'dismiss')).toEqual({ resolved: true });
  expect(await read(open.order)).toMatchObject({ payments: [{ status: 'voided' }] });
  expect(await read(paid.order)).toMatchObject({ paymentStatus: 'captured' });
});
