/** Live feeds of the real API, read by the client and by tRPC's client on top of it. */
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

it('a feed resumes after a lost connection and yields each event once', async () => {
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

it('a feed resumes after a connection lost before the first event and yields each missed event once', async () => {
  const lost = Promise.withResolvers<void>();
  const published = Promise.withResolvers<void>();
  let connections = 0;
  const held = createCartwright({
    baseUrl,
    fetch: async (target, init) => {
      // The second connection is made after the event.
      if (connections === 1) await published.promise;
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
  published.resolve();
  await expect.poll(() => connections, { timeout: 20_000 }).toBe(2);
  const after = await aNewProduct();
  await expect.poll(() => seen, { timeout: 20_000 }).toEqual([between, after]);
  feed.close();
  await feed.done;
});

it('a feed begins after the event of lastEventId', async () => {
  const first = await aNewProduct();
  const second = await aNewProduct();
  const { items } = await client.events.list(created);
  const lastEventId = items.find(({ aggregateId }) => aggregateId === first)?.id;
  for await (const event of client.events.live({ ...created, lastEventId })) {
    expect(event.aggregateId).toBe(second);
    break;
  }
});

it('a feed of tRPC’s client yields events with the ids to resume from', async () => {
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

it('a feed rejects with UNAUTHENTICATED for a guest', async () => {
  const refused = createCartwright({ baseUrl }).events.live(created, { onData: () => undefined });
  await expect(refused.done).rejects.toMatchObject({ code: 'UNAUTHENTICATED', status: 401, retry: 'never' });
});
