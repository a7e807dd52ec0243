/** Flash sales over HTTP: headers, status codes and live feeds for buyers and staff. */
import { createCartwright, type Cartwright } from '@cartwright/sdk';
import { aKey, anAddress, aProduct, aStaffMember, password, variantOf } from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bearer, startLiveShop, type LiveShop } from './live-shop.ts';

let live: LiveShop;
let staff: Record<string, string>;
let admin: Cartwright;
beforeAll(async () => {
  live = await startLiveShop();
  const { email } = await aStaffMember(live.shop.core);
  admin = createCartwright({ baseUrl: live.url });
  await admin.signIn({ email, password });
  staff = bearer(await live.token('admin'));
});
afterAll(() => live.close());

const aSale = async (fields: Record<string, unknown> = {}, units = 5) => {
  const product = await aProduct(live.shop.core, { stock: 20 });
  const { status, body } = await live.rest('POST', '/flash-sales', {
    headers: staff,
    body: {
      name: 'The drop',
      startsAt: new Date(Date.now() - 60_000).toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      items: [{ variantId: variantOf(product).id, units, salePriceCents: 700, limitPerCustomer: 2 }],
      ...fields,
    },
  });
  expect(status).toBe(201);
  const sale = body as { id: string; items: { id: string }[] };
  return { saleId: sale.id, itemId: sale.items[0]?.id ?? '' };
};
const input = (changes: Record<string, unknown> = {}) => ({ email: 'ada@example.com', shippingAddress: anAddress, ...changes });
const buy = (itemId: string, body: unknown, key: string | null = aKey()) =>
  live.rest('POST', `/flash-sales/items/${itemId}/buy`, { body, ...(key && { headers: { 'idempotency-key': key } }) });

describe('buying over HTTP', () => {
  it('a flash sale purchase answers 201 with the order, and its repeat the same, marked as a replay', async () => {
    const { itemId } = await aSale();
    const key = aKey();
    const first = await buy(itemId, input(), key);
    expect(first).toMatchObject({ status: 201, body: { status: 'pending', unitPriceCents: 700 } });
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    const again = await buy(itemId, input(), key);
    expect(again).toMatchObject({ status: 201, body: first.body });
    expect(again.headers.get('idempotency-replayed')).toBe('true');
  });

  it('a guest can read the order with its order token', async () => {
    const { itemId } = await aSale();
    const { body } = await buy(itemId, input());
    const path = `/orders/${String(body['orderId'])}`;
    expect((await live.rest('GET', path)).status).toBe(404);
    expect(await live.rest('GET', path, { headers: { 'x-cart-token': String(body['orderToken']) } })).toMatchObject({
      status: 200,
      body: { orderNumber: body['orderNumber'] },
    });
  });

  it('an unpaid flash sale order can be paid by a later attempt', async () => {
    const { itemId } = await aSale();
    const { body } = await buy(itemId, input());
    const paid = await live.rest('POST', `/orders/${String(body['orderId'])}/payments`, {
      body: { payment: { token: 'tok_success' } },
      headers: { 'x-cart-token': String(body['orderToken']), 'idempotency-key': aKey() },
    });
    expect(paid).toMatchObject({ body: { status: 'confirmed' } });
  });

  it.each([
    ['no key', input(), null, 400, 'IDEMPOTENCY_KEY_REQUIRED'],
    ['a short key', input(), 'short', 400, 'IDEMPOTENCY_KEY_INVALID'],
    ['a price', input({ unitPriceCents: 1 }), undefined, 400, 'UNKNOWN_FIELD'],
    ['no units', input({ quantity: 0 }), undefined, 400, 'INVALID_QUANTITY'],
    ['1.5 units', input({ quantity: 1.5 }), undefined, 400, 'INVALID_QUANTITY'],
    ['no shipping address', { email: 'ada@example.com' }, undefined, 400, 'INVALID_INPUT'],
    ['no e-mail address', { shippingAddress: anAddress }, undefined, 400, 'INVALID_INPUT'],
    ['more units than the limit', input({ quantity: 3 }), undefined, 409, 'PURCHASE_LIMIT'],
    ['an outdated expected price', input({ expectedUnitPriceCents: 1 }), undefined, 409, 'PRICE_CHANGED'],
    ['a forged ticket', input({ ticket: 'a.1.b.c'.padEnd(40, '0') }), undefined, 403, 'ADMISSION_REQUIRED'],
  ])('a flash sale purchase with %s is refused, and nothing is written', async (_what, body, key, status, code) => {
    const { saleId, itemId } = await aSale();
    expect(await buy(itemId, body, key)).toMatchObject({ status, body: { code } });
    expect(await live.rest('GET', `/flash-sales/${saleId}/metrics`, { headers: staff })).toMatchObject({
      body: { items: [{ unitsFree: 5, orders: 0 }] },
    });
  });

  it('a purchase of a sale item that does not exist is not found', async () => {
    expect(await buy('0190f7a0-0000-7000-8000-000000000000', input())).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });

  it('all late buyers get the same refusal, each with its own request id', async () => {
    const { itemId } = await aSale({}, 1);
    await buy(itemId, input());
    const late = async (requestId: string) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': aKey(), 'x-request-id': requestId };
      const body = JSON.stringify(input({ email: `${requestId}@example.com` }));
      const answer = await fetch(`${live.url}/api/v1/flash-sales/items/${itemId}/buy`, { method: 'POST', headers, body });
      expect([answer.headers.get('x-request-id'), answer.headers.get('content-type')]).toEqual([
        requestId,
        'application/problem+json; charset=utf-8',
      ]);
      return (await answer.json()) as Record<string, unknown>;
    };
    const refusals = await Promise.all(['late-buyer-1', 'late-buyer-2', 'late-buyer-3'].map(late));
    const [{ instance: _, ...first } = {}] = refusals;
    expect(first).toMatchObject({ code: 'OUT_OF_STOCK', status: 409, retry: 'never', details: { available: 0 } });
    expect(refusals).toEqual([1, 2, 3].map((n) => ({ ...first, instance: `late-buyer-${n}` })));
  });

  it('the SDK creates the idempotency key and throws an error with the code of the refusal', async () => {
    const { itemId } = await aSale({}, 1);
    const buyer = createCartwright({ baseUrl: live.url });
    const request = { itemId, email: 'sdk@example.com', shippingAddress: anAddress };
    expect(await buyer.flashSales.buy(request)).toMatchObject({ status: 'pending' });
    await expect(buyer.flashSales.buy(request)).rejects.toMatchObject({ code: 'OUT_OF_STOCK', status: 409, retry: 'never' });
  });
});

