import { paymentStatuses, refundStatuses } from '@cartwright/contracts';
import { aCheckout, aGuestCart, aPaidOrder, aProduct, checkOut, createTestShop, race, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transact, type Tx } from '../kernel/index.ts';
import { lockOrderOfPayment } from '../orders/index.ts';
import { lockPayment } from './payment.locks.ts';
import { getPaymentRow, type PaymentRow } from './payment.row.ts';
import { paymentTransitions } from './payment.state.ts';
import { closeBeforeCall, liftDispute, openDispute, recordCaptures, recordDecline, recordRefunded, recordVoid } from './payment.store.ts';
import { refundTransitions } from './refund.state.ts';
import { startCall } from './start-calls.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

const aCapturedPayment = async (): Promise<string> => {
  const { order } = await aPaidOrder(shop.core, await aProduct(shop.core));
  return order.payments[0]?.id ?? expect.fail('no payment');
};
const locked = <T>(paymentId: string, act: (tx: Tx, payment: PaymentRow) => Promise<T>): Promise<T> =>
  transact(shop.core, async (tx) => {
    await lockOrderOfPayment(tx, paymentId);
    return act(tx, await lockPayment(tx, paymentId));
  });
const capture = (payment: PaymentRow) => ({
  payment,
  capture: { capturedCents: payment.amountCents, currency: payment.currency, reference: 'ref' },
});

describe('the transition tables of payments and refunds', () => {
  it.each([
    ['payments', paymentStatuses, paymentTransitions],
    ['refunds', refundStatuses, refundTransitions],
  ] as const)('the transitions of %s name every state, reach each, and never return to the first', (_, statuses, table) => {
    const reached = new Set<string>(Object.values(table).flat());
    const [first, ...others] = statuses;
    expect(Object.keys(table).toSorted()).toEqual([...statuses].toSorted());
    expect(reached.has(first)).toBe(false);
    expect(others.filter((status) => !reached.has(status) && status !== 'authorized')).toEqual([]);
  });
});

describe('a payment', () => {
  it('a payment refuses every transition that the table lacks, and stays unchanged', async () => {
    const id = await aCapturedPayment();
    const before = await getPaymentRow(shop.core, id);
    const refused = { code: 'INVALID_TRANSITION', details: { from: 'captured' } };
    await expect(locked(id, (tx, payment) => recordVoid(tx, payment, 'ref'))).rejects.toMatchObject(refused);
    await expect(
      locked(id, (tx, payment) => recordDecline(tx, payment, { reference: null, code: 'no', message: 'no', detail: 'no' })),
    ).rejects.toMatchObject(refused);
    await expect(locked(id, (tx, payment) => recordCaptures(tx, [capture(payment)], false))).rejects.toMatchObject(refused);
    await expect(locked(id, liftDispute)).rejects.toMatchObject(refused);
    expect(await getPaymentRow(shop.core, id)).toEqual(before);
  });

  it('a payment is not changed by a caller that has read an older state', async () => {
    const id = await aCapturedPayment();
    const stale: PaymentRow = { ...(await getPaymentRow(shop.core, id)), status: 'pending' };
    await expect(locked(id, (tx) => recordVoid(tx, stale, 'ref'))).rejects.toThrow('is no longer pending');
    await expect(locked(id, (tx) => recordCaptures(tx, [capture(stale)], false))).rejects.toThrow('another state');
    expect((await getPaymentRow(shop.core, id)).status).toBe('captured');
  });

  it('a payment whose dispute was won has the status of its refunds', async () => {
    const id = await aCapturedPayment();
    await locked(id, (tx, payment) => openDispute(tx, payment));
    await locked(id, liftDispute);
    expect((await getPaymentRow(shop.core, id)).status).toBe('captured');
    await shop.core.database.kysely.updateTable('payments').set({ refundClaimedCents: 1 }).where('id', '=', id).execute();
    await locked(id, (tx, payment) => recordRefunded(tx, payment, 1));
    await locked(id, (tx, payment) => openDispute(tx, payment));
    await locked(id, liftDispute);
    expect((await getPaymentRow(shop.core, id)).status).toBe('partially_refunded');
  });

  it('a payment is either called or cancelled, whichever comes first', async () => {
    for (let n = 0; n < 5; n += 1) {
      const { guest, cart } = await aGuestCart(shop.core, [[await aProduct(shop.core), 1]]);
      const order = await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_late' }));
      const id = order.payments[0]?.id ?? expect.fail('no payment');
      await shop.core.database.kysely.updateTable('payments').set({ gatewayPhase: 'created' }).where('id', '=', id).execute();
      const { won } = await race(2, async (n) =>
        n === 0 ? (await startCall(shop.core, id)) !== null : transact(shop.core, { oneStatement: true }, (tx) => closeBeforeCall(tx, id)),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
    }
  });
});
