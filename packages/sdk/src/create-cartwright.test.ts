import { contract, idempotencyKeyPattern } from '@cartwright/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorOf } from '../test/recording-fetch.ts';
import { collect, ok, refuse, startStubShop, type StubShop } from '../test/stub-shop.ts';
import { createCartwright } from './index.ts';

let stub: StubShop;
beforeEach(async () => {
  stub = await startStubShop();
});
afterEach(() => stub.close());

const orderId = '01936f2e-0000-7000-8000-000000000000';
const shopOf = (options: Partial<Parameters<typeof createCartwright>[0]> = {}) => createCartwright({ baseUrl: `${stub.url}/`, ...options });

describe('calls', () => {
  it('the client has a function for every procedure of the contract and no other', () => {
    const shop = shopOf() as unknown as Record<string, Record<string, unknown>>;
    for (const [domain, entries] of Object.entries(contract))
      expect(Object.keys(shop[domain] ?? {}).filter((name) => name !== 'iterate')).toEqual(Object.keys(entries));
    expect(Object.keys(shop).filter((name) => !(name in contract))).toEqual(['signIn', 'signOut', 'isSignedIn', 'waitingRoom', 'download']);
  });

  it.each([
    ['shop.example', '"shop.example" was given'],
    ['/api', '"/api" was given'],
    ['ftp://shop.example', '"ftp://shop.example" was given'],
    ['', '"" was given'],
    [undefined, 'it is missing'],
    [4000, '4000 was given'],
  ])('a base URL of %j is refused with what is needed and what was given', (baseUrl, given) => {
    expect(() => createCartwright({ baseUrl: baseUrl as string })).toThrow(
      new TypeError(`baseUrl must be the address of the shop's API, such as https://api.shop.example; ${given}.`),
    );
  });

  it('the client sends queries by GET and mutations by POST, with the input where tRPC expects it', async () => {
    stub.on('products.list', () => ok({ items: [], page: 1, pageSize: 20, totalCount: 0 }));
    stub.on('auth.register', () => ok({ ok: true }));
    const shop = shopOf();
    await shop.products.list({ inStock: true });
    await shop.auth.register({ email: 'a@example.com', password: 'long enough to do', firstName: 'A', lastName: 'B' });
    expect(stub.requests).toMatchObject([
      { method: 'GET', input: { inStock: true } },
      { method: 'POST', input: { email: 'a@example.com' } },
    ]);
  });

  it('withResponse returns the request id and whether the answer is a replay', async () => {
    stub.on('orders.cancel', () => ok({ id: orderId }, { 'idempotency-replayed': 'true', 'x-request-id': 'r-1' }));
    stub.on('system.ping', () => ok({ pong: true }, { 'x-request-id': 'r-2' }));
    const shop = shopOf();
    expect(await shop.orders.cancel.withResponse({ orderId })).toMatchObject({ replayed: true, requestId: 'r-1', data: { id: orderId } });
    expect(await shop.system.ping.withResponse()).toEqual({ replayed: false, requestId: 'r-2', data: { pong: true } });
  });

  it('a failed call throws the code, status, fields, details and request id of the shop', async () => {
    stub.on('orders.get', () =>
      refuse('INSUFFICIENT_STOCK', {}, { fields: [{ path: 'quantity', message: 'is too many' }], details: { available: 2 } }),
    );
    expect(await errorOf(shopOf().orders.get({ orderId }))).toMatchObject({
      name: 'CartwrightError',
      code: 'INSUFFICIENT_STOCK',
      status: 409,
      retry: 'never',
      requestId: 'request-1',
      fields: [{ path: 'quantity', message: 'is too many' }],
      details: { available: 2 },
    });
    expect(stub.requests).toHaveLength(1);
  });

  it('an answer that is not from the shop throws UNEXPECTED_ANSWER', async () => {
    stub.on('system.ping', () => ({ status: 404, body: '<html>Nothing here</html>' }));
    expect(await errorOf(shopOf().system.ping())).toMatchObject({ code: 'UNEXPECTED_ANSWER', status: 404, retry: 'never' });
  });
});

