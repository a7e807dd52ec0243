import { orderStatuses, type OrderStatus } from '@cartwright/contracts';
import { aCheckout, aGuestCart, aPaidOrder, aProduct, checkOut, aConsistentShop, race } from '@cartwright/testing';
import { describe, expect, it } from 'vitest';
import { cancelOrder } from '../order-cancellations/index.ts';
import { system, transact } from '../kernel/index.ts';
import { deliverOrder, getOrder, lockOrder, mayBecome, orderTransitions, shipOrder } from './index.ts';
import { nextOrderNumbers, scramble } from './order-number.ts';
import type { StatusStep } from './order.state.ts';
import { changeOrderStatus } from './order.store.ts';

const shop = await aConsistentShop();
const staff = system('test');

/** An order brought to a status by the shop's own use-cases. */
const orderIn = async (status: OrderStatus) => {
  const product = await aProduct(shop.core);
  if (status === 'pending') {
    const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
    return checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_late' }));
  }
  const { order } = await aPaidOrder(shop.core, product);
  if (status === 'cancelled') return cancelOrder(shop.core, staff, { orderId: order.id });
  if (status === 'confirmed') return order;
  const shipped = await shipOrder(shop.core, staff, { orderId: order.id, carrier: 'DHL', trackingNumber: '1' });
  return status === 'shipped' ? shipped : deliverOrder(shop.core, staff, { orderId: order.id });
};
const legal: readonly string[] = [
  'pending > confirmed',
  'pending > cancelled',
  'confirmed > shipped',
  'confirmed > cancelled',
  'shipped > delivered',
  'shipped > cancelled',
];
const pairs = orderStatuses.flatMap((from) => orderStatuses.map((to) => [from, to] as const));

describe('the states of an order', () => {
  it('an order has six allowed status changes', () => {
    expect(pairs.filter(([from, to]) => mayBecome(from, to)).map(([from, to]) => `${from} > ${to}`)).toEqual(
      orderStatuses.flatMap((from) => orderTransitions[from].map((to) => `${from} > ${to}`)),
    );
    expect(
      pairs
        .filter(([from, to]) => mayBecome(from, to))
        .map(([from, to]) => `${from} > ${to}`)
        .toSorted(),
    ).toEqual(legal.toSorted());
  });

  it.each(orderStatuses)('every other status change from %s is refused and changes nothing', async (from) => {
    const order = await orderIn(from);
    expect(order.status).toBe(from);
    for (const to of orderStatuses) {
      if (legal.includes(`${from} > ${to}`) || to === 'pending') continue;
      const step: StatusStep = to === 'cancelled' ? { to, reason: 'staff' } : { to };
      const tried = transact(shop.core, async (tx) => changeOrderStatus(tx, await lockOrder(tx, order.id), step, staff));
      await expect(tried).rejects.toMatchObject({ code: 'INVALID_TRANSITION', details: { from, to } });
    }
    expect((await getOrder(shop.core, staff, { orderId: order.id })).status).toBe(from);
  });
});

describe('order numbers', () => {
  it('five thousand order numbers from fifty concurrent writers are unique', async () => {
    const { won, defects } = await race(50, () => transact(shop.core, (tx) => nextOrderNumbers(tx, 100)));
    expect(defects).toEqual([]);
    const numbers = won.flat();
    expect(new Set(numbers).size).toBe(5000);
    for (const number of numbers) expect(number).toMatch(/^ORD-\d{8}-[0-9A-HJKMNP-TV-Z]{4}$/);
  });

  it('the last characters of order numbers repeat after a million at the earliest', () => {
    const seen = new Uint8Array(2 ** 20);
    const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    for (let n = 0; n < 2 ** 20; n += 1) {
      let place = 0;
      for (const character of scramble(n)) place = place * 32 + alphabet.indexOf(character);
      seen[place] = 1;
    }
    expect(seen.every((mark) => mark === 1)).toBe(true);
  });
});
