import type { Product } from '@cartwright/contracts';
import { aProduct, findProduct, race } from '@cartwright/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { bearer, startLiveShop, type LiveShop } from '../../test/live-shop.ts';
import { openApiDocument } from '../openapi/openapi-document.ts';

let live: LiveShop;
let staff: Record<string, string>;
let product: Product;
beforeAll(async () => {
  live = await startLiveShop({ rateLimitFactor: 1_000 });
  staff = bearer(await live.token('admin'));
});
afterAll(() => live.close());
beforeEach(async () => {
  product = await aProduct(live.shop.core, { priceCents: 1_000 });
});

const read = async () => (await live.rest('GET', `/products/${product.id}`, { headers: staff })).headers.get('etag') ?? '';
const change = (method: string, ifMatch: string | null, body: Record<string, unknown> = { name: 'Changed' }, path = '') =>
  live.rest(method, `/products/${product.id}${path}`, {
    headers: { ...staff, ...(ifMatch !== null && { 'if-match': ifMatch }) },
    ...(method !== 'DELETE' && { body }),
  });
const now = () => findProduct(live.shop.core, { id: product.id });
const stale = { status: 412, body: { code: 'VERSION_MISMATCH', details: { version: 2 } } };

describe('the ETag of a product', () => {
  it('the ETag of a product is strong and begins with its version, and a write returns the ETag of the next read', async () => {
    const first = await read();
    expect(first).toMatch(new RegExp(`^"${product.version}-[\\w-]+"$`));
    const written = await change('PATCH', first);
    expect([written.status, written.headers.get('etag')]).toEqual([200, await read()]);
    const discounted = await change('PATCH', written.headers.get('etag'), { percentBasisPoints: 1_000 }, '/discount');
    expect([discounted.status, discounted.headers.get('etag')]).toEqual([200, await read()]);
  });
});

describe('If-Match', () => {
  const calls = [
    ['PATCH', '', { name: 'Mine' }],
    ['PUT', '', { name: 'Mine' }],
    ['DELETE', '', {}],
    ['PATCH', '/price', { priceCents: 1 }],
    ['PATCH', '/discount', { percentBasisPoints: 1_000 }],
    ['PATCH', '/stock', { onHand: 1 }],
    ['PATCH', '/publish', {}],
    ['PATCH', '/unpublish', {}],
  ] as const;

  it.each(calls)(
    'If-Match with an older version stops %s %s, changes nothing and returns the current version',
    async (method, path, body) => {
      const before = await read();
      await change('PATCH', before, { name: 'Theirs' });
      const theirs = await now();
      expect(await change(method, before, body, path)).toMatchObject(stale);
      expect(await now()).toEqual(theirs);
      expect(await change(method, await read(), body, path)).toMatchObject({ status: 200 });
    },
  );

  it.each([
    ['any of several tags', (tag: string) => `"7-old,comma", ${tag}`, 200],
    ['*', () => '*', 200],
    ['a bare version', () => '"1"', 200],
    ['a weak tag, which never matches', (tag: string) => `W/${tag}`, 412],
    ['an unknown tag', () => '"abc"', 412],
    ['a tag without its quotes', () => '1', 400],
    ['only a comma', () => ',', 400],
  ])('If-Match with %s is handled as RFC 9110 requires', async (_what, tagFrom, status) => {
    const answer = await change('PATCH', tagFrom(await read()));
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body).toMatchObject({ code: 'INVALID_INPUT', fields: [{ path: 'if-match' }] });
  });

  it('a change needs the version in If-Match or in the body, and the body takes precedence', async () => {
    expect(await change('PATCH', null)).toMatchObject({ status: 400, body: { fields: [{ path: 'version' }] } });
    expect(await change('PATCH', null, { name: 'Mine', version: 1 })).toMatchObject({ status: 200 });
    expect(await change('PATCH', await read(), { name: 'Mine', version: 1 })).toMatchObject(stale);
    expect(await change('PATCH', '*', { name: 'Mine', version: 1 })).toMatchObject(stale);
  });

  it('only one of eight simultaneous changes with the same If-Match succeeds', async () => {
    const tag = await read();
    const { won } = await race(8, (n) => change('PATCH', tag, { name: `Number ${n}` }));
    expect(won.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, ...Array.from({ length: 7 }, () => 412)]);
  });

  it('If-Match shows no version to guests and answers 404 for an absent product', async () => {
    const headers = { 'if-match': '"99"' };
    const asked = await live.rest('PATCH', `/products/${product.id}`, { headers, body: { name: 'x' } });
    expect([asked.status, JSON.stringify(asked.body)]).toEqual([401, expect.not.stringContaining('version')]);
    const absent = '01990000-0000-7000-8000-000000000000';
    expect(await live.rest('PATCH', `/products/${absent}`, { headers: { ...staff, ...headers }, body: { name: 'x' } })).toMatchObject({
      status: 404,
    });
  });

  it('the OpenAPI document contains If-Match and does not require the version in the body', () => {
    const document = openApiDocument('http://shop.example') as {
      paths: Record<string, Record<string, { parameters: { $ref?: string }[]; responses: Record<string, { headers?: object }> }>>;
    };
    const patch = document.paths['/products/{id}']?.['patch'];
    expect(patch?.parameters).toContainEqual({ $ref: '#/components/parameters/IfMatch' });
    expect(patch?.responses['200']?.headers).toHaveProperty('ETag');
    expect(patch).not.toHaveProperty('requestBody.content.application/json.schema.required');
    expect(patch?.responses).toHaveProperty('412');
  });
});
