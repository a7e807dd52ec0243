/** The client against the real API, with network failures between them. */
import { createServer, type ShopServer } from '@cartwright/api';
import { aProduct, aStaffMember, anAddress, createTestShop, password, unique, variantOf, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCartwright, memoryStore, type CartwrightOptions } from '../src/index.ts';
import { errorOf, recordingFetch, type Interfere } from './recording-fetch.ts';
import { collect } from './stub-shop.ts';

let shop: TestShop;
let server: ShopServer;
let baseUrl: string;
let aheadMs = 0;
beforeAll(async () => {
  shop = await createTestShop({}, { clock: { now: () => new Date(Date.now() + aheadMs) } });
  const settings = { host: '127.0.0.1', port: 0, corsOrigins: [], trustProxy: 0, metricsToken: null, rateLimitFactor: 100 };
  server = createServer(shop.core, settings);
  baseUrl = await server.listen();
});
afterAll(async () => {
  await server.close();
  await shop.close();
});
beforeEach(() => {
  aheadMs = 0;
});

const pollOptions = { timeout: 20_000 };
/** A client, and the number of its calls by procedure. */
const clientOf = (options: Partial<CartwrightOptions> = {}, interfere?: Interfere) => {
  const network = recordingFetch(interfere);
  return { client: createCartwright({ baseUrl, ...options, fetch: network.fetch }), countOf: network.countOf };
};
/** A guest with one unit in a cart. */
const aFilledCart = async (options: Partial<CartwrightOptions> = {}, interfere?: Interfere) => {
  const made = clientOf(options, interfere);
  const product = await aProduct(shop.core);
  const { cart } = await made.client.carts.create();
  const line = { cartId: cart.id, variantId: variantOf(product).id, quantity: 1 };
  await made.client.carts.addItem(line);
  const order = {
    cartId: cart.id,
    email: `ada-${unique()}@example.com`,
    shippingAddress: anAddress,
    payment: { token: 'tok_success' },
    acceptAnyTotal: true as const,
  };
  return { ...made, cart, line, order };
};
/** Locks a cart, so that every change of it waits. Returns a function that unlocks it. */
const lockCart = async (cartId: string): Promise<() => Promise<void>> => {
  const locked = Promise.withResolvers<void>();
  const end = Promise.withResolvers<void>();
  const holding = shop.core.database.kysely.transaction().execute(async (db) => {
    await db.selectFrom('carts').select('id').where('id', '=', cartId).forUpdate().execute();
    locked.resolve();
    await end.promise;
  });
  await locked.promise;
  return async () => {
    end.resolve();
    await holding;
  };
};

describe('a session', () => {
  it('ten calls with an expired token refresh the session once, and all succeed', async () => {
    const { client, countOf } = clientOf();
    const { email } = await aStaffMember(shop.core);
    await client.signIn({ email, password });
    aheadMs = 16 * 60_000;
    const answers = await Promise.all(Array.from({ length: 10 }, () => client.auth.me()));
    expect(new Set(answers.map((me) => me.email))).toEqual(new Set([email]));
    expect(countOf('auth.refresh')).toBe(1);
  });

  it('a session is refreshed again when the answer of the refresh is lost', async () => {
    const { email } = await aStaffMember(shop.core);
    const { client, countOf } = clientOf({}, (path, count) => {
      if (path === 'auth.refresh' && count === 1) throw new TypeError('The connection was reset');
      return undefined;
    });
    await client.signIn({ email, password });
    aheadMs = 16 * 60_000;
    expect(await client.auth.me()).toMatchObject({ email });
    expect(countOf('auth.refresh')).toBe(2);
    expect(await client.isSignedIn()).toBe(true);
  });

  it('a session that was ended elsewhere signs the client out with an error', async () => {
    const store = memoryStore();
    const { client } = clientOf({ store });
    const { email } = await aStaffMember(shop.core);
    await client.signIn({ email, password });
    const stored = await store.load();
    if (!stored?.session) throw new Error('The session was not stored');
    await createCartwright({ baseUrl, auth: stored.session }).signOut();
    aheadMs = 16 * 60_000;
    expect(await errorOf(client.auth.me())).toMatchObject({ status: 401, retry: 'never' });
    expect(await client.isSignedIn()).toBe(false);
  });
});

