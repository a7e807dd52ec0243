import type { TokenPair } from '@cartwright/contracts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ok, refuse, startStubShop, tokens, type StubShop } from '../test/stub-shop.ts';
import { createCartwright, memoryStore, type CartwrightOptions, type StoredTokens } from './index.ts';

let stub: StubShop;
let valid: TokenPair;
beforeEach(async () => {
  stub = await startStubShop();
  valid = tokens();
  stub.on('auth.login', () => ok({ user: { email: 'ada@example.com' }, tokens: valid }));
  stub.on('auth.logout', () => ok({ ok: true }));
  stub.on('auth.refresh', () => {
    valid = tokens();
    return ok(valid);
  });
  stub.on('auth.me', ({ headers }) =>
    headers.authorization === `Bearer ${valid.accessToken}` ? ok({ email: 'ada@example.com' }) : refuse('INVALID_TOKEN'),
  );
});
afterEach(() => stub.close());

const shopOf = (options: Partial<CartwrightOptions> = {}) => createCartwright({ baseUrl: stub.url, ...options });
const credentials = { email: 'ada@example.com', password: 'a long pass phrase' };

it('the client signs in, sends the token and signs out', async () => {
  const shop = shopOf();
  expect(await shop.isSignedIn()).toBe(false);
  expect(await shop.signIn(credentials)).toEqual({ email: 'ada@example.com' });
  expect(await shop.isSignedIn()).toBe(true);
  await shop.auth.me();
  await shop.signOut();
  expect(await shop.isSignedIn()).toBe(false);
  expect(stub.of('auth.logout')).toHaveLength(1);
});

it('ten calls with a refused token cause one refresh', async () => {
  const shop = shopOf();
  await shop.signIn(credentials);
  valid = tokens();
  await Promise.all(Array.from({ length: 10 }, () => shop.auth.me()));
  expect(stub.of('auth.refresh')).toHaveLength(1);
});

it('the client refreshes a token before it expires', async () => {
  valid = tokens(20);
  const shop = shopOf();
  await shop.signIn(credentials);
  await Promise.all([shop.auth.me(), shop.auth.me()]);
  expect(stub.of('auth.refresh')).toHaveLength(1);
  expect(stub.of('auth.me')).toHaveLength(2);
});

it('the client does not refresh a new token early when the local clock is an hour ahead', async () => {
  const issuedAt = Math.floor(Date.now() / 1_000) - 3_600;
  const claims = Buffer.from(JSON.stringify({ iat: issuedAt })).toString('base64url');
  valid = { ...tokens(), accessToken: `e30.${claims}.x`, accessTokenExpiresAt: new Date((issuedAt + 900) * 1_000).toISOString() };
  const shop = shopOf();
  await shop.signIn(credentials);
  await shop.auth.me();
  expect(stub.of('auth.refresh')).toHaveLength(0);
});

it('a refused call is repeated only once after a refresh', async () => {
  stub.on('auth.me', () => refuse('INVALID_TOKEN'));
  const shop = shopOf();
  await shop.signIn(credentials);
  await expect(shop.auth.me()).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  expect(stub.of('auth.me')).toHaveLength(2);
});

it('a refused refresh signs the client out, and an unavailable shop does not', async () => {
  const shop = shopOf({ retries: 0 });
  await shop.signIn(credentials);
  valid = tokens();
  stub.on('auth.refresh', () => refuse('SERVICE_UNAVAILABLE'));
  await expect(shop.auth.me()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  expect(await shop.isSignedIn()).toBe(true);
  stub.on('auth.refresh', () => refuse('REFRESH_REUSED'));
  await expect(shop.auth.me()).rejects.toMatchObject({ code: 'INVALID_TOKEN' });
  expect(await shop.isSignedIn()).toBe(false);
});

it('the client can sign out of a session that has already ended', async () => {
  const shop = shopOf();
  await shop.signIn(credentials);
  stub.on('auth.logout', () => refuse('INVALID_TOKEN'));
  stub.on('auth.refresh', () => refuse('INVALID_TOKEN'));
  await shop.signOut();
  expect(await shop.isSignedIn()).toBe(false);
});

it('the client stays signed out when a refresh is answered after the sign-out', async () => {
  const shop = shopOf();
  await shop.signIn(credentials);
  valid = tokens();
  let arrived = (): void => undefined;
  let release = (): void => undefined;
  const refreshing = new Promise<void>((resolve) => (arrived = resolve));
  const held = new Promise<void>((resolve) => (release = resolve));
  stub.on('auth.refresh', async () => {
    arrived();
    await held;
    return ok(tokens());
  });
  const call = shop.auth.me().catch((error: unknown) => error);
  await refreshing;
  const out = shop.signOut();
  release();
  await Promise.all([call, out]);
  expect(await shop.isSignedIn()).toBe(false);
});

it('clients that share a store refresh only once', async () => {
  const store = memoryStore();
  const [first, second] = [shopOf({ store }), shopOf({ store })];
  await first.signIn(credentials);
  valid = tokens();
  await Promise.all([first.auth.me(), second.auth.me()]);
  expect(stub.of('auth.refresh')).toHaveLength(1);
});

it('the client stores the token of a guest’s cart for later clients', async () => {
  stub.on('carts.create', () => ok({ cart: { id: 'c' }, cartToken: 'ct-1' }));
  stub.on('system.ping', () => ok({ pong: true }));
  const store = memoryStore();
  const reported: StoredTokens[] = [];
  await shopOf({ store, onTokens: (kept) => reported.push(kept) }).carts.create({});
  await shopOf({ store }).system.ping();
  expect(stub.of('system.ping')[0]?.headers['x-cart-token']).toBe('ct-1');
  expect(reported).toMatchObject([{ session: null, cartToken: 'ct-1' }]);
});

it('the client uses the session and cart token of its options, and reports each change to onTokens', async () => {
  const reported: StoredTokens[] = [];
  const shop = shopOf({ auth: valid, cartToken: 'ct-2', onTokens: (kept) => reported.push(kept) });
  await shop.auth.me();
  expect(stub.of('auth.me')[0]?.headers['x-cart-token']).toBe('ct-2');
  valid = tokens();
  await shop.auth.me();
  expect(reported.map(({ session }) => session?.accessToken)).toEqual([expect.stringMatching(/^access-/), valid.accessToken]);
});

it('the client gets the token of each call from a function, and a new one when it is refused', async () => {
  const provided = ['stale', valid.accessToken, valid.accessToken];
  let calls = 0;
  const shop = shopOf({ auth: () => provided[calls++] ?? null });
  expect(await shop.auth.me()).toEqual({ email: 'ada@example.com' });
  expect(stub.of('auth.refresh')).toHaveLength(0);
});

it('the client throws the error of its store', async () => {
  const store = { load: () => null, save: () => Promise.reject(new Error('the disk is full')) };
  await expect(shopOf({ store }).signIn(credentials)).rejects.toThrow('the disk is full');
});
