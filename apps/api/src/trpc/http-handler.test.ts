import { aCheckout, aGuestCart, aKey, aProduct, unique } from '@cartwright/testing';
import type { ShopRouter } from '@cartwright/sdk';
import {
  createTRPCClient,
  httpBatchLink,
  httpBatchStreamLink,
  httpLink,
  httpSubscriptionLink,
  splitLink,
  TRPCClientError,
  type TRPCLink,
} from '@trpc/client';
import { EventSource } from 'eventsource';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, startLiveShop, type LiveShop } from '../../test/live-shop.ts';

let live: LiveShop;
beforeAll(async () => {
  live = await startLiveShop();
});
afterAll(() => live.close());

const url = (): string => `${live.url}/trpc`;
const client = (link: TRPCLink<ShopRouter>) => createTRPCClient<ShopRouter>({ links: [link] });
const refusalOf = async (call: Promise<unknown>): Promise<TRPCClientError<ShopRouter>> => {
  const error: unknown = await call.then(
    () => null,
    (e: unknown) => e,
  );
  if (!(error instanceof TRPCClientError)) throw new Error('The call did not fail with a TRPCClientError');
  return error as TRPCClientError<ShopRouter>;
};
const codeOf = async (answer: Response): Promise<{ status: number; code: unknown }> => {
  const { error } = (await answer.json()) as { error: { data: { problem: { code: unknown } } } };
  return { status: answer.status, code: error.data.problem.code };
};

describe.each([
  ['httpLink', () => httpLink({ url: url() })],
  ['httpBatchLink', () => httpBatchLink({ url: url(), maxItems: 10 })],
  ['httpBatchStreamLink', () => httpBatchStreamLink({ url: url(), maxItems: 10 })],
] as const)("tRPC's own %s", (_name, link) => {
  it('tRPC’s client gets results and errors, one by one and many at once', async () => {
    const shop = client(link());
    const { cart } = await shop.carts.create.mutate({});
    expect(cart.items).toEqual([]);
    const [ping, list, absent, wrong] = await Promise.allSettled([
      shop.system.ping.query({}),
      shop.products.list.query({ pageSize: 5 }),
      shop.products.get.query({ id: 'nowhere' }),
      shop.products.list.query({ pageSize: 1_000 }),
    ]);
    expect(ping).toEqual({ status: 'fulfilled', value: { pong: true } });
    expect(list).toMatchObject({ status: 'fulfilled', value: { page: 1, pageSize: 5 } });
    expect(absent).toMatchObject({
      status: 'rejected',
      reason: { data: { code: 'NOT_FOUND', httpStatus: 404, problem: { code: 'NOT_FOUND' } } },
    });
    expect(wrong).toMatchObject({
      status: 'rejected',
      reason: { data: { code: 'BAD_REQUEST', problem: { code: 'INVALID_INPUT', fields: [{ path: 'pageSize' }] } } },
    });
  });

  it('tRPC’s client can send more calls than fit into one request', async () => {
    const shop = client(link());
    const pings = await Promise.all(Array.from({ length: 25 }, () => shop.system.ping.query({})));
    expect(pings).toHaveLength(25);
  });

  it('tRPC’s client can abort a call and send another', async () => {
    const shop = client(link());
    const end = new AbortController();
    const call = refusalOf(shop.products.list.query({}, { signal: end.signal }));
    end.abort();
    expect((await call).message).toMatch(/abort/i);
    expect(await shop.system.ping.query({})).toEqual({ pong: true });
  });
});

