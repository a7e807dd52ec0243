/** Open feeds and downloads end when their caller loses access. */
import { setTimeout as pause } from 'node:timers/promises';
import { contract, type FlashSaleId, type Session } from '@cartwright/contracts';
import { authenticate } from '@cartwright/core/accounts';
import { createFlashSale } from '@cartwright/core/flash-sales';
import { system } from '@cartwright/core/kernel';
import { createCartwright, type Cartwright, type CartwrightError } from '@cartwright/sdk';
import { aCustomer, aProduct, aStaffMember, password, unique, variantOf } from '@cartwright/testing';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOpenResponses } from '../src/http/open-responses.ts';
import { bearer, startLiveShop, type LiveShop } from './live-shop.ts';

let live: LiveShop;
const clock = { ahead: 0, now: () => new Date(Date.now() + clock.ahead) };
beforeAll(async () => {
  live = await startLiveShop({ feedCheckMs: 100 }, { clock });
});
afterAll(() => live.close());

const signedIn = async (kind: 'customer' | 'admin') => {
  const { email } = kind === 'customer' ? await aCustomer(live.shop.core) : await aStaffMember(live.shop.core, kind);
  const { body } = await live.rest('POST', '/auth/login', { body: { email, password } });
  const { user, tokens } = body as unknown as Session;
  return { client: createCartwright({ baseUrl: live.url, auth: tokens }), userId: user.id, tokens };
};
const setUser = (userId: string, change: string) => sql.raw(`update users set ${change} where id = '${userId}'`).execute(live.shop.core.db);

/** The callbacks of a feed that a test uses. */
interface Handlers {
  onData: (item: unknown) => void;
  onConnected: () => void;
}
/** Opens a feed; `ended` is the error that ended it. */
const openFeed = async (open: (handlers: Handlers) => { done: Promise<void>; close(): void }) => {
  const connected = Promise.withResolvers<void>();
  let connections = 0;
  const seen: unknown[] = [];
  const feed = open({
    onData: (item: unknown) => seen.push(item),
    onConnected: () => {
      connections += 1;
      connected.resolve();
    },
  });
  const ended = feed.done.then(
    () => null,
    (error: CartwrightError) => ({ code: error.code, retry: error.retry, connections }),
  );
  await connected.promise;
  return { seen, ended, close: () => feed.close() };
};
const eventsOf = (client: Cartwright) => openFeed((handlers) => client.events.live({}, handlers));
const aSale = async (waitingRoom = false): Promise<FlashSaleId> => {
  const product = await aProduct(live.shop.core, { stock: 5 });
  const sale = await createFlashSale(
    live.shop.core,
    system('test'),
    contract.flashSales.create.input.parse({
      name: `Drop ${unique()}`,
      startsAt: new Date(Date.now() + (waitingRoom ? 3_600_000 : -60_000)).toISOString(),
      endsAt: new Date(Date.now() + 7_200_000).toISOString(),
      waitingRoom,
      items: [{ variantId: variantOf(product).id, units: 1, salePriceCents: 100, limitPerCustomer: 1 }],
    }),
  );
  return sale.id;
};

