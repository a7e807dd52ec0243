import { aCheckout, aCustomer, aGuestCart, aKey, aPaidOrder, aProduct, variantOf } from '@cartwright/testing';
import type { Cart } from '@cartwright/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, startLiveShop, type LiveShop } from '../../test/live-shop.ts';
import { matchRoute, methodsOf, restEntries } from './routes.ts';

let live: LiveShop;
beforeAll(async () => {
  live = await startLiveShop();
});
afterAll(() => live.close());
const rest: LiveShop['rest'] = (method, path, sent) => live.rest(method, path, sent);

describe('the route table', () => {
  it('the route table finds every route of the contract by its method and path', () => {
    const found = restEntries.map(({ name, method, path }) => [name, matchRoute(method, path.replaceAll(/\{(\w+)\}/g, ':$1'))?.route.name]);
    expect(found.filter(([name, match]) => name !== match)).toEqual([]);
  });

  it('the route table prefers a fixed segment to a parameter and decodes only parameters', () => {
    expect(matchRoute('GET', '/products/caf%C3%A9%2Fbar')).toMatchObject({ route: { name: 'products.get' }, params: { id: 'café/bar' } });
    expect(matchRoute('GET', '/pricing/rules')?.route.name).toBe('pricing.listRules');
    expect(matchRoute('GET', '/%70ing')).toBeNull();
    expect(matchRoute('GET', '/products//')).toBeNull();
  });

  it('the route table lists the methods of a path', () => {
    expect(methodsOf('/products/mug')).toEqual(['GET', 'PUT', 'PATCH', 'DELETE']);
    expect(methodsOf('/nowhere')).toEqual([]);
  });
});

describe('REST', () => {
  it('REST creates a cart, adds an item, checks out, and repeats the answer for the same key', async () => {
    const product = await aProduct(live.shop.core, { priceCents: 1_200 });
    const opened = await rest('POST', '/carts', { body: {} });
    const { cart, cartToken } = opened.body as { cart: Cart; cartToken: string };
    expect(opened).toMatchObject({ status: 201 });
    expect(opened.headers.get('location')).toBe(`/api/v1/carts/${cart.id}`);
    const headers = { 'x-cart-token': cartToken };
    const added = await rest('POST', `/carts/${cart.id}/items`, { headers, body: { variantId: variantOf(product).id, quantity: 2 } });
    expect(added).toMatchObject({ status: 201, body: { totals: { totalCents: 2_400 } } });
    const buy = () => rest('POST', '/checkout', { headers: { ...headers, 'idempotency-key': key }, body: order });
    const key = aKey();
    const order = aCheckout(cart);
    const bought = await buy();
    expect(bought).toMatchObject({ status: 201, body: { status: 'confirmed' } });
    const again = await buy();
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect([again.status, again.body]).toEqual([201, bought.body]);
    expect(await rest('GET', bought.headers.get('location')?.replace('/api/v1', '') ?? '', { headers })).toMatchObject({
      status: 200,
      body: { id: bought.body['id'] },
    });
  });

  it('REST serves a procedure at each of its addresses, such as /cart and /orders', async () => {
    const product = await aProduct(live.shop.core, { priceCents: 700, stock: 9 });
    const headers = bearer(await live.token('customer'));
    const added = await rest('POST', '/cart/items', { headers, body: { variantId: variantOf(product).id, quantity: 2 } });
    expect(added).toMatchObject({ status: 201, body: { items: [{ quantity: 2 }] } });
    expect(await rest('GET', '/cart', { headers })).toMatchObject({ status: 200, body: { cart: { id: added.body['id'] } } });
    const other = variantOf(await aProduct(live.shop.core)).id;
    const more = await rest('POST', '/cart/items', { headers, body: { variantId: other, quantity: 1 } });
    const line = (more.body as unknown as Cart).items.find((item) => item.variantId === other);
    const less = await rest('DELETE', `/cart/items/${line?.id}`, { headers });
    expect(less).toMatchObject({ status: 200, body: { items: [{ quantity: 2 }] } });
    const order = aCheckout(added.body as unknown as Cart);
    const placed = await rest('POST', '/orders', { headers: { ...headers, 'idempotency-key': aKey() }, body: order });
    expect(placed).toMatchObject({ status: 201, body: { status: 'confirmed', totalCents: 1_400 } });
    expect((await rest('GET', `/products/${product.id}/inventory`)).body).toEqual(
      (await rest('GET', `/products/${product.id}/stock`)).body,
    );
    expect(await rest('GET', `/products/${product.slug}/stock`)).toMatchObject({
      status: 200,
      body: { available: 7, variants: [{ availability: { available: 7, inStock: true } }] },
    });
    const body = { version: product.version, name: 'Renamed' };
    const renamed = await rest('PUT', `/products/${product.id}`, { headers: bearer(await live.token('admin')), body });
    expect(renamed).toMatchObject({ status: 200, body: { name: 'Renamed' } });
  });

  it('REST answers a creation with the Location of the record', async () => {
    const headers = { ...bearer(await live.token('admin')), 'idempotency-key': aKey() };
    const body = { name: 'A lamp', variants: [{ sku: `LAMP-${aKey()}`, priceCents: 900 }] };
    const made = await rest('POST', '/products', { headers, body });
    expect(made.headers.get('location')).toBe(`/api/v1/products/${String(made.body['id'])}`);
  });

  it('REST converts numbers, booleans and lists of the query string by their schema', async () => {
    await aProduct(live.shop.core, { name: 'Quill', priceCents: 77 });
    const { status, body } = await rest('GET', '/products?pageSize=1&minPriceCents=77&maxPriceCents=77&inStock=true&sort=price');
    expect([status, body]).toMatchObject([200, { pageSize: 1, totalCount: 1 }]);
    expect(await rest('GET', '/products?inStock=perhaps')).toMatchObject({ status: 400, body: { fields: [{ path: 'inStock' }] } });
    expect(await rest('GET', '/products?pageSize=0x10')).toMatchObject({ status: 400, body: { fields: [{ path: 'pageSize' }] } });
    expect(await rest('GET', '/products?page=1&page=2')).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } });
  });

  it('REST answers HEAD like GET, without the body', async () => {
    const { status, headers, body } = await rest('HEAD', '/ping');
    expect([status, headers.get('content-length'), body]).toEqual([200, '13', {}]);
  });

  it('REST answers an unsupported method with the methods of the address', async () => {
    const { status, headers } = await rest('POST', '/products/mug');
    expect([status, headers.get('allow')]).toEqual([405, 'GET, PUT, PATCH, DELETE']);
  });
});

