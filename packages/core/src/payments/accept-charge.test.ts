/** A wrong charge pays its order or is refunded: never both, in any order of decisions by staff and the provider. */
import { contract, type OrderId } from '@cartwright/contracts';
import {
  aCheckout,
  aGuestCart,
  aProduct,
  aShopOnStripe,
  checkOut,
  createStripePurchases,
  letPass,
  moneyFaults,
  payByStripe,
  race,
  there,
  unique,
} from '@cartwright/testing';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { retryPayment } from '../checkout/index.ts';
import { system } from '../kernel/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';
import { editOrder, payEdit } from '../order-edits/index.ts';
import { getOrder } from '../orders/index.ts';
import { acceptCharge, returnCharge } from './decide-discrepancy.ts';
import { listDiscrepancies, reconcileRecords, resolveDiscrepancy, retryGatewayEvents } from './index.ts';

const staff = system('test');
const { shop, stripe, post } = await aShopOnStripe();
afterEach(() => {
  stripe.distort(null);
  stripe.delayRefunds(false);
});

/** A pending order over 42.00 for which Stripe took 43.00. */
const overcharged = async () => {
  const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core, { priceCents: 4_200 }), 1]]);
  const email = `buyer-${unique()}@example.com`;
  const payment = contract.checkout.complete.input.shape.payment.parse({ provider: 'stripe', token: 'pm_card_visa' });
  stripe.distort(moneyFaults['more than was asked for']);
  await expect(checkOut(shop.core, guest, { ...aCheckout(cart, { email }), payment })).rejects.toMatchObject({ code: 'PAYMENT_DECLINED' });
  stripe.distort(null);
  const intent = there([...stripe.intents.values()].at(-1));
  intent.amount = 4_300;
  intent.amount_received = 4_300;
  const item = there((await listDiscrepancies(shop.core, staff)).items.find(({ reference }) => reference === intent.id));
  const orderId = there<OrderId>(item.orderId);
  return {
    id: item.id,
    guest,
    orderId,
    intent,
    decide: (action: 'ask' | 'refund' | 'accept') =>
      resolveDiscrepancy(shop.core, staff, { kind: 'wrong_charge', id: item.id, action, note: 'seen in the dashboard' }),
    /** The newest refund of the charge at Stripe. */
    lastRefund: () => there(stripe.refundList.findLast((refund) => refund.payment_intent === intent.id)),
    actions: async () => (await listDiscrepancies(shop.core, staff)).items.find(({ id }) => id === item.id)?.actions,
    status: async () => (await getOrder(shop.core, staff, { orderId })).status,
  };
};

