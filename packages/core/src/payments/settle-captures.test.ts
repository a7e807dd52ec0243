/** A capture means the same whether it is settled alone, in a batch with others, or accepted by staff. */
import { contract, type PaymentId } from '@cartwright/contracts';
import { aCheckout, aCurrency, aGuestCart, aKey, aProduct, checkOut, createTestShop, there, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { retryPayment } from '../checkout/index.ts';
import { system, transact, type ChargeOutcome } from '../kernel/index.ts';
import { cancelOrder } from '../order-cancellations/index.ts';
import { editOrder, payEdit } from '../order-edits/index.ts';
import { getOrder } from '../orders/index.ts';
import { settleCharge, settleOutcome, type Settlement } from './settle-charge.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());
const staff = system('test');

/** A pending order over 20.00 whose charge the provider is processing. */
const anUndecidedOrder = async () => {
  const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core, { priceCents: 2_000 }), 1]]);
  const order = await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_late' }));
  const { id: paymentId } = there(order.payments[0]);
  return { guest, order, paymentId, outcome: capture(paymentId, order.totals.totalCents) };
};
type Undecided = Pick<Awaited<ReturnType<typeof anUndecidedOrder>>, 'order' | 'paymentId' | 'outcome'>;
const capture = (reference: string, capturedCents: number): Extract<ChargeOutcome, { status: 'captured' }> => ({
  status: 'captured',
  reference: `ch_${reference}`,
  capturedCents,
  currency: aCurrency('USD'),
});
const settle = ({ paymentId, outcome }: Settlement) => transact(shop.core, (tx) => settleCharge(tx, paymentId, outcome));

const situations: Record<string, () => Promise<Undecided>> = {
  'an order waits for it': anUndecidedOrder,
  'the amount is wrong': async () => {
    const one = await anUndecidedOrder();
    return { ...one, outcome: { ...one.outcome, capturedCents: 1_999 } };
  },
  'it was recorded before': async () => {
    const one = await anUndecidedOrder();
    await settle(one);
    return one;
  },
  'it is a second charge': async () => {
    const one = await anUndecidedOrder();
    await settle(one);
    return { ...one, outcome: { ...one.outcome, reference: `${one.outcome.reference}-second` } };
  },
  'it is the charge of another payment': async () => {
    const [one, other] = [await anUndecidedOrder(), await anUndecidedOrder()];
    await settle(other);
    return { ...one, outcome: other.outcome };
  },
  'its payment was declined first': async () => {
    const one = await anUndecidedOrder();
    const { paymentId, outcome } = one;
    await settle({ paymentId, outcome: { status: 'declined', reference: outcome.reference, code: 'no', message: 'no' } });
    return one;
  },
  'its order is cancelled': async () => {
    const one = await anUndecidedOrder();
    const { paymentId, outcome } = one;
    await settle({ paymentId, outcome: { status: 'voided', reference: outcome.reference } });
    await cancelOrder(shop.core, staff, { orderId: one.order.id });
    return one;
  },
  'its order was paid another way': async () => {
    const one = await anUndecidedOrder();
    const { paymentId, outcome } = one;
    await settle({ paymentId, outcome: { status: 'voided', reference: outcome.reference } });
    const input = contract.checkout.retryPayment.input.parse({ orderId: one.order.id, payment: { token: 'tok_success' } });
    await retryPayment(shop.core, one.guest, input, { idempotencyKey: aKey() });
    return one;
  },
  'an edit waits for it': async () => {
    const { order: placed, ...one } = await anUndecidedOrder();
    await settle(one);
    const { id: orderId, updatedAt: expectedUpdatedAt, items } = await getOrder(shop.core, staff, { orderId: placed.id });
    await editOrder(shop.core, staff, { orderId, expectedUpdatedAt, lines: [{ variantId: there(items[0]).variantId, quantity: 3 }] });
    await payEdit(shop.core, staff, contract.orders.payEdit.input.parse({ orderId, payment: { token: 'tok_late' } }));
    const order = await getOrder(shop.core, staff, { orderId });
    const { id: paymentId, amountCents } = there(order.payments.find(({ status }) => status === 'pending'));
    return { order, paymentId, outcome: capture(paymentId, amountCents) };
  },
};

/** What a settlement left, without ids and times. */
const stateOf = async ({
  order: { id: orderId },
  paymentId,
}: {
  readonly order: { readonly id: Undecided['order']['id'] };
  readonly paymentId: PaymentId;
}) => {
  const order = await getOrder(shop.core, staff, { orderId });
  const { db } = shop.core;
  const payment = await db
    .selectFrom('payments')
    .select(['status', 'capturedCents', 'refundClaimedCents', 'failureCode', 'gatewayPhase'])
    .select((eb) => [eb('supersededAt', 'is not', null).as('superseded'), eb('answerProblem', 'is not', null).as('unusable')])
    .where('id', '=', paymentId)
    .executeTakeFirstOrThrow();
  const refunds = await db
    .selectFrom('refunds')
    .select(['amountCents', 'status', 'requestedBy'])
    .where('paymentId', '=', paymentId)
    .execute();
  const discrepancies = await db
    .selectFrom('payment_discrepancies')
    .select(['kind', 'askedCents', 'saidCents', 'resolution'])
    .where('paymentId', '=', paymentId)
    .execute();
  const events = await db
    .selectFrom('outbox_events')
    .select('name')
    .where('aggregateId', 'in', [orderId, paymentId])
    .orderBy('name')
    .execute();
  const { status, totalCents, itemCount, edits } = order;
  const invoices = await db.selectFrom('invoices').select('totalCents').where('orderId', '=', orderId).orderBy('sequence').execute();
  return { status, totalCents, itemCount, edits: edits.map((edit) => edit.status), invoices, payment, refunds, discrepancies, events };
};

it('a capture has the same effect alone and in a batch, whatever it means', async () => {
  const names = Object.keys(situations);
  const make = async () => {
    const made: Undecided[] = [];
    for (const name of names) made.push(await there(situations[name])());
    return made;
  };
  const [alone, together] = [await make(), await make()];
  for (const one of alone) await settle(one);
  await Promise.all(together.map(({ paymentId, outcome }) => settleOutcome(shop.core, { paymentId, outcome })));
  const states = async (all: readonly Undecided[]) =>
    Object.fromEntries(await Promise.all(all.map(async (one, i) => [names[i], await stateOf(one)])));
  const [statesAlone, statesTogether] = [await states(alone), await states(together)];
  expect(statesTogether).toEqual(statesAlone);
  expect(statesAlone).toMatchObject({
    'an order waits for it': { status: 'confirmed', payment: { status: 'captured' }, refunds: [] },
    'the amount is wrong': { status: 'pending', payment: { failureCode: 'wrong_amount' }, discrepancies: [{ saidCents: 1_999 }] },
    'it was recorded before': { status: 'confirmed', refunds: [], discrepancies: [] },
    'it is a second charge': { status: 'confirmed', discrepancies: [{ kind: 'wrong_charge', resolution: null }] },
    'it is the charge of another payment': { status: 'pending', payment: { status: 'pending', unusable: true } },
    'its payment was declined first': { status: 'confirmed', payment: { status: 'captured', failureCode: null } },
    'its order is cancelled': { status: 'cancelled', refunds: [{ amountCents: 2_000 }] },
    'its order was paid another way': { status: 'confirmed', payment: { superseded: true }, refunds: [{ amountCents: 2_000 }] },
    'an edit waits for it': { itemCount: 3, edits: ['applied'], invoices: [{ totalCents: 2_000 }, { totalCents: 4_000 }] },
  });
});