describe('retries', () => {
  it('a query is retried after a temporary failure and after a broken connection', async () => {
    stub.on(
      'system.ping',
      (_request, count) => [refuse('SERVICE_UNAVAILABLE'), { cut: true } as const, ok({ pong: true })][count - 1] ?? refuse('INTERNAL'),
    );
    expect(await shopOf().system.ping()).toEqual({ pong: true });
    expect(stub.requests).toHaveLength(3);
  });

  it('a query is retried when a proxy answers 502', async () => {
    stub.on('system.ping', (_request, count) => (count === 1 ? { status: 502, body: 'Bad gateway' } : ok({ pong: true })));
    expect(await shopOf().system.ping()).toEqual({ pong: true });
  });

  it('all attempts of a mutation send the same idempotency key', async () => {
    stub.on('orders.ship', (_request, count) => (count < 3 ? refuse('IDEMPOTENCY_IN_PROGRESS') : ok({ id: orderId })));
    await shopOf().orders.ship({ orderId, carrier: 'DHL', trackingNumber: '1' });
    const keys = stub.requests.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(1);
    expect(keys).toHaveLength(3);
    expect(keys[0]).toMatch(idempotencyKeyPattern);
  });

  it('a mutation sends the caller’s key, and otherwise a new one for each call', async () => {
    stub.on('orders.ship', () => ok({ id: orderId }));
    const ship = (idempotencyKey?: string) => shopOf().orders.ship({ orderId, carrier: 'DHL', trackingNumber: '1' }, { idempotencyKey });
    await ship('a-key-of-my-own-1');
    await ship();
    await ship();
    const keys = stub.requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toBe('a-key-of-my-own-1');
    expect(new Set(keys).size).toBe(3);
  });

  it('a mutation without a key is never retried, because it could have a second effect', async () => {
    stub.on('products.delete', () => refuse('INTERNAL'));
    expect(await errorOf(shopOf().products.delete({ id: orderId }))).toMatchObject({ code: 'INTERNAL' });
    expect(stub.requests).toHaveLength(1);
    expect(stub.requests[0]?.headers['idempotency-key']).toBeUndefined();
  });

  it('an idempotent mutation is retried without a key', async () => {
    stub.on('flashSales.pause', (_request, count) => (count === 1 ? { cut: true } : ok({ id: orderId })));
    expect(await shopOf().flashSales.pause({ saleId: orderId })).toEqual({ id: orderId });
    expect(stub.requests).toHaveLength(2);
    expect(stub.requests[0]?.headers['idempotency-key']).toBeUndefined();
  });

  it('a call fails after the configured number of retries', async () => {
    stub.on('system.ping', () => refuse('SERVICE_UNAVAILABLE'));
    await errorOf(shopOf({ retries: 1 }).system.ping());
    expect(stub.requests).toHaveLength(2);
    await errorOf(shopOf({ retries: 0 }).system.ping());
    expect(stub.requests).toHaveLength(3);
  });

  it('a retry waits as long as Retry-After requests', async () => {
    stub.on('system.ping', (_request, count) => (count === 1 ? refuse('RATE_LIMITED', { 'retry-after': '1' }) : ok({ pong: true })));
    const before = performance.now();
    await shopOf().system.ping();
    expect(performance.now() - before).toBeGreaterThanOrEqual(990);
  });

  it('a call fails at once if Retry-After is longer than a minute', async () => {
    stub.on('system.ping', () => refuse('RATE_LIMITED', { 'retry-after': '3600' }));
    expect(await errorOf(shopOf().system.ping())).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 3_600 });
    expect(stub.requests).toHaveLength(1);
  });
});

