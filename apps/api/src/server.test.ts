import { contract, type ProcedureContract } from '@cartwright/contracts';
import {
  aCheckout,
  aCustomer,
  aGuestCart,
  aKey,
  aProduct,
  aStaffMember,
  createTestShop,
  password,
  variantOf,
  type TestShop,
} from '@cartwright/testing';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { createTRPCClient, httpBatchLink, httpLink, TRPCClientError } from '@trpc/client';
import type { ShopRouter } from '@cartwright/sdk';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { shopRouter, type ShopServerRouter } from './router.ts';
import { createServer, type ShopServer } from './server.ts';

let shop: TestShop;
let server: ShopServer;
let url: string;
beforeAll(async () => {
  shop = await createTestShop();
  server = createServer(shop.core, {
    host: '127.0.0.1',
    port: 0,
    corsOrigins: ['https://shop.example.com'],
    trustProxy: 0,
    metricsToken: null,
  });
  url = await server.listen();
});
afterAll(async () => {
  await server.close();
  await shop.close();
});

const entries = Object.entries(contract).flatMap(([domain, procedures]) =>
  Object.entries(procedures as Record<string, ProcedureContract>).map(([name, entry]) => ({ path: `${domain}.${name}`, entry })),
);
const signIn = async (email: string): Promise<string> => {
  const answer = await fetch(`${url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  return ((await answer.json()) as { tokens: { accessToken: string } }).tokens.accessToken;
};
const rest = async (method: string, path: string, options: { body?: unknown; headers?: Record<string, string> } = {}) => {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method,
    headers: { ...(options.body !== undefined && { 'content-type': 'application/json' }), ...options.headers },
    ...(options.body !== undefined && { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
  });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
};

describe('the contract', () => {
  it('is served whole, with the very schemas it names, and nothing else is served', () => {
    const served = shopRouter._def.procedures as unknown as Record<string, { _def: { type: string; inputs: unknown[]; output?: unknown } }>;
    expect(Object.keys(served).toSorted()).toEqual(entries.map((e) => e.path).toSorted());
    for (const { path, entry } of entries) {
      expect(served[path]?._def.type, path).toBe(entry.kind);
      expect(served[path]?._def.inputs, path).toEqual([entry.input]);
      expect(served[path]?._def.inputs[0], path).toBe(entry.input);
    }
  });

  it('has the types that the server infers', () => {
    expectTypeOf<inferRouterInputs<ShopServerRouter>['checkout']['complete']>().toEqualTypeOf<
      inferRouterInputs<ShopRouter>['checkout']['complete']
    >();
    expectTypeOf<inferRouterOutputs<ShopServerRouter>['orders']['get']>().toEqualTypeOf<inferRouterOutputs<ShopRouter>['orders']['get']>();
    type Same<A, B> = { [K in keyof A & keyof B]: [A[K], B[K]] extends [B[K], A[K]] ? true : K }[keyof A & keyof B];
    type Inputs = [inferRouterInputs<ShopServerRouter>, inferRouterInputs<ShopRouter>];
    type Outputs = [Omit<inferRouterOutputs<ShopServerRouter>, 'events'>, Omit<inferRouterOutputs<ShopRouter>, 'events'>];
    expectTypeOf<Same<Inputs[0], Inputs[1]>>().toEqualTypeOf<true>();
    expectTypeOf<Same<Outputs[0], Outputs[1]>>().toEqualTypeOf<true>();
    expectTypeOf<keyof Inputs[0]>().toEqualTypeOf<keyof Inputs[1]>();
  });

  it('refuses guests with 401 and customers with 403 wherever a scope is asked for', async () => {
    const token = await signIn((await aCustomer(shop.core)).email);
    for (const { path, entry } of entries.filter((e) => typeof e.entry.access === 'object' && e.entry.kind !== 'subscription')) {
      const call = (headers: Record<string, string>) =>
        entry.kind === 'query'
          ? fetch(`${url}/trpc/${path}?input=%7B%7D`, { headers })
          : fetch(`${url}/trpc/${path}`, { method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body: '{}' });
      expect((await call({})).status, path).toBe(401);
      expect((await call({ authorization: `Bearer ${token}` })).status, path).toBe(403);
    }
  });
});

describe('tRPC over HTTP', () => {
  it("is understood by tRPC's own client, alone and in a batch", async () => {
    const single = createTRPCClient<ShopRouter>({ links: [httpLink({ url: `${url}/trpc` })] });
    expect(await single.system.ping.query({})).toEqual({ pong: true });
    const batched = createTRPCClient<ShopRouter>({ links: [httpBatchLink({ url: `${url}/trpc` })] });
    const [ping, list, failure] = await Promise.allSettled([
      batched.system.ping.query({}),
      batched.products.list.query({}),
      batched.products.get.query({ id: 'nowhere' }),
    ]);
    expect(ping).toEqual({ status: 'fulfilled', value: { pong: true } });
    expect(list).toMatchObject({ status: 'fulfilled', value: { page: 1 } });
    expect(failure.status === 'rejected' && failure.reason).toBeInstanceOf(TRPCClientError);
    expect(failure.status === 'rejected' && (failure.reason as TRPCClientError<ShopRouter>).data?.problem).toMatchObject({
      code: 'NOT_FOUND',
      status: 404,
    });
  });

  it('answers 207 for a batch whose calls differ, and refuses more than ten calls', async () => {
    const input = encodeURIComponent(JSON.stringify({ 0: {}, 1: { id: 'nowhere' } }));
    expect((await fetch(`${url}/trpc/system.ping,products.get?batch=1&input=${input}`)).status).toBe(207);
    const eleven = await fetch(`${url}/trpc/${Array.from({ length: 11 }, () => 'system.ping').join(',')}?batch=1&input=%7B%7D`);
    expect(eleven.status).toBe(400);
    expect(JSON.stringify(await eleven.json())).toContain('BATCH_TOO_LARGE');
  });

  it('never runs a mutation by GET, nor by another content type', async () => {
    expect((await fetch(`${url}/trpc/carts.create?input=%7B%7D`)).status).toBe(405);
    expect(
      (await fetch(`${url}/trpc/carts.create`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: '{}' })).status,
    ).toBe(415);
    expect(await shop.core.db.selectFrom('carts').select('id').execute()).toEqual([]);
  });

  it('streams events to staff, and resumes after the last one seen', async () => {
    const token = await signIn((await aStaffMember(shop.core)).email);
    const product = await aProduct(shop.core);
    const { id } = await shop.core.db
      .selectFrom('outbox_events')
      .select('id')
      .where('aggregate_id', '=', product.id)
      .executeTakeFirstOrThrow();
    const before = `${id.slice(0, -1)}${id.endsWith('0') ? '0' : '0'}`;
    const end = new AbortController();
    const answer = await fetch(
      `${url}/trpc/events.live?input=${encodeURIComponent(JSON.stringify({ lastEventId: before, name: 'product.created' }))}`,
      { headers: { accept: 'text/event-stream', authorization: `Bearer ${token}` }, signal: end.signal },
    );
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes(product.id)) text += (await reader?.read())?.value ?? '';
    end.abort();
    expect(text).toContain(`id: ${id}`);
  });
});

describe('REST', () => {
  it('sells: cart, item, checkout, and the same answer for the same key', async () => {
    const product = await aProduct(shop.core, { priceCents: 1200 });
    const opened = await rest('POST', '/carts', { body: {} });
    expect(opened.status).toBe(201);
    const { cart, cartToken } = opened.body as { cart: { id: string }; cartToken: string };
    const headers = { 'x-cart-token': cartToken };
    const added = await rest('POST', `/carts/${cart.id}/items`, { headers, body: { variantId: variantOf(product).id, quantity: 2 } });
    expect(added.body).toMatchObject({ totals: { totalCents: 2400 } });
    const { cartId, ...checkout } = aCheckout({ id: cart.id as never });
    const body = { cartId, ...checkout };
    const key = aKey();
    const bought = await rest('POST', '/checkout', { headers: { ...headers, 'idempotency-key': key }, body });
    expect(bought).toMatchObject({ status: 201, body: { status: 'confirmed' } });
    const again = await rest('POST', '/checkout', { headers: { ...headers, 'idempotency-key': key }, body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body).toEqual(bought.body);
  });

  it.each([
    ['malformed JSON', 'POST', '/carts', '{"a":', {}, 400, 'MALFORMED_BODY'],
    ['an unknown field', 'POST', '/carts', { total: 1 }, {}, 400, 'UNKNOWN_FIELD'],
    ['an unknown address', 'GET', '/nowhere', undefined, {}, 404, 'NOT_FOUND'],
    ['another method', 'DELETE', '/checkout', undefined, {}, 405, 'METHOD_NOT_ALLOWED'],
    ['a forged token', 'GET', '/auth/me', undefined, { authorization: 'Bearer abc.def.ghi' }, 401, 'INVALID_TOKEN'],
    ['no token', 'GET', '/auth/me', undefined, {}, 401, 'UNAUTHENTICATED'],
    ['a bad page', 'GET', '/products?pageSize=1000', undefined, {}, 400, 'INVALID_INPUT'],
    ['SQL as a sort order', 'GET', '/products?sort=name;drop%20table%20users', undefined, {}, 400, 'INVALID_INPUT'],
    ['a body that is too large', 'POST', '/carts', `{"a":"${'x'.repeat(1_100_000)}"}`, {}, 413, 'PAYLOAD_TOO_LARGE'],
  ] as const)('answers %s with a problem and writes nothing', async (_what, method, path, body, headers, status, code) => {
    const answer = await rest(method, path, { ...(body !== undefined && { body }), headers });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body).toMatchObject({ code, status, instance: answer.headers.get('x-request-id') });
    expect(JSON.stringify(answer.body)).not.toMatch(/select |node_modules|at \w+ \(/);
  });

  it.each([-1, 0, 1.5, '2', 2 ** 31, 2 ** 53, 999_999])('refuses the quantity %s', async (quantity) => {
    const product = await aProduct(shop.core);
    const { guest, cart } = await aGuestCart(shop.core, []);
    const answer = await rest('POST', `/carts/${cart.id}/items`, {
      headers: { 'x-cart-token': guest.cartToken ?? '' },
      body: { variantId: variantOf(product).id, quantity },
    });
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_QUANTITY' } });
  });

  it('asks for an idempotency key where money moves, and for a sane one', async () => {
    const { cart } = await aGuestCart(shop.core, []);
    expect((await rest('POST', '/checkout', { body: aCheckout(cart) })).body).toMatchObject({ code: 'IDEMPOTENCY_KEY_REQUIRED' });
    expect(
      (await rest('POST', '/checkout', { body: aCheckout(cart), headers: { 'idempotency-key': "'; drop table" } })).body,
    ).toMatchObject({ code: 'IDEMPOTENCY_KEY_INVALID' });
  });

  it('has an OpenAPI 3.1 document that a third-party linter passes', async () => {
    const source = await (await fetch(`${url}/api/v1/openapi.json`)).text();
    expect(JSON.parse(source)).toMatchObject({ openapi: '3.1.0' });
    const config = await createConfig({
      extends: ['recommended'],
      rules: { 'no-server-example.com': 'off', 'operation-4xx-response': 'error' },
    });
    const problems = await lintFromString({ source, config });
    expect(problems.filter((p) => p.severity === 'error').map((p) => `${p.ruleId}: ${p.message} ${p.location[0]?.pointer ?? ''}`)).toEqual(
      [],
    );
  });
});

describe('the edge', () => {
  it('lets listed origins call and gives others no CORS header', async () => {
    const from = async (origin: string) =>
      (await fetch(`${url}/api/v1/ping`, { headers: { origin } })).headers.get('access-control-allow-origin');
    expect(await from('https://shop.example.com')).toBe('https://shop.example.com');
    for (const origin of ['null', 'https://shop.example.com.evil.test', 'https://shopxexample.com']) expect(await from(origin)).toBeNull();
  });

  it('says that it is alive, ready, and measured', async () => {
    expect(await (await fetch(`${url}/healthz`)).json()).toEqual({ status: 'ok' });
    expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready' });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('db_pool_connections');
  });

  it('serves its reference page from itself alone', async () => {
    const page = await (await fetch(`${url}/docs`)).text();
    expect(page).toContain('/docs/standalone.js');
    expect(page).not.toMatch(/https?:\/\//);
    expect((await fetch(`${url}/docs/standalone.js`)).status).toBe(200);
  });
});
