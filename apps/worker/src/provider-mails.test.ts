/** Refunds that a payment provider makes on its own, that fail, and those of wrong charges: which mails the buyer gets. */
import { system } from '@cartwright/core/kernel';
import { refundPayment, resolveDiscrepancy, verifyPayment } from '@cartwright/core/payments';
import { aShopOnStripe, anOrderOnStripe, mailAbout, mailsAbout, settlePayments, there } from '@cartwright/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorker, type ShopWorker } from './index.ts';

type Sold = Awaited<ReturnType<typeof anOrderOnStripe>>;
type Order = Sold['order'];
const staff = system('test');
const { shop, stripe, post, read, discrepancies } = await aShopOnStripe({ settle: settlePayments });
let worker: ShopWorker;
beforeAll(async () => {
  worker = await startWorker(shop.core, { staleAfterSeconds: 1 });
});
// Hooks run in reverse order: the worker ends before the shop.
afterAll(() => worker.close());

const sold = () => anOrderOnStripe({ shop, stripe }, 'pm_card_visa');
/** Expects that these mails were sent about an order, and no other. */
const expectMails = async (order: Pick<Order, 'id'>, ...names: readonly string[]) =>
  expect(await mailsAbout(shop.core, order)).toEqual(names.toSorted());
const mailOf = (order: Order, template: string) => mailAbout(shop.core, order, template);
const refund = (paymentId: Sold['paymentId'], amountCents: number) =>
  refundPayment(shop.core, staff, { paymentId, amountCents, reason: 'scratched' });
const postAll = async (events: readonly Parameters<typeof post>[0][]) => {
  for (const event of events) await post(event);
};

it('a buyer gets one mail about a refund that was made in the dashboard of the provider', async () => {
  const { order, intent } = await sold();
  await postAll(stripe.dashboard.refund(intent.id, { amount: 4_000 }).events);
  expect(await read(order)).toMatchObject({ paymentStatus: 'partially_refunded' });
  await expectMails(order, 'order_confirmation', 'order_refunded');
  expect((await mailOf(order, 'order_refunded')).text).toContain('We refund $40.00 to your payment method');
});

it('a buyer gets one mail about a refund that failed and later succeeded', async () => {
  const { order, paymentId } = await sold();
  stripe.delayRefunds(true);
  await refund(paymentId, 2_500);
  stripe.delayRefunds(false);
  const { id, ...object } = there(stripe.refundList.at(-1));
  await postAll(stripe.dashboard.failRefund(id).events);
  expect(await read(order)).toMatchObject({ payments: [{ refunds: [{ status: 'failed' }] }] });
  stripe.refunds.set(object.payment_intent, object.amount);
  await postAll(stripe.dashboard.completeRefund(id).events);
  expect(await read(order)).toMatchObject({ payments: [{ refundedCents: 2_500, refunds: [{ status: 'processed' }] }] });
  await expectMails(order, 'order_confirmation', 'order_refunded');
  expect((await mailOf(order, 'order_refunded')).text).toContain('We refund $25.00');
});

it('a buyer gets a mail of its own about the refund that staff make after one that failed for good', async () => {
  const { order, paymentId } = await sold();
  await refund(paymentId, 10_000);
  await postAll(stripe.dashboard.failRefund(there(stripe.refundList.at(-1)).id).events);
  await expectMails(order, 'order_confirmation', 'order_refunded');
  await refund(paymentId, 10_000);
  await expectMails(order, 'order_confirmation', 'order_refunded', 'order_refunded');
});

it.each([
  ['usd', 9_900, '$99.00'],
  ['chf', 10_000, 'CHF'],
])('a buyer of whom a wrong amount was charged gets one mail with the refund of that charge (%s %d)', async (currency, amount, shown) => {
  const { order, intent, paymentId } = await anOrderOnStripe({ shop, stripe });
  Object.assign(intent, { status: 'succeeded', amount, amount_received: amount, currency });
  await verifyPayment(shop.core, staff, { paymentId });
  await expectMails(order, 'payment_failed');
  const { text } = await mailOf(order, 'payment_failed');
  expect(text).toContain('the payment provider charged a different amount');
  expect(text).not.toContain('You were not charged');
  const { kind, id } = there((await discrepancies()).find((one) => one.reference === intent.id));
  await resolveDiscrepancy(shop.core, staff, { kind, id, action: 'refund', note: 'looked up in the dashboard' });
  await expectMails(order, 'payment_failed', 'payment_returned');
  expect((await mailOf(order, 'payment_returned')).text).toMatch(/charged a wrong amount[\s\S]*We refund/);
  expect((await mailOf(order, 'payment_returned')).text).toContain(shown);
});
