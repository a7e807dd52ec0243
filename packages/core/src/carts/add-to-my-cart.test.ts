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
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { getStockLevel } from '../inventory/index.ts';
import { system } from '../kernel/index.ts';
import { addToMyCart, createCart, getMyCart, listActiveCarts, removeFromMyCart } from './index.ts';

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

it('an addition is refused as BUSY when carts are closed again and again while it waits for them, and a repeat succeeds', async () => {
  const variantId = variantOf(await aProduct(shop.core)).id;
  const customer = await aCustomer(shop.core);
  const [kept, ...carts] = await Promise.all(Array.from({ length: 6 }, () => createCart(shop.core, customer, {})));
  const { pool, kysely } = shop.core.database;
  const closing = await Promise.all(
    carts.map(async ({ cart }, i) => {
      await kysely
        .updateTable('carts')
        .set({ updatedAt: new Date(Date.now() + i * 1_000) })
        .where('id', '=', cart.id)
        .execute();
      const client = await pool.connect();
      await client.query('begin');
      await client.query(`update carts set status = 'merged', merged_into = $1 where id = $2`, [kept?.cart.id, cart.id]);
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      return { client, pid: there(rows[0]).pid };
    }),
  );
  const adding = addToMyCart(shop.core, customer, { variantId, quantity: 1 }).catch((error: unknown) => error);
  for (const { client, pid } of closing.toReversed()) {
    const waiting = sql`select 1 from pg_stat_activity where ${pid} = any(pg_blocking_pids(pid))`;
    await expect.poll(async () => (await waiting.execute(kysely)).rows.length, { timeout: 20_000 }).toBeGreaterThan(0);
    await client.query('commit');
    client.release();
  }
  expect(await adding).toMatchObject({ code: 'BUSY', details: { retryAfterSeconds: 1 } });
  expect(await addToMyCart(shop.core, customer, { variantId, quantity: 1 })).toMatchObject({ id: kept?.cart.id, items: [{ quantity: 1 }] });
});
