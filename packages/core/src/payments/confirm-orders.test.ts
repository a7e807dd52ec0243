import { aCheckout, aGuestCart, aProduct, checkOut, createTestShop, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { system, transact, type Actor } from '../kernel/index.ts';
import { getOrder, lockOrder } from '../orders/index.ts';
import { confirmOrders } from './index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

it('orders confirmed in one step have invoices in the given order, and each history names who confirmed it', async () => {
  const product = await aProduct(shop.core, { stock: 10 });
  const place = async () => {
    const { guest, cart } = await aGuestCart(shop.core, [[product, 2]]);
    return checkOut(shop.core, guest, aCheckout(cart, { token: 'tok_late' }));
  };
  const orders = [await place(), await place(), await place()];
  const actors: Actor[] = orders.map((_, i) => system(`till-${i}`));
  await transact(shop.core, async (tx) => {
    const locked = [];
    for (const [i, { id }] of orders.entries()) locked.push({ order: await lockOrder(tx, id), actor: actors[i] ?? expect.fail() });
    await confirmOrders(tx, locked);
  });
  const confirmed = await Promise.all(orders.map(({ id }) => getOrder(shop.core, system('test'), { orderId: id })));
  expect(confirmed.map(({ status }) => status)).toEqual(orders.map(() => 'confirmed'));
  const numbers = confirmed.map(({ invoice }) => invoice?.number ?? expect.fail('no invoice'));
  expect(numbers).toEqual([...new Set(numbers)].toSorted());
  const changes = await shop.core.db
    .selectFrom('order_status_changes')
    .select('actor')
    .where('toStatus', '=', 'confirmed')
    .orderBy('orderId')
    .execute();
  expect(changes.map(({ actor }) => actor)).toEqual(orders.map((_, i) => `system:till-${i}`));
});