describe('a mutation', () => {
  it('a checkout whose answer is lost is sent again and returns the one order as a replay', async () => {
    const { client, order, countOf } = await aFilledCart({}, (path, count) => {
      if (path === 'checkout.complete' && count === 1) throw new TypeError('The connection was reset');
      return undefined;
    });
    const { data, replayed } = await client.checkout.complete.withResponse(order);
    expect({ label: data.label, replayed, sent: countOf('checkout.complete') }).toEqual({ label: 'Paid', replayed: true, sent: 2 });
    const orders = await shop.core.db.selectFrom('orders').select('id').where('id', '=', data.id).execute();
    expect(orders).toHaveLength(1);
    expect(await client.orders.get({ orderId: data.id })).toMatchObject({ orderNumber: data.orderNumber });
  });

  it('a mutation that times out is sent again with its key and takes effect once', async () => {
    const { client, cart, line, countOf } = await aFilledCart({ retries: 50 });
    const unlock = await lockCart(cart.id);
    const adding = client.carts.addItem(line, { timeoutMs: 250 });
    await expect.poll(() => countOf('carts.addItem'), pollOptions).toBeGreaterThan(2);
    await unlock();
    expect((await adding).items).toMatchObject([{ quantity: 2 }]);
  });

  it('an aborted mutation ends for its caller at once', async () => {
    const { client, cart, line } = await aFilledCart();
    const unlock = await lockCart(cart.id);
    const end = new AbortController();
    const adding = errorOf(client.carts.addItem(line, { signal: end.signal }));
    end.abort();
    expect(await adding).toMatchObject({ code: 'ABORTED', retry: 'never' });
    await unlock();
  });

  it('a mutation without retries throws TIMEOUT after its timeout', async () => {
    const { client, cart, line } = await aFilledCart({ retries: 0 });
    const unlock = await lockCart(cart.id);
    expect(await errorOf(client.carts.addItem(line, { timeoutMs: 100 }))).toMatchObject({ code: 'TIMEOUT', retry: 'safe', status: 0 });
    await unlock();
  });

  it('a refused call throws its code, its wrong fields and its request id', async () => {
    const { client, line } = await aFilledCart();
    expect(await errorOf(client.carts.addItem({ ...line, quantity: 0 }))).toMatchObject({ code: 'INVALID_QUANTITY', status: 400 });
    expect(await errorOf(client.carts.addItem({ ...line, quantity: 500 }))).toMatchObject({ code: 'INSUFFICIENT_STOCK', status: 409 });
    const { requestId, fields } = await errorOf(client.products.list({ pageSize: 1_000 }));
    expect({ requestId, fields }).toMatchObject({ requestId: expect.stringMatching(/.{8,}/), fields: [{ path: 'pageSize' }] });
  });
});

describe('a list', () => {
  it('iterate reads a list to its end, over pages and over cursors', async () => {
    const tag = `walk-${unique()}`;
    const made = await Promise.all(Array.from({ length: 5 }, () => aProduct(shop.core, { tags: [tag] })));
    const { client, countOf } = clientOf();
    const seen = await collect(client.products.iterate({ tag, pageSize: 2 }));
    expect(seen.map(({ id }) => id).toSorted()).toEqual(made.map(({ id }) => id).toSorted());
    expect(countOf('products.list')).toBe(3);
    const { email } = await aStaffMember(shop.core);
    await client.signIn({ email, password });
    const events = await collect(client.events.iterate({ name: 'product.created', limit: 2 }));
    expect(events.map(({ aggregateId }) => aggregateId)).toEqual(expect.arrayContaining(made.map(({ id }) => id)));
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });
});
