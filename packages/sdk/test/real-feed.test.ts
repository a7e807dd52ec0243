/** Live feeds of the real API, by the client's own reader and by tRPC's client on top of it. */
import { createServer, type ShopServer } from '@cartwright/api';
import { aProduct, aStaffMember, createTestShop, password, unique, type TestShop } from '@cartwright/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createCartwright, type Cartwright } from '../src/index.ts';

let shop: TestShop;
let server: ShopServer;
let baseUrl: string;
let client: Cartwright;
beforeAll(async () => {
  shop = await createTestShop();
  server = createServer(shop.core, { host: '127.0.0.1', port: 0, corsOrigins: [], trustProxy: 0, metricsToken: null });
  baseUrl = await server.listen();
  client = createCartwright({ baseUrl });
  const { email } = await aStaffMember(shop.core);
  await client.signIn({ email, password });
});
afterAll(async () => {
  await server.close();
  await shop.close();
});

const created = { name: 'product.created' } as const;
const aNewProduct = async (): Promise<string> => (await aProduct(shop.core, { name: `New ${unique()}` })).id;

it('goes on after a lost connection where it was: nothing missed, nothing twice', async () => {
  const seen: string[] = [];
  const lost: string[] = [];
  const connected = Promise.withResolvers<void>();
  const feed = client.events.live(created, {
    onConnected: () => connected.resolve(),
    onData: ({ aggregateId }) => seen.push(aggregateId),
    onLost: ({ code }) => lost.push(code),
  });
  await connected.promise;
  const before = await aNewProduct();
  await expect.poll(() => seen, { timeout: 20_000 }).toContain(before);
  server.server.closeAllConnections();
  const between = await aNewProduct();
  await expect.poll(() => seen, { timeout: 20_000 }).toContain(between);
  feed.close();
  await feed.done;
  expect({ seen, lost }).toEqual({ seen: [before, between], lost: ['UNREACHABLE'] });
});

it('goes on after a connection that was lost before the first event: what happened meanwhile is shown once', async () => {
  const lost = Promise.withResolvers<void>();
  const happened = Promise.withResolvers<void>();
  let connections = 0;
  const held = createCartwright({
    baseUrl,
    fetch: async (target, init) => {
      // The second connection is made after the event.
      if (connections === 1) await happened.promise;
      return fetch(target, init);
    },
  });
  const { email } = await aStaffMember(shop.core);
  await held.signIn({ email, password });
  const seen: string[] = [];
  const feed = held.events.live(created, {
    onConnected: () => (connections += 1),
    onData: ({ aggregateId }) => seen.push(aggregateId),
    onLost: () => lost.resolve(),
  });
  await expect.poll(() => connections, { timeout: 20_000 }).toBe(1);
  server.server.closeAllConnections();
  await lost.promise;
  const between = await aNewProduct();
  happened.resolve();
  await expect.poll(() => connections, { timeout: 20_000 }).toBe(2);
  const after = await aNewProduct();
  await expect.poll(() => seen, { timeout: 20_000 }).toEqual([between, after]);
  feed.close();
  await feed.done;
});

it('begins after the event it is told, in this process or a later one', async () => {
  const first = await aNewProduct();
  const second = await aNewProduct();
  const { items } = await client.events.list(created);
  const lastEventId = items.find(({ aggregateId }) => aggregateId === first)?.id;
  for await (const event of client.events.live({ ...created, lastEventId })) {
    expect(event.aggregateId).toBe(second);
    break;
  }
});

it("reaches tRPC's client too, with the ids to resume by", async () => {
  const latest = await aNewProduct();
  const { items } = await client.events.list(created);
  const lastEventId = items.find(({ aggregateId }) => aggregateId === latest)?.id;
  const arrived = Promise.withResolvers<{ id: string; data: { id: string; aggregateId: string } }>();
  const subscription = client.raw.events.live.subscribe(
    { ...created, lastEventId },
    { onData: (item) => arrived.resolve(item), onError: (error) => arrived.reject(error) },
  );
  const made = await aNewProduct();
  const { id, data } = await arrived.promise;
  subscription.unsubscribe();
  expect(data).toMatchObject({ id, aggregateId: made });
});

it('is refused to those who may not see it, with the reason', async () => {
  const refused = createCartwright({ baseUrl }).events.live(created, { onData: () => undefined });
  await expect(refused.done).rejects.toMatchObject({ code: 'UNAUTHENTICATED', status: 401, retry: 'never' });
});
