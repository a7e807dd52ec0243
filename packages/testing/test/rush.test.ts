/** Many simultaneous buyers over HTTP, with two API processes and a worker. */
import { system } from '@cartwright/core/kernel';
import { listMails } from '@cartwright/core/notifications';
import { checkInvariants } from '@cartwright/core/operations';
import {
  aProduct,
  createTestShop,
  startApiProcess,
  startWorkerProcess,
  variantOf,
  type ShopProcess,
  type TestShop,
} from '@cartwright/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buy, fillCart, sendTo, tally } from './buyer.ts';

const redisUrl = process.env['TEST_REDIS_URL'] ?? null;
const backends: (readonly [name: string, redis: string | null])[] = [
  ['PostgreSQL', null],
  ...(redisUrl ? [['Redis', redisUrl] as const] : []),
];

describe.each(backends)('two API processes and a worker, with queues on %s', (_name, redis) => {
  let shop: TestShop;
  let apis: [ShopProcess, ShopProcess];
  let worker: ShopProcess;
  beforeAll(async () => {
    shop = await createTestShop({ redisUrl: redis && `${redis}/0` });
    [worker, ...apis] = await Promise.all([startWorkerProcess(shop), startApiProcess(shop), startApiProcess(shop)]);
  });
  afterAll(async () => {
    for (const running of [...apis, worker]) expect(await running.stop()).toEqual({ code: 0, signal: null });
    const { results } = await checkInvariants(shop.core, system('test'));
    expect(results.filter((r) => r.violations > 0)).toEqual([]);
    await shop.close();
  });
  const both = () => sendTo(apis[0].url, apis[1].url);
  const chargesOf = (orderId: unknown) =>
    shop.core.db.selectFrom('payments').select('status').where('orderId', '=', String(orderId)).execute();

  it('ten of a hundred simultaneous buyers get ten units, and the others get INSUFFICIENT_STOCK', async () => {
    const variantId = variantOf(await aProduct(shop.core, { stock: 10 })).id;
    const send = both();
    const answers = await Promise.all(Array.from({ length: 100 }, () => buy(send, variantId)));
    expect(tally(answers)).toEqual({ 201: 10, '409 INSUFFICIENT_STOCK': 90 });
    for (const { status, body } of answers) expect(status).toBe(body['status'] === 'confirmed' ? 201 : 409);
    const stock = shop.core.db.selectFrom('stock_levels').select(['onHand', 'reserved']).where('variantId', '=', variantId);
    expect(await stock.execute()).toEqual([{ onHand: 0, reserved: 0 }]);
    const ordered = answers.flatMap(({ body: { orderNumber } }) =>
      typeof orderNumber === 'string' ? [`Order ${orderNumber} is confirmed`] : [],
    );
    await vi.waitFor(async () => {
      const { items } = await listMails(shop.core, system('test'), { page: 1, pageSize: 100 });
      expect(
        items
          .filter((m) => m.template === 'order_confirmation')
          .map((m) => m.subject)
          .toSorted(),
      ).toEqual(ordered.toSorted());
    }, 30_000);
  });

  it('a checkout that is sent fifty times at once makes one order and one charge', async () => {
    const send = both();
    const filled = await fillCart(send, variantOf(await aProduct(shop.core, { stock: 10 })).id, 3);
    if ('refused' in filled) throw new Error(`The cart was refused: ${JSON.stringify(filled.refused.body)}`);
    const answers = await Promise.all(Array.from({ length: 50 }, () => send(filled.checkout)));
    const won = answers.filter((a) => a.status === 201);
    expect(tally(answers)).toEqual({ 201: won.length, ...(won.length < 50 && { '409 IDEMPOTENCY_IN_PROGRESS': 50 - won.length }) });
    expect(won.filter((a) => a.headers.get('idempotency-replayed') === null)).toHaveLength(1);
    expect(new Set(won.map((a) => JSON.stringify(a.body))).size).toBe(1);
    expect(await chargesOf(won[0]?.body['id'])).toEqual([{ status: 'captured' }]);
    const late = await send(filled.checkout);
    expect({ status: late.status, body: late.body }).toEqual({ status: 201, body: won[0]?.body });
  });
});