describe('managing a sale over HTTP', () => {
  it('customers can read a flash sale but not manage it', async () => {
    const customer = bearer(await live.token('customer'));
    const { saleId } = await aSale();
    expect((await live.rest('GET', `/flash-sales/${saleId}`)).status).toBe(200);
    for (const [method, path] of [
      ['POST', `/flash-sales/${saleId}/pause`],
      ['POST', `/flash-sales/${saleId}/end`],
      ['GET', `/flash-sales/${saleId}/metrics`],
    ] as const) {
      expect((await live.rest(method, path)).status).toBe(401);
      expect((await live.rest(method, path, { headers: customer })).status).toBe(403);
    }
  });

  it('a paused sale sells nothing until it is resumed', async () => {
    const { saleId, itemId } = await aSale();
    await live.rest('POST', `/flash-sales/${saleId}/pause`, { headers: staff });
    expect(await buy(itemId, input())).toMatchObject({ status: 409, body: { code: 'SALE_PAUSED', retry: 'safe' } });
    await live.rest('POST', `/flash-sales/${saleId}/resume`, { headers: staff });
    expect((await buy(itemId, input())).status).toBe(201);
  });

  it('the metrics of a flash sale arrive live whenever they change', async () => {
    const { saleId, itemId } = await aSale({}, 4);
    const seen: number[] = [];
    for await (const metrics of admin.flashSales.watch({ saleId })) {
      seen.push(metrics.items[0]?.unitsFree ?? -1);
      if (seen.length === 1) await buy(itemId, input());
      if (seen.length === 2) break;
    }
    expect(seen).toEqual([4, 3]);
  });
});

describe('the waiting room over HTTP', () => {
  it('a buyer joins the waiting room, is admitted over the live feed, and buys', async () => {
    const { saleId, itemId } = await aSale({ waitingRoom: true });
    const buyer = createCartwright({ baseUrl: live.url });
    const email = 'patient@example.com';
    const { ticket, place } = await buyer.flashSales.join({ saleId, email });
    expect(place).toMatchObject({ state: 'waiting', ahead: 0 });
    for await (const now of buyer.flashSales.follow({ saleId, ticket })) if (now.state === 'admitted') break;
    expect(await live.rest('GET', `/flash-sales/${saleId}/queue?ticket=${ticket}`)).toMatchObject({
      body: { state: 'admitted', ahead: 0 },
    });
    expect(await buyer.flashSales.buy({ itemId, email, shippingAddress: anAddress, ticket })).toMatchObject({ status: 'pending' });
  });
});
