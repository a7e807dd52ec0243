/** Edits that are paid on Stripe's own page. */
import { contract } from '@cartwright/contracts';
import { aCurrency, aProduct, aStaffMember, aCheckout, aGuestCart, checkOut, aShopOnStripe, variantOf } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';

import { editOrder, payEdit, withdrawEdit } from '../../order-edits/index.ts';
import { getOrder } from '../../orders/index.ts';
import { reconcilePayments } from '../index.ts';
import { createStripeGateway } from './stripe.gateway.ts';

const { shop, stripe, keys, post } = await aShopOnStripe();
const staff = await aStaffMember(shop.core);

const gateway = () => createStripeGateway({ ...keys, timeoutMs: 5000 });
const requestOf = (idempotencyKey: string, amountCents: number, code: string) => ({
  idempotencyKey,
  orderId: 'an-order',
  orderNumber: 'CW-1',
  amountCents,
  currency: aCurrency(code),
  returnUrl: 'https://shop.test/back',
});
/** An order of one mug at 42.00, paid by card, with an edit to two that waits for its payment. */
const aWaitingEdit = async (lost = 0) => {
  const mug = await aProduct(shop.core, { priceCents: 4200 });
  const { guest, cart } = await aGuestCart(shop.core, [[mug, 1]]);
  const payment = contract.checkout.complete.input.shape.payment.parse({ provider: 'stripe', token: 'pm_card_visa' });
  const order = await checkOut(shop.core, guest, { ...aCheckout(cart), payment });
  const lines = contract.orders.previewEdit.input.pick({ lines: true }).parse({ lines: [{ variantId: variantOf(mug).id, quantity: 2 }] });
  const before = stripe.pages.size;
  stripe.loseAnswers(lost);
  await editOrder(shop.core, staff, { orderId: order.id, expectedUpdatedAt: order.updatedAt, ...lines });
  stripe.loseAnswers(0);
  return { orderId: order.id, opened: () => stripe.pages.size - before };
};
const lastPage = () => [...stripe.pages.values()].at(-1) ?? expect.fail('no page was opened');

describe("an edit paid on Stripe's page", () => {
  it('the page of an edit has an address, and its webhook settles the edit once however often it arrives', async () => {
    const { orderId, opened } = await aWaitingEdit();
    const page = lastPage();
    expect((await payEdit(shop.core, staff, { orderId })).action?.url).toBe(page.url);
    expect(opened()).toBe(1);
    expect(page).toMatchObject({ amount_total: 4200, currency: 'usd' });
    const event = stripe.event('payment_intent.succeeded', stripe.payPage(page.id));
    expect((await Promise.all([post(event), post(event)])).toSorted()).toEqual(['applied', 'repeated']);
    await reconcilePayments(shop.core, 0);
    const order = await getOrder(shop.core, staff, { orderId });
    expect(order).toMatchObject({ totalCents: 8400, edits: [{ status: 'applied' }] });
    expect(order.payments.map((p) => [p.purpose, p.amountCents, p.status])).toEqual([
      ['difference', 4200, 'captured'],
      ['order', 4200, 'captured'],
    ]);
  });

  it('withdrawing an edit closes its page without taking money', async () => {
    const { orderId } = await aWaitingEdit();
    const page = lastPage();
    await withdrawEdit(shop.core, staff, { orderId });
    expect(stripe.pages.get(page.id)).toMatchObject({ status: 'expired', payment_intent: null });
    expect(() => stripe.payPage(page.id)).toThrow('Nobody can pay');
    expect(await getOrder(shop.core, staff, { orderId })).toMatchObject({ totalCents: 4200, itemCount: 1 });
  });

  it('a page whose answer was lost is opened once, and found by the same key', async () => {
    const { orderId, opened } = await aWaitingEdit(2);
    expect((await payEdit(shop.core, staff, { orderId })).action?.url).toBe(lastPage().url);
    expect(opened()).toBe(1);
  });

  it.each([{ amount: 4100 }, { currency: 'eur' }])(
    'a page that took another amount or currency, %o, changes nothing in the order and is listed for staff',
    async (changed) => {
      const { orderId } = await aWaitingEdit();
      const intentId = stripe.payPage(lastPage().id, changed);
      expect(await post(stripe.event('payment_intent.succeeded', intentId))).toBe('conflicting');
      expect(await getOrder(shop.core, staff, { orderId })).toMatchObject({ totalCents: 4200, edits: [{ status: 'awaiting_payment' }] });
    },
  );
});

describe('openPage', () => {
  it.each([
    ['JPY', 1500],
    ['KWD', 12_340],
  ])('a page charges %s in its smallest unit and reports the charged amount', async (currency, amountCents) => {
    const opened = await gateway().openPage(requestOf(`page-${currency}`, amountCents, currency));
    expect(await gateway().openPage(requestOf(`page-${currency}`, amountCents, currency))).toEqual(opened);
    const page = lastPage();
    expect(opened).toEqual({ status: 'action', reference: page.id, url: page.url, clientSecret: null });
    expect(page).toMatchObject({ amount_total: amountCents, currency: currency.toLowerCase() });
    const reference = stripe.payPage(page.id);
    const lookup = { idempotencyKey: `page-${currency}`, reference: page.id };
    const taken = { status: 'captured', reference, capturedCents: amountCents, currency };
    expect(await gateway().findCharge(lookup)).toEqual(taken);
    // A payment made meanwhile is not undone by closing the page.
    expect(await gateway().cancelCharge(lookup)).toEqual(taken);
  });
});