describe('the event feed', () => {
  it('the event feed ends with INVALID_TOKEN and is not reopened when its caller signs out elsewhere', async () => {
    const { client, tokens } = await signedIn('admin');
    const feed = await eventsOf(client);
    await live.rest('POST', '/auth/logout', { headers: bearer(tokens.accessToken), body: {} });
    expect(await feed.ended).toEqual({ code: 'INVALID_TOKEN', retry: 'never', connections: 1 });
  });

  it('the event feed ends with FORBIDDEN when its caller loses the scope, and can be opened when the scope is back', async () => {
    const { client, userId } = await signedIn('admin');
    const feed = await eventsOf(client);
    await setUser(userId, `role = 'support'`);
    expect(await feed.ended).toEqual({ code: 'FORBIDDEN', retry: 'never', connections: 1 });
    await setUser(userId, `role = 'admin'`);
    (await eventsOf(client)).close();
  });

  it('the event feed ends with ACCOUNT_INACTIVE when the account is suspended', async () => {
    const { client, userId } = await signedIn('admin');
    const feed = await eventsOf(client);
    await setUser(userId, `account_status = 'suspended'`);
    expect(await feed.ended).toMatchObject({ code: 'ACCOUNT_INACTIVE', retry: 'never', connections: 1 });
  });

  it('the event feed ends when a refresh token is used twice, because that ends the session', async () => {
    const { client, tokens } = await signedIn('admin');
    const feed = await eventsOf(client);
    const refresh = () => live.rest('POST', '/auth/refresh', { body: { refreshToken: tokens.refreshToken } });
    await refresh();
    await sql`update refresh_tokens set used_at = used_at - interval '1 minute' where used_at is not null`.execute(live.shop.core.db);
    expect((await refresh()).body).toMatchObject({ code: 'REFRESH_REUSED' });
    expect(await feed.ended).toMatchObject({
      code: expect.stringMatching(/^(INVALID_TOKEN|REFRESH_REUSED)$/),
      retry: 'never',
      connections: 1,
    });
  });
});

it('a feed continues when the access token expires while the session is active', async () => {
  const { client } = await signedIn('admin');
  const feed = await eventsOf(client);
  clock.ahead = 60 * 60_000;
  await aProduct(live.shop.core);
  await expect.poll(() => feed.seen.length, { timeout: 20_000 }).toBeGreaterThan(0);
  for (let n = 0; n < 3; n += 1) {
    const before = feed.seen.length;
    await aProduct(live.shop.core);
    await expect.poll(() => feed.seen.length, { timeout: 20_000 }).toBeGreaterThan(before);
  }
  clock.ahead = 0;
  feed.close();
  expect(await feed.ended).toBeNull();
});

it('the metrics feed of a sale ends when its reader loses the role', async () => {
  const saleId = await aSale();
  const { client, userId } = await signedIn('admin');
  const feed = await openFeed((handlers) => client.flashSales.watch({ saleId }, handlers));
  await expect.poll(() => feed.seen.length, { timeout: 20_000 }).toBe(1);
  await setUser(userId, `role = 'customer'`);
  expect(await feed.ended).toMatchObject({ code: 'FORBIDDEN', connections: 1 });
});

it('the waiting room feed ends when its session ends', async () => {
  const saleId = await aSale(true);
  const { client, userId } = await signedIn('customer');
  const { ticket } = await client.flashSales.join({ saleId });
  const feed = await openFeed((handlers) => client.flashSales.follow({ saleId, ticket }, handlers));
  await sql`update sessions set revoked_at = now(), revoked_reason = 'test' where user_id = ${userId}`.execute(live.shop.core.db);
  expect(await feed.ended).toMatchObject({ code: 'INVALID_TOKEN', connections: 1 });
});

it('a large download stops when its reader loses the scope, and the downloads of others continue', async () => {
  const { core } = live.shop;
  const actorOf = async (): Promise<Awaited<ReturnType<typeof authenticate>>> => authenticate(core, await live.token('admin'));
  const [leaver, stayer] = [await actorOf(), await actorOf()];
  const answers = createOpenResponses(core, 50);
  const rows = async function* (signal: AbortSignal) {
    for (let n = 0; ; n += 1) {
      yield n;
      await pause(5, undefined, { signal }).catch(() => undefined);
    }
  };
  const access = { scope: 'orders:read' } as const;
  const stays = await answers.guard({ actor: stayer, access }, undefined, rows);
  await stays.next();
  const leaves = await answers.guard({ actor: leaver, access }, undefined, rows);
  await leaves.next();
  await sql`update users set role = 'customer' where id = ${leaver.userId}`.execute(core.db);
  await expect(
    (async () => {
      for await (const _ of leaves);
    })(),
  ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect((await stays.next()).done).toBe(false);
  await stays.return();
});
