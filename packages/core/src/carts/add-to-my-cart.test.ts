import {
  aCheckout,
  aCustomer,
  aProduct,
  aStaffMember,
  checkOut,
  createTestShop,
  race,
  there,
  variantOf,
  type TestShop,
} from '@cartwright/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { getStockLevel } from '../inventory/index.ts';
import { system } from '../kernel/index.ts';
import { addToMyCart, getMyCart, listActiveCarts, removeFromMyCart } from './index.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await createTestShop();
});
afterAll(() => shop.close());

it('twenty concurrent additions of an account without a cart create one cart', async () => {
  const customer = await aCustomer(shop.core);
  const variantId = variantOf(await aProduct(shop.core, { stock: 50 })).id;
  const { won, refused, defects } = await race(20, () => addToMyCart(shop.core, customer, { variantId, quantity: 2 }));
  expect([won.length, refused, defects]).toEqual([20, {}, []]);
  const { cart } = await getMyCart(shop.core, customer);
  expect(cart?.items).toMatchObject([{ variantId, quantity: 40 }]);
  const { items } = await listActiveCarts(shop.core, await aStaffMember(shop.core), { page: 1, pageSize: 50 });
  expect(items.filter(({ userId }) => userId === customer.userId)).toHaveLength(1);
});

it("adding to my cart reuses the account's cart and requires a signed-in customer", async () => {
  const customer = await aCustomer(shop.core);
  const [one, two] = [variantOf(await aProduct(shop.core)).id, variantOf(await aProduct(shop.core)).id];
  const first = await addToMyCart(shop.core, customer, { variantId: one, quantity: 1 });
  const second = await addToMyCart(shop.core, customer, { variantId: two, quantity: 1 });
  expect([second.id, second.items.length]).toEqual([first.id, 2]);
  const itemId = there(second.items[0]?.id);
  const stranger = await aCustomer(shop.core);
  await expect(removeFromMyCart(shop.core, stranger, { itemId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await addToMyCart(shop.core, stranger, { variantId: one, quantity: 1 });
  await expect(removeFromMyCart(shop.core, stranger, { itemId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await removeFromMyCart(shop.core, customer, { itemId })).items).toMatchObject([{ variantId: two }]);
  expect(await getStockLevel(shop.core, system('test'), { variantId: one })).toMatchObject({ reserved: 1 });
  await expect(addToMyCart(shop.core, { kind: 'guest', cartToken: null }, { variantId: one, quantity: 1 })).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
  });
});

it('units that are added while the cart is being ordered go into the next cart', async () => {
  const variantId = variantOf(await aProduct(shop.core, { stock: 1_000 })).id;
  for (let round = 0; round < 5; round += 1) {
    const customer = await aCustomer(shop.core);
    const cart = await addToMyCart(shop.core, customer, { variantId, quantity: 1 });
    let answered = false;
    const ordering = checkOut(shop.core, customer, aCheckout(cart)).finally(() => (answered = true));
    const adding = Array.from({ length: 3 }, async () => {
      while (!answered) await addToMyCart(shop.core, customer, { variantId, quantity: 1 });
    });
    const [, ...added] = await Promise.allSettled([ordering, ...adding]);
    expect(added).toEqual(adding.map(() => ({ status: 'fulfilled', value: undefined })));
    const { cart: next } = await getMyCart(shop.core, customer);
    expect(next?.items).toMatchObject([{ variantId }]);
  }
});