describe('failures without an answer', () => {
  it('an attempt that takes too long throws TIMEOUT', async () => {
    stub.on('system.ping', () => ({ silent: true }));
    expect(await errorOf(shopOf({ retries: 0 }).system.ping({}, { timeoutMs: 50 }))).toMatchObject({
      code: 'TIMEOUT',
      status: 0,
      retry: 'safe',
    });
  });

  it('an aborted signal ends a call, also between attempts', async () => {
    const end = new AbortController();
    stub.on('system.ping', () => {
      // The answer requests a pause of 30 seconds, and the caller aborts during the pause.
      setImmediate(() => end.abort());
      return refuse('SERVICE_UNAVAILABLE', { 'retry-after': '30' });
    });
    expect(await errorOf(shopOf().system.ping({}, { signal: end.signal }))).toMatchObject({ code: 'ABORTED', retry: 'never' });
    expect(await errorOf(shopOf().system.ping({}, { signal: AbortSignal.abort() }))).toMatchObject({ code: 'ABORTED' });
  });

  it('a call to an unavailable shop throws UNREACHABLE', async () => {
    await stub.close();
    expect(await errorOf(shopOf({ retries: 0 }).system.ping())).toMatchObject({ code: 'UNREACHABLE', status: 0, retry: 'safe' });
  });
});

describe('lists', () => {
  it('iterate reads pages by number until the last one', async () => {
    stub.on('products.list', ({ input }) => {
      const page = Number(input['page'] ?? 1);
      return ok({ items: [`p${page}`], page, pageSize: 1, totalCount: 3 });
    });
    expect(await collect(shopOf().products.iterate({ pageSize: 1, inStock: true }))).toEqual(['p1', 'p2', 'p3']);
    expect(stub.requests.map(({ input }) => input['inStock'])).toEqual([true, true, true]);
  });

  it('iterate uses the cursors of a list that has pages and cursors', async () => {
    stub.on('products.list', ({ input }) =>
      ok({ items: [input['cursor'] ?? 'p1'], page: 1, pageSize: 1, totalCount: 3, nextCursor: input['cursor'] ? null : 'p2' }),
    );
    expect(await collect(shopOf().products.iterate({ pageSize: 1 }))).toEqual(['p1', 'p2']);
  });

  it('iterate follows cursors to the end and requests only the pages that are read', async () => {
    stub.on('events.list', ({ input }) =>
      input['cursor'] ? ok({ items: ['e3'], nextCursor: null }) : ok({ items: ['e1', 'e2'], nextCursor: 'c' }),
    );
    const shop = shopOf();
    expect(await collect(shop.events.list.iterate())).toEqual(['e1', 'e2', 'e3']);
    for await (const first of shop.events.iterate()) {
      expect(first).toBe('e1');
      break;
    }
    expect(stub.requests).toHaveLength(3);
  });
});

describe("tRPC's client", () => {
  it('tRPC’s client uses the keys, tokens and retries of the SDK', async () => {
    stub.on('orders.ship', (_request, count) => (count === 1 ? refuse('SERVICE_UNAVAILABLE') : ok({ id: orderId })));
    const shop = shopOf({ auth: 'a-token' });
    expect(
      await shop.raw.orders.ship.mutate(
        { orderId, carrier: 'DHL', trackingNumber: '1' },
        { context: { idempotencyKey: 'a-key-of-my-own-2' } },
      ),
    ).toEqual({ id: orderId });
    expect(stub.requests).toHaveLength(2);
    expect(stub.requests[1]?.headers).toMatchObject({ authorization: 'Bearer a-token', 'idempotency-key': 'a-key-of-my-own-2' });
  });

  it('tRPC’s client throws a TRPCClientError with the problem, and the CartwrightError as its cause', async () => {
    stub.on('orders.get', () => refuse('NOT_FOUND'));
    const error: unknown = await shopOf()
      .raw.orders.get.query({ orderId })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'TRPCClientError',
      data: { problem: { code: 'NOT_FOUND' } },
      cause: { name: 'CartwrightError', code: 'NOT_FOUND' },
    });
  });
});
