/** Counts the statements that the HTTP layer adds to a use-case, because round trips to the database take most of the time of a call. */
import { aCheckout, aGuestCart, aKey, aProduct, atMost, checkOut, variantOf } from '@cartwright/testing';
import { addCartItem } from '@cartwright/core/carts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, startLiveShop, type LiveShop } from '../../test/live-shop.ts';

let live: LiveShop;
beforeAll(async () => {
  live = await startLiveShop();
});
afterAll(() => live.close());

const count = async (work: () => Promise<unknown>): Promise<number> => (await live.shop.countQueries(work)).length;
const expectStatus = async (expected: number, ...call: Parameters<LiveShop['rest']>): Promise<void> =>
  expect((await live.rest(...call)).status).toBe(expected);

describe('the HTTP layer', () => {
  it('the HTTP layer adds no statement to a public read', async () => {
    expect(await count(() => expectStatus(200, 'GET', '/ping'))).toBe(0);
    expect(await count(() => expectStatus(400, 'GET', '/products?page=minus'))).toBe(0);
  });

  it('the HTTP layer identifies the caller with at most one statement, also for a batch of calls', async () => {
    const authorization = bearer(await live.token('customer'));
    await expectStatus(200, 'GET', '/ping', { headers: authorization });
    expect(await count(() => expectStatus(200, 'GET', '/ping', { headers: authorization }))).toEqual(atMost(1));
    const three = async () =>
      expect((await fetch(`${live.url}/trpc/system.ping,system.ping,system.ping?batch=1`, { headers: authorization })).status).toBe(200);
    expect(await count(three)).toEqual(atMost(1));
  });

  it('the HTTP layer adds no statement when a guest adds a cart item, and at most two with an idempotency key', async () => {
    const { core } = live.shop;
    const product = await aProduct(core);
    const item = { variantId: variantOf(product).id, quantity: 1 };
    const [plain, overHttp, withKey] = await Promise.all([aGuestCart(core), aGuestCart(core), aGuestCart(core)]);
    const alone = await count(() => addCartItem(core, plain.guest, { cartId: plain.cart.id, ...item }));
    const post = ({ guest, cart }: typeof plain, headers: Record<string, string> = {}) =>
      count(() =>
        expectStatus(201, 'POST', `/carts/${cart.id}/items`, {
          body: item,
          headers: { 'x-cart-token': guest.cartToken ?? '', ...headers },
        }),
      );
    expect(await post(overHttp)).toEqual(atMost(alone));
    expect(await post(withKey, { 'idempotency-key': aKey() })).toEqual(atMost(alone + 2));
  });

  it('the HTTP layer adds no statement to a checkout, which stores its key itself, and answers its repeat with at most three', async () => {
    const { core } = live.shop;
    const product = await aProduct(core);
    const [plain, overHttp] = await Promise.all([aGuestCart(core, [[product, 1]]), aGuestCart(core, [[product, 1]])]);
    const alone = await count(() => checkOut(core, plain.guest, aCheckout(plain.cart), aKey(), '127.0.0.1'));
    const headers = { 'x-cart-token': overHttp.guest.cartToken ?? '', 'idempotency-key': aKey() };
    const body = aCheckout(overHttp.cart);
    expect(await count(() => expectStatus(201, 'POST', '/checkout', { body, headers }))).toEqual(atMost(alone));
    // The third asks whether the order was deleted since.
    expect(await count(() => expectStatus(201, 'POST', '/checkout', { body, headers }))).toEqual(atMost(3));
  });
});
