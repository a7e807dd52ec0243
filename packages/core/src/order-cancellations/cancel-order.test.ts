import {
  aConsistentShop,
  aCheckout,
  aGuestCart,
  anOrder,
  aPaidOrder,
  aProduct,
  aStaffMember,
  checkOut,
  letPass,
  race,
} from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { getProduct } from '../catalog/index.ts';
import { expireCartHolds } from '../inventory/index.ts';
import { system } from '../kernel/index.ts';
import { getOrder, shipOrder } from '../orders/index.ts';
import { cancelOrder, expireOrders } from './index.ts';

const shop = await aConsistentShop();
const availableOf = async (productId: string) => (await getProduct(shop.core, system('test'), { id: productId })).available;

describe('cancelling and expiring orders', () => {
  it('a paid order that staff cancel is refunded and restocked and gets a credit note', async () => {
    const staff = await aStaffMember(shop.core);
    const product = await aProduct(shop.core, { stock: 4 });
    const { order } = await aPaidOrder(shop.core, product, 3);
    const cancelled = await cancelOrder(shop.core, staff, { orderId: order.id, note: 'found a scratch' });
    expect(cancelled).toMatchObject({ status: 'cancelled', cancellationReason: 'staff', paymentStatus: 'refunded', label: 'Refunded' });
    expect(await availableOf(product.id)).toBe(4);
    expect(await shop.core.db.selectFrom('credit_notes').select('totalCents').execute()).toEqual([{ totalCents: order.totalCents }]);
  });

  it('the timeline says in words why an order was cancelled, or shows the note of staff', async () => {
    const staff = await aStaffMember(shop.core);
    const product = await aProduct(shop.core, { stock: 5 });
    const reasonOf = (order: Awaited<ReturnType<typeof cancelOrder>>) => order.timeline.find(({ title }) => title === 'Cancelled')?.detail;
    const cancelPaid = async (note?: string) =>
      reasonOf(await cancelOrder(shop.core, staff, { orderId: (await aPaidOrder(shop.core, product)).order.id, ...(note && { note }) }));
    expect(await cancelPaid()).toBe('By staff');
    expect(await cancelPaid('found a scratch')).toBe('found a scratch');
    const { guest, order } = await anOrder(shop.core, [[product, 1]], { token: 'tok_3ds' });
    expect(reasonOf(await cancelOrder(shop.core, guest, { orderId: order.id }))).toBe('By the customer');
  });

  it('a buyer can cancel an order until it is paid, and not afterwards', async () => {
    const product = await aProduct(shop.core);
    const { guest, order } = await aPaidOrder(shop.core, product);
    await expect(cancelOrder(shop.core, guest, { orderId: order.id })).rejects.toMatchObject({ code: 'INVALID_TRANSITION' });
    const stranger = await aGuestCart(shop.core, []);
    await expect(cancelOrder(shop.core, stranger.guest, { orderId: order.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const unpaid = await anOrder(shop.core, [[product, 1]], { token: 'tok_3ds' });
    await cancelOrder(shop.core, unpaid.guest, { orderId: unpaid.order.id });
    await expect(cancelOrder(shop.core, unpaid.guest, { orderId: unpaid.order.id })).rejects.toMatchObject({
      code: 'INVALID_TRANSITION',
      message: expect.stringMatching(/^Order ORD-\S+ is cancelled and cannot become cancelled again\. This status is final\.$/),
    });
  });

  it('an expired order releases its stock after its undecided charge is cancelled at the provider', async () => {
    const product = await aProduct(shop.core, { stock: 1 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    const order = await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_late' }));
    expect(order.status).toBe('pending');
    expect(await expireOrders(shop.core)).toBe(0);
    await letPass(shop.core, 31);
    expect(await expireOrders(shop.core)).toBe(1);
    expect(await getOrder(shop.core, guest, { orderId: order.id })).toMatchObject({
      status: 'cancelled',
      label: 'Expired',
      paymentStatus: 'voided',
    });
    expect(await availableOf(product.id)).toBe(1);
  });

  it('an expired order whose payment turns out to be captured is confirmed', async () => {
    const product = await aProduct(shop.core, { stock: 1 });
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    const order = await checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_timeout' }));
    await letPass(shop.core, 31);
    expect(await expireOrders(shop.core)).toBe(0);
    expect(await getOrder(shop.core, guest, { orderId: order.id })).toMatchObject({ status: 'confirmed', label: 'Paid' });
  });

  it('concurrent cancelling and shipping of an order are each valid or refused, and one of them succeeds', async () => {
    const staff = await aStaffMember(shop.core);
    const product = await aProduct(shop.core, { stock: 5 });
    const { order } = await aPaidOrder(shop.core, product);
    const { won, refused, defects } = await race(2, (i) =>
      i === 0
        ? cancelOrder(shop.core, staff, { orderId: order.id })
        : shipOrder(shop.core, staff, { orderId: order.id, carrier: 'DHL', trackingNumber: '1' }),
    );
    expect(defects).toEqual([]);
    // A shipped order can still be cancelled, which expects a return, so both may succeed one after the other.
    expect(won.length + (refused['INVALID_TRANSITION'] ?? 0)).toBe(2);
    expect(won.length).toBeGreaterThan(0);
  });

  it('concurrent sweeps release each hold of an abandoned cart once', async () => {
    const product = await aProduct(shop.core, { stock: 3 });
    await aGuestCart(shop.core, [[product, 3]]);
    await letPass(shop.core, 16);
    const ended = await Promise.all([expireCartHolds(shop.core), expireCartHolds(shop.core), expireCartHolds(shop.core)]);
    expect(ended.reduce((a, b) => a + b, 0)).toBe(1);
    expect(await availableOf(product.id)).toBe(3);
  });

  it('an expired hold never causes a refusal, even when no sweep runs', async () => {
    const product = await aProduct(shop.core, { stock: 2 });
    await aGuestCart(shop.core, [[product, 2]]);
    await expect(aGuestCart(shop.core, [[product, 1]])).rejects.toMatchObject({ code: 'INSUFFICIENT_STOCK', details: { available: 0 } });
    await letPass(shop.core, 16);
    const { cart } = await aGuestCart(shop.core, [[product, 2]]);
    expect(cart.items[0]?.quantity).toBe(2);
  });
});
