import { connect } from 'node:net';
import { sql } from 'kysely';
import { cpuMsOf } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, startLiveShop, type LiveShop } from '../test/live-shop.ts';

let live: LiveShop;
beforeAll(async () => {
  live = await startLiveShop({ corsOrigins: ['https://shop.example.com'] });
});
afterAll(() => live.close());
const get = (path: string, headers: Record<string, string> = {}) => fetch(`${live.url}${path}`, { headers, redirect: 'manual' });

/** Sends raw text to the server and returns its response. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(new URL(live.url).port), '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });

describe('origins', () => {
  it.each(['/api/v1/ping', '/trpc/system.ping'])('listed origins may call %s, and others get no CORS header', async (path) => {
    const allowed = async (origin: string) => (await get(path, { origin })).headers.get('access-control-allow-origin');
    expect(await allowed('https://shop.example.com')).toBe('https://shop.example.com');
    for (const origin of [
      'null',
      'https://shop.example.com.evil.test',
      'https://shopxexample.com',
      'http://shop.example.com',
      'https://SHOP.example.com',
    ])
      expect(await allowed(origin)).toBeNull();
  });

  it('preflight requests of listed origins are answered with the allowed headers', async () => {
    const ask = (origin: string) =>
      fetch(`${live.url}/api/v1/checkout`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'idempotency-key' },
      });
    const answer = await ask('https://shop.example.com');
    expect([answer.status, answer.headers.get('access-control-allow-headers')]).toEqual([204, expect.stringContaining('idempotency-key')]);
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    expect((await ask('https://evil.test')).headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('headers', () => {
  it('API answers have headers against framing, caching and content sniffing', async () => {
    const { headers } = await get('/api/v1/ping');
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
      'strict-transport-security': expect.stringContaining('max-age='),
    });
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it('the reference page may load only from the shop', async () => {
    const answer = await get('/docs/');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe-inline/);
    expect(await answer.text()).not.toMatch(/https?:\/\//);
    expect((await get('/docs/standalone.js')).headers.get('content-type')).toContain('javascript');
  });

  it('an answer has the caller’s request id if it is valid, and a new one otherwise', async () => {
    expect((await get('/api/v1/ping', { 'x-request-id': 'trace-0123.45' })).headers.get('x-request-id')).toBe('trace-0123.45');
    for (const bad of ['short', 'x'.repeat(65), 'id with blanks', '<script>alert(1)</script>'])
      expect((await get('/api/v1/ping', { 'x-request-id': bad })).headers.get('x-request-id')).toMatch(/^[\da-f-]{36}$/);
  });
});

describe('the platform', () => {
  it('the health probes report a running and ready server', async () => {
    expect(await (await get('/healthz')).json()).toEqual({ status: 'ok' });
    expect(await (await get('/readyz')).json()).toEqual({ status: 'ready' });
  });

  it('the server is ready without Redis and reports that Redis is away', async () => {
    const alone = await startLiveShop({}, {}, { redisUrl: 'redis://127.0.0.1:1' });
    const answer = await fetch(`${alone.url}/readyz`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ready', redis: 'away' }]);
    expect((await fetch(`${alone.url}/metrics`)).status).toBe(200);
    await alone.close();
  });

  it('the server is not ready while the clocks differ or the database lacks migrations', async () => {
    let aheadMs = 3_000;
    const skewed = await startLiveShop({}, { clock: { now: () => new Date(Date.now() + aheadMs) } });
    const ready = async () => {
      const answer = await fetch(`${skewed.url}/readyz`);
      return [answer.status, ((await answer.json()) as { reason?: string }).reason];
    };
    const apart = await ready();
    aheadMs = 0;
    const { rows } = await sql<{
      name: string;
    }>`delete from schema_migrations where id = (select max(id) from schema_migrations) returning name`.execute(skewed.shop.core.db);
    const behind = await ready();
    await skewed.close();
    expect(apart).toEqual([503, expect.stringContaining('clock')]);
    expect(rows).toHaveLength(1);
    expect(behind).toEqual([503, expect.stringContaining('migrations')]);
  });

  it('the server publishes the public keys of its tokens and no private key', async () => {
    await live.token('customer');
    const { keys } = (await (await get('/.well-known/jwks.json')).json()) as { keys: Record<string, unknown>[] };
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key) => key['kty'] !== 'OKP' || 'd' in key)).toEqual([]);
  });

  it('the metrics count procedures by outcome and are served only to this machine', async () => {
    await live.rest('GET', '/ping');
    await live.rest('GET', '/auth/me');
    const text = await (await get('/metrics')).text();
    expect(text).toContain('procedure_duration_seconds_count{procedure="system.ping",outcome="OK"}');
    expect(text).toContain('procedure_duration_seconds_count{procedure="auth.me",outcome="UNAUTHENTICATED"}');
    expect(text).toContain('db_pool_connections');
    expect((await get('/metrics', { 'x-forwarded-for': '203.0.113.7' })).status).toBe(404);
  });

  it('the metrics need the token if one is configured', async () => {
    const token = 'metrics-token-0123456789';
    const closed = await startLiveShop({ metricsToken: token });
    const status = async (headers: Record<string, string>) => (await fetch(`${closed.url}/metrics`, { headers })).status;
    const statuses = [await status({}), await status(bearer('metrics-token-9876543210')), await status(bearer(token))];
    await closed.close();
    expect(statuses).toEqual([404, 404, 200]);
  });

  it('an unknown address is answered with a 404 problem', async () => {
    const answer = await get('/wp-login.php');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, expect.stringContaining('problem+json')]);
  });
});

describe('limits', () => {
  it('a CSV file may be larger than other bodies, over both protocols', async () => {
    const headers = bearer(await live.token('admin'));
    const body = { fileName: 'large.csv', mode: 'preview', csv: `Handle,Title\n${'x'.repeat(2_000_000)}` };
    expect((await live.rest('POST', '/imports/products', { headers, body })).status).not.toBe(413);
    const trpc = (path: string) =>
      fetch(`${live.url}/trpc/${path}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await trpc('imports.create')).status).not.toBe(413);
    expect((await trpc('products.create')).status).toBe(413);
  });

  it('the server refuses headers of 20 kB', async () => {
    expect(await raw(`GET /healthz HTTP/1.1\r\nHost: shop\r\nX-Fill: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 431/);
  });

  it('the server survives input that is not HTTP', async () => {
    expect(await raw('\u0016\u0003\u0001 hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400/);
    expect((await get('/healthz')).status).toBe(200);
  });

  it('the server answers an absurd search, address and e-mail address with less than a second of CPU time', async () => {
    const cpuMs = await cpuMsOf(async () => {
      await live.rest('GET', `/products?q=${encodeURIComponent('(a+)+$'.repeat(30))}`);
      await live.rest('GET', `/${'a/'.repeat(4_000)}`);
      await live.rest('POST', '/auth/login', { body: { email: `a@${'a.'.repeat(25_000)}`, password: 'x' } });
    });
    expect(cpuMs).toBeLessThan(1_000);
  });

  it('the server ends a request after 60 seconds and its headers after 15', () => {
    expect(live.server.server).toMatchObject({ headersTimeout: 15_000, requestTimeout: 60_000 });
  });
});