describe('a charge of more than requested', () => {
  it('a wrong charge cannot be accepted once its refund was requested', async () => {
    const { intent, decide, actions, status } = await overcharged();
    expect(await actions()).toEqual(['ask', 'refund', 'accept', 'dismiss']);
    stripe.delayRefunds(true);
    expect(await decide('refund')).toEqual({ resolved: false });
    expect(await actions()).toEqual(['ask', 'refund', 'dismiss']);
    await expect(decide('accept')).rejects.toMatchObject({ code: 'ACTION_NOT_AVAILABLE' });
    expect(await status()).toBe('pending');
    there(stripe.refundList.find((refund) => refund.payment_intent === intent.id)).status = 'succeeded';
    expect(await decide('ask')).toEqual({ resolved: true });
    expect(stripe.refunds.get(intent.id)).toBe(4_300);
    expect(await status()).toBe('pending');
  });

  it('a wrong charge that is being refunded does not pay its order, although the provider then reports the right amount', async () => {
    const { intent, decide, status } = await overcharged();
    stripe.delayRefunds(true);
    expect(await decide('refund')).toEqual({ resolved: false });
    intent.amount = 4_200;
    intent.amount_received = 4_200;
    await post(stripe.event('payment_intent.succeeded', intent.id));
    expect(await status()).toBe('pending');
    await decide('ask');
    expect(await status()).toBe('pending');
  });

  it('a wrong charge can be accepted again after the provider has refused its refund', async () => {
    const { intent, decide, actions, lastRefund, status } = await overcharged();
    stripe.delayRefunds(true);
    expect(await decide('refund')).toEqual({ resolved: false });
    stripe.dashboard.failRefund(lastRefund().id);
    await expect(decide('ask')).rejects.toMatchObject({ code: 'REFUND_REFUSED' });
    expect(await actions()).toEqual(['ask', 'refund', 'accept', 'dismiss']);
    expect(await status()).toBe('pending');
    stripe.delayRefunds(false);
    expect(await decide('accept')).toEqual({ resolved: true });
    expect([await status(), stripe.refunds.get(intent.id)]).toEqual(['confirmed', 100]);
  });

  it('a wrong charge is refunded by a second refund after the first one has failed, and a late event of the first changes nothing', async () => {
    const { intent, decide, lastRefund } = await overcharged();
    stripe.delayRefunds(true);
    expect(await decide('refund')).toEqual({ resolved: false });
    const [failed] = stripe.dashboard.failRefund(lastRefund().id).events;
    await expect(decide('ask')).rejects.toMatchObject({ code: 'REFUND_REFUSED' });
    stripe.delayRefunds(false);
    expect(await decide('refund')).toEqual({ resolved: true });
    expect(stripe.refunds.get(intent.id)).toBe(4_300);
    expect(await post(there(failed))).toBe('applied');
    await reconcileRecords(shop.core);
    expect((await listDiscrepancies(shop.core, staff)).items.filter(({ reference }) => reference === intent.id)).toEqual([]);
  });

  it('a refund of a wrong charge that fails before the shop has recorded it is listed for staff', async () => {
    const { intent, decide, lastRefund } = await overcharged();
    stripe.delayRefunds(true);
    expect(await decide('refund')).toEqual({ resolved: false });
    lastRefund().status = 'succeeded';
    const { failure_reason: _, ...succeeded } = lastRefund();
    const [failed] = stripe.dashboard.failRefund(lastRefund().id).events;
    expect(await post(there(failed))).toBe('waiting');
    // The answer that the refund has succeeded arrives late.
    stripe.distort(({ status, body }) => ({
      status,
      text: JSON.stringify({ ...(body as object), data: [{ ...succeeded, status: 'succeeded' }] }),
    }));
    expect(await decide('ask')).toEqual({ resolved: true });
    stripe.distort(null);
    await letPass(shop.core, 1);
    await retryGatewayEvents(shop.core);
    const listed = (await listDiscrepancies(shop.core, staff)).items.find(({ reference }) => reference === intent.id);
    expect(listed).toMatchObject({ kind: 'conflicting_event', detail: expect.stringContaining('has failed') as string });
    const { kind, id } = there(listed);
    await resolveDiscrepancy(shop.core, staff, { kind, id, action: 'dismiss', note: 'given back in the dashboard' });
  });

  it('only one of two discrepancies of one charge can be refunded, and the other can pay nothing', async () => {
    const { id, decide, actions, intent, status } = await overcharged();
    const { rows } = await sql<{ id: string }>`
      insert into payment_discrepancies (id, kind, payment_id, reference, asked_cents, asked_currency, said_cents, said_currency)
      select gen_random_uuid(), kind, payment_id, reference, asked_cents, asked_currency, said_cents + 100, said_currency
      from payment_discrepancies where id = ${id} returning id`.execute(shop.core.db);
    const other = (action: 'refund' | 'accept' | 'dismiss') =>
      resolveDiscrepancy(shop.core, staff, { kind: 'wrong_charge', id: there(rows[0]).id, action, note: 'the same charge' });
    stripe.delayRefunds(true);
    expect(await decide('refund')).toEqual({ resolved: false });
    for (const action of ['refund', 'accept'] as const) await expect(other(action)).rejects.toMatchObject({ code: 'ACTION_NOT_AVAILABLE' });
    stripe.dashboard.completeRefund(there(stripe.refundList.at(-1)).id);
    expect(await decide('ask')).toEqual({ resolved: true });
    expect(await actions()).toBeUndefined();
    expect([await status(), stripe.refunds.get(intent.id)]).toEqual(['pending', 4_300]);
    expect(await other('dismiss')).toEqual({ resolved: true });
  });

  it('a wrong charge cannot be accepted while the buyer pays its order another way', async () => {
    const { decide, actions, guest, orderId, status } = await overcharged();
    const payment = contract.checkout.complete.input.shape.payment.parse({ provider: 'stripe', token: 'pm_processing' });
    const again = contract.checkout.retryPayment.input.parse({ orderId, payment });
    expect(await retryPayment(shop.core, guest, again, { idempotencyKey: unique() })).toMatchObject({ status: 'pending' });
    expect(await actions()).toEqual(['ask', 'refund', 'dismiss']);
    await expect(decide('accept')).rejects.toMatchObject({ code: 'ACTION_NOT_AVAILABLE' });
    expect(await decide('refund')).toEqual({ resolved: true });
    expect(await status()).toBe('pending');
  });

  it('a wrong charge is either accepted or refunded when many staff decide differently at once', async () => {
    const { intent, decide, status } = await overcharged();
    const { won, defects } = await race(100, (i) => decide(i % 2 === 0 ? 'refund' : 'accept'));
    expect(defects).toEqual([]);
    expect(won.length).toBeGreaterThan(0);
    expect([await status(), stripe.refunds.get(intent.id)]).toEqual(
      (await status()) === 'confirmed' ? ['confirmed', 100] : ['pending', 4_300],
    );
  });

  type Overcharged = Awaited<ReturnType<typeof overcharged>>;
  /** A payment of another order that Stripe has not decided about. */
  const anotherPayment = async () => {
    const { orderId, paymentId } = await createStripePurchases({ shop, stripe }).buy('pm_processing');
    return { orderId, paymentId };
  };
  const situations: Record<string, (wrong: Overcharged) => Promise<unknown>> = {
    'nothing else has happened': async () => undefined,
    'its order is cancelled': ({ orderId }) => cancelOrder(shop.core, staff, { orderId }),
    'the buyer has paid another way': async ({ guest, orderId }) => {
      const payment = contract.checkout.complete.input.shape.payment.parse({ provider: 'stripe', token: 'pm_card_visa' });
      const again = contract.checkout.retryPayment.input.parse({ orderId, payment });
      await retryPayment(shop.core, guest, again, { idempotencyKey: unique() });
    },
    'its payment was replaced': ({ orderId }) =>
      sql`update payments set superseded_at = now() where order_id = ${orderId}`.execute(shop.core.db),
    'its refund was requested': async ({ decide }) => {
      stripe.delayRefunds(true);
      await decide('refund');
    },
    'too little was charged': ({ id }) => sql`update payment_discrepancies set said_cents = 4100 where id = ${id}`.execute(shop.core.db),
    'another currency was charged': ({ id }) =>
      sql`update payment_discrepancies set said_currency = 'CHF' where id = ${id}`.execute(shop.core.db),
    'another payment has its charge': async ({ orderId, intent }) => {
      const { paymentId } = await anotherPayment();
      await sql`update payments set gateway_reference = null where order_id = ${orderId}`.execute(shop.core.db);
      await sql`update payments set gateway_reference = ${intent.id} where id = ${paymentId}`.execute(shop.core.db);
    },
  };
  const refusals = ['CHARGE_IN_USE', 'CHARGE_ALREADY_REFUNDED', 'CHARGE_AMOUNT_MISMATCH', 'ORDER_NOT_PAYABLE'];
  const isRefused = (call: Promise<unknown>): Promise<boolean> =>
    call.then(
      () => false,
      ({ code }: { readonly code?: string }) => refusals.includes(code ?? ''),
    );

  it.each(Object.keys(situations))('a wrong charge offers staff no action that is refused when %s', async (name) => {
    for (const [action, act] of [
      ['accept', acceptCharge],
      ['refund', returnCharge],
    ] as const) {
      const wrong = await overcharged();
      await there(situations[name])(wrong);
      const offered = (await wrong.actions())?.includes(action) === true;
      expect([action, offered]).toEqual([action, !(await isRefused(act(shop.core, staff, wrong.id, 'decided')))]);
      stripe.delayRefunds(false);
    }
  });

  it('a charge of more than an edit costs can be accepted for the edit, and the excess is refunded', async () => {
    const { buy, resolve } = createStripePurchases({ shop, stripe });
    const { orderId, read } = await buy();
    const { updatedAt: expectedUpdatedAt, items } = await read();
    await editOrder(shop.core, staff, { orderId, expectedUpdatedAt, lines: [{ variantId: there(items[0]).variantId, quantity: 2 }] });
    const page = there([...stripe.intents.values()].at(-1));
    stripe.distort(moneyFaults['more than was asked for']);
    const paid = payEdit(shop.core, staff, { orderId, payment: payByStripe('pm_card_visa') });
    await expect(paid).rejects.toMatchObject({ code: 'PAYMENT_DECLINED' });
    stripe.distort(null);
    const intent = there([...stripe.intents.values()].at(-1));
    expect(intent).not.toBe(page);
    Object.assign(intent, { amount: 4_300, amount_received: 4_300 });
    const { items: listed } = await listDiscrepancies(shop.core, staff, { orderId });
    const wrong = there(listed.find(({ kind }) => kind === 'wrong_charge'));
    expect(wrong.actions).toContain('accept');
    expect(await resolve('wrong_charge', wrong.id, 'accept')).toEqual({ resolved: true });
    expect(await read()).toMatchObject({ itemCount: 2, totalCents: 8_400, edits: [{ status: 'applied' }] });
    expect(stripe.refunds.get(intent.id)).toBe(100);
  });
});