describe('a failed tRPC call', () => {
  it('a failed tRPC call contains the problem, the status and tRPC’s code, and no internals', async () => {
    const { data, message } = await refusalOf(client(httpLink({ url: url() })).auth.me.query({}));
    expect(data).toEqual({
      code: 'UNAUTHORIZED',
      httpStatus: 401,
      path: 'auth.me',
      problem: expect.objectContaining({ code: 'UNAUTHENTICATED', status: 401, detail: message, retry: 'never' }),
    });
  });

  it.each([
    ['a mutation by GET', 'carts.create?input=%7B%7D', {}, 405, 'METHOD_NOT_ALLOWED'],
    [
      'a query by POST',
      'system.ping',
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' },
      405,
      'METHOD_NOT_ALLOWED',
    ],
    [
      'a mutation by PUT',
      'carts.create',
      { method: 'PUT', headers: { 'content-type': 'application/json' }, body: '{}' },
      405,
      'METHOD_NOT_ALLOWED',
    ],
    ['JSON sent as text', 'carts.create', { method: 'POST', body: '{}' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a form', 'carts.create', { method: 'POST', body: new URLSearchParams({ currency: 'EUR' }) }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a body without a content type', 'carts.create', { method: 'POST' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    [
      'malformed JSON in a body',
      'carts.create',
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a' },
      400,
      'MALFORMED_BODY',
    ],
    ['malformed JSON in an address', 'system.ping?input=%7B', {}, 400, 'MALFORMED_BODY'],
    ['a path that cannot be decoded', '%E0%A4%A', {}, 404, 'NOT_FOUND'],
    ['an unknown procedure', 'system.halt', {}, 404, 'NOT_FOUND'],
    ['an inherited name', 'system.constructor', {}, 404, 'NOT_FOUND'],
    ['a name on the prototype', '__proto__.toString', {}, 404, 'NOT_FOUND'],
    ['an unknown field', 'system.ping?input=%7B%22a%22%3A1%7D', {}, 400, 'UNKNOWN_FIELD'],
    ['a feed without a stream', 'events.live', {}, 405, 'METHOD_NOT_ALLOWED'],
    [
      'a body of more than 1 MB',
      'carts.create',
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: `{"a":"${'x'.repeat(1_100_000)}"}` },
      413,
      'PAYLOAD_TOO_LARGE',
    ],
  ] as const)('the tRPC handler refuses %s in tRPC’s format and writes nothing', async (_what, path, init, status, code) => {
    const before = await live.shop.core.db.selectFrom('carts').select('id').execute();
    expect(await codeOf(await fetch(`${url()}/${path}`, init))).toEqual({ status, code });
    expect(await live.shop.core.db.selectFrom('carts').select('id').execute()).toEqual(before);
  });
});

describe('a batch', () => {
  it('a batch answers 207 if the statuses of its calls differ, and otherwise with that status', async () => {
    const input = encodeURIComponent(JSON.stringify({ 1: { id: 'nowhere' } }));
    const mixed = await fetch(`${url()}/system.ping,products.get?batch=1&input=${input}`);
    expect(mixed.status).toBe(207);
    expect(await mixed.json()).toMatchObject([{ result: { data: { pong: true } } }, { error: { data: { httpStatus: 404 } } }]);
    expect(
      (await fetch(`${url()}/products.get,products.get?batch=1&input=${encodeURIComponent('{"0":{"id":"a"},"1":{"id":"b"}}')}`)).status,
    ).toBe(404);
  });

  it.each([
    ['a plain answer', {}],
    ['a stream', { 'trpc-accept': 'application/jsonl' }],
  ] as const)('a batch of eleven calls is refused as a whole, as %s', async (_form, headers) => {
    const paths = Array.from({ length: 11 }, () => 'system.ping').join(',');
    expect(await codeOf(await fetch(`${url()}/${paths}?batch=1&input=%7B%7D`, { headers }))).toEqual({
      status: 400,
      code: 'BATCH_TOO_LARGE',
    });
    const tooMany = createTRPCClient<ShopRouter>({ links: [httpBatchLink({ url: url() })] });
    const refused = await Promise.all(Array.from({ length: 11 }, () => refusalOf(tooMany.system.ping.query({}))));
    expect(new Set(refused.map((e) => e.data?.problem.code))).toEqual(new Set(['BATCH_TOO_LARGE']));
  });

  it('a batch counts against the rate limit by its calls, and its refusal has Retry-After', async () => {
    const strict = await startLiveShop({ rateLimitFactor: 0.1 });
    const body = JSON.stringify(
      Object.fromEntries(Array.from({ length: 10 }, (_, i) => [i, { refreshToken: `guess-${i}-${'x'.repeat(20)}` }])),
    );
    const paths = Array.from({ length: 10 }, () => 'auth.refresh').join(',');
    const answer = await fetch(`${strict.url}/trpc/${paths}?batch=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    const codes = ((await answer.json()) as { error: { data: { problem: { code: string } } } }[]).map((a) => a.error.data.problem.code);
    await strict.close();
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(4);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('an idempotency key', () => {
  it('a repeat with the same idempotency key gets the first answer as a replay, and with another input a refusal', async () => {
    const product = await aProduct(live.shop.core);
    const { guest, cart } = await aGuestCart(live.shop.core, [[product, 1]]);
    const key = aKey();
    const input = aCheckout(cart);
    const send = (body: unknown) =>
      fetch(`${url()}/checkout.complete`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': key, 'x-cart-token': guest.cartToken ?? '' },
        body: JSON.stringify(body),
      });
    const first = await send(input);
    const second = await send(input);
    expect([first.headers.get('idempotency-replayed'), second.headers.get('idempotency-replayed')]).toEqual([null, 'true']);
    expect(await second.json()).toEqual(await first.json());
    expect(await codeOf(await send({ ...input, notes: 'another one' }))).toEqual({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('a refused input does not use up its idempotency key', async () => {
    const product = await aProduct(live.shop.core);
    const { guest, cart } = await aGuestCart(live.shop.core, [[product, 1]]);
    const headers = { 'content-type': 'application/json', 'idempotency-key': aKey(), 'x-cart-token': guest.cartToken ?? '' };
    const send = (body: unknown) => fetch(`${url()}/checkout.complete`, { method: 'POST', headers, body: JSON.stringify(body) });
    expect((await send({ ...aCheckout(cart), total: 1 })).status).toBe(400);
    expect((await send(aCheckout(cart))).status).toBe(200);
  });
});

describe('a live feed', () => {
  /** Product ids that a subscription receives; `until` resolves when one has arrived. */
  const listen = async (token: string) => {
    const seen: string[] = [];
    const waiting = new Map<string, () => void>();
    const started = Promise.withResolvers<void>();
    const withToken = class extends EventSource {
      constructor(address: string | URL) {
        super(address, { fetch: (target, init) => fetch(target, { ...init, headers: { ...init.headers, ...bearer(token) } }) });
      }
    };
    const shop = createTRPCClient<ShopRouter>({
      links: [
        splitLink({
          condition: ({ type }) => type === 'subscription',
          true: httpSubscriptionLink({ url: url(), EventSource: withToken }),
          false: httpLink({ url: url() }),
        }),
      ],
    });
    const subscription = shop.events.live.subscribe(
      { name: 'product.created' },
      {
        onStarted: () => started.resolve(),
        onData: ({ data }) => {
          seen.push(data.aggregateId);
          waiting.get(data.aggregateId)?.();
        },
        onError: (error) => started.reject(error),
      },
    );
    await started.promise;
    const until = (id: string): Promise<void> =>
      seen.includes(id) ? Promise.resolve() : new Promise((resolve) => waiting.set(id, resolve));
    return { seen, until, end: () => subscription.unsubscribe() };
  };

  it('a live feed of tRPC’s client resumes after a lost connection', async () => {
    const feed = await listen(await live.token('admin'));
    const before = await aProduct(live.shop.core, { name: `Before ${unique()}` });
    await feed.until(before.id);
    live.server.server.closeAllConnections();
    const between = await aProduct(live.shop.core, { name: `Between ${unique()}` });
    await feed.until(between.id);
    feed.end();
    expect(feed.seen.filter((id) => id === before.id || id === between.id)).toEqual([before.id, between.id]);
  });

  it('a live feed of tRPC’s client resumes at its start if the connection is lost before the first event', async () => {
    const feed = await listen(await live.token('admin'));
    live.server.server.closeAllConnections();
    const between = await aProduct(live.shop.core, { name: `Between ${unique()}` });
    await feed.until(between.id);
    feed.end();
    expect(feed.seen).toEqual([between.id]);
  });

  it('a live feed is refused before it begins, with the status of the error', async () => {
    const open = (headers: Record<string, string>) =>
      fetch(`${url()}/events.live?input=%7B%7D`, { headers: { accept: 'text/event-stream', ...headers } });
    expect(await codeOf(await open({}))).toEqual({ status: 401, code: 'UNAUTHENTICATED' });
    expect(await codeOf(await open(bearer(await live.token('customer'))))).toEqual({ status: 403, code: 'FORBIDDEN' });
  });
});
