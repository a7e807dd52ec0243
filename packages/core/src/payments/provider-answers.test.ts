/** Whatever a provider answers, the order and its hold end in time, and staff can list and resolve what is left. */
import {
  aCheckout,
  aCurrency,
  aGuestCart,
  aKey,
  aProduct,
  aShopOnStripe,
  checkOut,
  letPass,
  moneyFaults,
  shapeFaults,
  there,
  variantOf,
  type AnswerFault,
} from '@cartwright/testing';
import { contract, formatMoney, type Order, type OrderId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { afterEach, describe, expect, it } from 'vitest';
import { retryPayment } from '../checkout/index.ts';
import { cancelOrder, expireOrders } from '../order-cancellations/index.ts';
import { system, transact, type GuestActor } from '../kernel/index.ts';
import { getOrder } from '../orders/index.ts';
import {
  catchUpGatewayEvents,
  listDiscrepancies,
  listPaymentsForOrder,
  reconcilePayments,
  refundPayment,
  resolveDiscrepancy,
  settleCharge,
  verifyPayment,
} from './index.ts';

const staff = system('test');
const { shop, stripe, post } = await aShopOnStripe({
  // An answer of 30 MB takes time on a busy machine; no test here depends on a time-out.
  config: { gatewayTimeoutMs: 30_000 },
});
afterEach(() => stripe.distort(null));

interface Bought {
  readonly guest: GuestActor;
  readonly orderId: OrderId;
  readonly paymentId: Order['payments'][number]['id'];
  readonly intent: NonNullable<ReturnType<typeof stripe.intents.get>>;
  /** Free units of the one variant; it had five. */
  free(): Promise<number>;
  read(): Promise<Order>;
  payment(): Promise<Awaited<ReturnType<typeof listPaymentsForOrder>>['items'][number]>;
}

const payBy = (token: string) => contract.checkout.complete.input.shape.payment.parse({ provider: 'stripe', token });

/** An order of 42.00 for one of five units, with a charge requested at Stripe; the call may have been refused. */
const buy = async (token = 'pm_card_visa', refusal?: object): Promise<Bought> => {
  const product = await aProduct(shop.core, { priceCents: 4_200, stock: 5 });
  const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
  const call = checkOut(shop.core, guest, { ...aCheckout(cart), payment: payBy(token) });
  if (refusal) await expect(call).rejects.toMatchObject(refusal);
  else await call;
  const { rows } = await sql<{ orderId: OrderId; paymentId: Bought['paymentId'] }>`
    select o.id as "orderId", p.id as "paymentId" from orders o join payments p on p.order_id = o.id where o.cart_id = ${cart.id}`.execute(
    shop.core.db,
  );
  const { orderId, paymentId } = there(rows[0]);
  const { id: variantId } = variantOf(product);
  return {
    guest,
    orderId,
    paymentId,
    intent: there([...stripe.intents.values()].find((intent) => intent.metadata['payment_id'] === paymentId)),
    free: async () => {
      const { rows: levels } = await sql<{
        free: number;
      }>`select on_hand - reserved as free from stock_levels where variant_id = ${variantId}`.execute(shop.core.db);
      return there(levels[0]).free;
    },
    read: () => getOrder(shop.core, staff, { orderId }),
    payment: async () => there((await listPaymentsForOrder(shop.core, staff, { orderId })).items.find(({ id }) => id === paymentId)),
  };
};
const listed = async () => (await listDiscrepancies(shop.core, staff)).items;
const listedOf = async ({ orderId }: Pick<Bought, 'orderId'>) => (await listed()).filter((item) => item.orderId === orderId);
const resolve = (kind: Awaited<ReturnType<typeof listed>>[number]['kind'], id: string, action: 'ask' | 'refund' | 'accept' | 'dismiss') =>
  resolveDiscrepancy(shop.core, staff, { kind, id, action, note: 'looked up in the dashboard' });
const faultsOf = (faults: Readonly<Record<string, AnswerFault>>) => Object.entries(faults);
/** Sets the call of the payment further back than a call may take, so that it can be cancelled. */
const endCalls = () => sql`update payments set called_at = called_at - interval '1 minute' where status = 'pending'`.execute(shop.core.db);

describe('an unreadable answer about a charge', () => {
  it.each(faultsOf(shapeFaults))(
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
    const again = contract.checkout.retryPayment.input.parse({ orderId: second.orderId, payment: payBy('pm_card_visa') });
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

/** Makes the wrong amount the real one at Stripe. */
const chargeAtStripe = ({ intent }: Bought, amount: number, currency = 'usd'): void =>
  void Object.assign(intent, { amount, amount_received: amount, currency });
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
      const again = contract.checkout.retryPayment.input.parse({ orderId: bought.orderId, payment: payBy('pm_card_visa') });
      expect(await retryPayment(shop.core, bought.guest, again, { idempotencyKey: aKey() })).toMatchObject({ status: 'confirmed' });
      expect((await listedOf(bought)).filter(({ kind }) => kind === 'wrong_charge')).toEqual([]);
    },
  );

  it.each(wrongCharges)(
    "a charge of %s that is found by verification, reconciliation or cancellation does not keep the order's hold",
    async (_, amount, currency) => {
      const ways: ((bought: Bought) => Promise<unknown>)[] = [
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
        code: 'PROVIDER_ANSWER_INVALID',
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

describe('an unreadable answer about a refund', () => {
  const refund = ({ paymentId }: Bought, amountCents = 1_000) =>
    refundPayment(shop.core, staff, { paymentId, amountCents, reason: 'scratched' });

  it.each(faultsOf(shapeFaults))(
    'an answer about a refund with %s leaves it pending until the provider answers again',
    async (_, fault) => {
      const bought = await buy();
      stripe.distort(fault);
      const { id, status } = await refund(bought);
      expect(status).toBe('pending');
      expect(await listedOf(bought)).toMatchObject([
        { kind: 'undecided_refund', id, actions: ['ask', 'accept', 'dismiss'], detail: expect.stringMatching(/cannot be/) as string },
      ]);
      expect(await resolve('undecided_refund', id, 'ask')).toEqual({ resolved: false });
      stripe.distort(null);
      expect(await resolve('undecided_refund', id, 'ask')).toEqual({ resolved: true });
      expect(await bought.payment()).toMatchObject({ status: 'partially_refunded', refundedCents: 1_000 });
      expect(stripe.refunds.get(bought.intent.id)).toBe(1_000);
    },
  );

  it.each([
    ['less than was asked for', 900, 900],
    ['more than was asked for', 1_100, 1_100],
    ['another currency', 1_000, 1_000],
  ] as const)(
    'a refund of %s is not recorded until staff accept it, and then counts at its own amount where the currency allows',
    async (fault, said, recorded) => {
      const bought = await buy();
      stripe.distort(moneyFaults[fault]);
      const { status } = await refund(bought);
      expect(status).toBe('pending');
      const [item] = await listedOf(bought);
      expect(item).toMatchObject({
        kind: 'wrong_refund',
        amountCents: 1_000,
        currency: 'USD',
        providerAmountCents: said,
        actions: ['ask', 'accept', 'dismiss'],
      });
      expect(await resolve('wrong_refund', there(item).id, 'accept')).toEqual({ resolved: true });
      expect(await bought.payment()).toMatchObject({ status: 'partially_refunded', refundedCents: recorded });
      stripe.distort(null);
      expect(await refund(bought, 4_200 - recorded - 100)).toMatchObject({ status: 'processed' });
    },
  );

  it('an accepted refund of more than the payment has left counts up to what is left', async () => {
    const bought = await buy();
    stripe.distort(moneyFaults['more than was asked for']);
    await refund(bought, 4_200);
    const [item] = await listedOf(bought);
    expect(await resolve('wrong_refund', there(item).id, 'accept')).toEqual({ resolved: true });
    expect(await bought.payment()).toMatchObject({ status: 'refunded', refundedCents: 4_200 });
  });

  it('a wrong refund can be dismissed as not made, and is settled by a right answer', async () => {
    const bought = await buy();
    stripe.distort(moneyFaults['less than was asked for']);
    await refund(bought);
    const [first] = await listedOf(bought);
    expect(await resolve('wrong_refund', there(first).id, 'dismiss')).toEqual({ resolved: true });
    expect(await bought.payment()).toMatchObject({ status: 'captured', refundedCents: 0 });
    await refund(bought, 500);
    const [second] = await listedOf(bought);
    stripe.distort(null);
    expect(await resolve('wrong_refund', there(second).id, 'ask')).toEqual({ resolved: true });
    expect(await bought.payment()).toMatchObject({ status: 'partially_refunded', refundedCents: 500 });
  });
});

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