describe('a refused REST call', () => {
  it.each([
    ['malformed JSON', 'POST', '/carts', '{"a":', {}, 400, 'MALFORMED_BODY'],
    ['a list as body', 'POST', '/carts', [], {}, 400, 'MALFORMED_BODY'],
    ['an unknown field', 'POST', '/carts', { total: 1 }, {}, 400, 'UNKNOWN_FIELD'],
    ['the prototype as a field', 'POST', '/carts', '{"__proto__":{"role":"admin"}}', {}, 400, 'UNKNOWN_FIELD'],
    ['an unknown query parameter', 'GET', '/ping?debug=1', undefined, {}, 400, 'UNKNOWN_FIELD'],
    ['the prototype as a query parameter', 'GET', '/ping?__proto__=a&__proto__=b', undefined, {}, 400, 'UNKNOWN_FIELD'],
    ['brackets in a query', 'GET', '/products?tag[]=a', undefined, {}, 400, 'UNKNOWN_FIELD'],
    [
      'a role at registration',
      'POST',
      '/auth/register',
      { email: 'a@example.com', password: 'x'.repeat(20), firstName: 'A', lastName: 'B', role: 'admin' },
      {},
      400,
      'UNKNOWN_FIELD',
    ],
    ['an unknown address', 'GET', '/nowhere', undefined, {}, 404, 'NOT_FOUND'],
    ['an address that cannot be decoded', 'GET', '/products/%E0%A4%A', undefined, {}, 404, 'NOT_FOUND'],
    ['a malformed id', 'GET', '/carts/1%20or%201=1', undefined, {}, 400, 'INVALID_INPUT'],
    ['a form', 'POST', '/carts', 'currency=EUR', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['JSON sent as text', 'POST', '/carts', '{}', { 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['another kind of JSON', 'POST', '/carts', '{}', { 'content-type': 'application/json-patch+json' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['broken compression', 'POST', '/carts', '{}', { 'content-encoding': 'gzip' }, 400, 'MALFORMED_BODY'],
    ['unknown compression', 'POST', '/carts', '{}', { 'content-encoding': 'zoo' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a forged token', 'GET', '/auth/me', undefined, bearer('abc.def.ghi'), 401, 'INVALID_TOKEN'],
    ['no token', 'GET', '/auth/me', undefined, {}, 401, 'UNAUTHENTICATED'],
    ['a page size that is too large', 'GET', '/products?pageSize=1000', undefined, {}, 400, 'INVALID_INPUT'],
    ['SQL as a sort order', 'GET', '/products?sort=name;drop%20table%20users', undefined, {}, 400, 'INVALID_INPUT'],
    ['a zero byte in a search text', 'GET', '/search?q=%00', undefined, {}, 400, 'INVALID_INPUT'],
    ['a zero byte in a list filter', 'GET', '/products?q=a%00b', undefined, {}, 400, 'INVALID_INPUT'],
    ['a zero byte in an address', 'GET', '/products/%00', undefined, {}, 400, 'INVALID_INPUT'],
    ['a cursor of another list', 'GET', '/products?cursor=bmFtZQ', undefined, {}, 400, 'INVALID_INPUT'],
    ['a body of more than 1 MB', 'POST', '/carts', `{"a":"${'x'.repeat(1_100_000)}"}`, {}, 413, 'PAYLOAD_TOO_LARGE'],
  ] as const)(
    'a REST call with %s gets a problem without internals, and nothing is written',
    async (_what, method, path, body, headers, status, code) => {
      const written = () => live.shop.core.db.selectFrom('carts').select('id').execute();
      const before = await written();
      const answer = await rest(method, path, { ...(body !== undefined && { body }), headers });
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect([answer.status, answer.body]).toMatchObject([status, { code, status, instance: answer.headers.get('x-request-id') }]);
      expect(JSON.stringify(answer.body)).not.toMatch(/select |node_modules|at \w+ \(|Zod|postgres/i);
      expect(await written()).toEqual(before);
    },
  );

  it.each([-1, 0, 1.5, '2', 2 ** 31, 2 ** 53, 999_999])('the refusal of the quantity %s names the field', async (quantity) => {
    const product = await aProduct(live.shop.core);
    const { guest, cart } = await aGuestCart(live.shop.core);
    const headers = { 'x-cart-token': guest.cartToken ?? '' };
    const answer = await rest('POST', `/carts/${cart.id}/items`, { headers, body: { variantId: variantOf(product).id, quantity } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_QUANTITY' } });
    expect(answer.body['fields']).toEqual(expect.arrayContaining([expect.objectContaining({ path: 'quantity' })]));
  });

  it('a body field that the path already contains is refused as unknown', async () => {
    const { cart } = await aGuestCart(live.shop.core);
    const answer = await rest('POST', `/carts/${cart.id}/code`, { body: { cartId: cart.id, code: 'WINTER' } });
    expect(answer).toMatchObject({ status: 400, body: { code: 'UNKNOWN_FIELD', fields: [{ path: 'cartId' }] } });
  });

  it('an order of somebody else and an absent order get the same answer', async () => {
    const { order } = await aPaidOrder(live.shop.core, await aProduct(live.shop.core));
    await aCustomer(live.shop.core);
    const headers = { ...bearer(await live.token('customer')), 'x-request-id': 'the-same-id' };
    const absentId = '01990000-0000-7000-8000-000000000000';
    const [foreign, absent] = [
      await rest('GET', `/orders/${order.id}`, { headers }),
      await rest('GET', `/orders/${absentId}`, { headers }),
    ];
    expect(foreign.status).toBe(404);
    // Only the id differs, which each request sent itself.
    expect(JSON.stringify(foreign.body).replaceAll(order.id, absentId)).toBe(JSON.stringify(absent.body));
  });

  it('a missing or malformed idempotency key is refused before anything is written', async () => {
    const { guest, cart } = await aGuestCart(live.shop.core, [[await aProduct(live.shop.core), 1]]);
    const attempt = (headers: Record<string, string>) =>
      rest('POST', '/checkout', { headers: { 'x-cart-token': guest.cartToken ?? '', ...headers }, body: aCheckout(cart) });
    expect(await attempt({})).toMatchObject({ status: 400, body: { code: 'IDEMPOTENCY_KEY_REQUIRED' } });
    expect(await attempt({ 'idempotency-key': "'; drop table" })).toMatchObject({ status: 400, body: { code: 'IDEMPOTENCY_KEY_INVALID' } });
    expect(await live.shop.core.db.selectFrom('idempotency_keys').select('id').where('key', 'like', '%drop%').execute()).toEqual([]);
  });

  it('an expired token is refused with INVALID_TOKEN', async () => {
    let passedMs = 0;
    const later = await startLiveShop({}, { clock: { now: () => new Date(Date.now() + passedMs) } });
    const headers = bearer(await later.token('customer'));
    const before = await later.rest('GET', '/auth/me', { headers });
    passedMs = 20 * 60_000;
    const answer = await later.rest('GET', '/auth/me', { headers });
    await later.close();
    expect(before.status).toBe(200);
    expect(answer).toMatchObject({ status: 401, body: { code: 'INVALID_TOKEN' } });
  });
});
