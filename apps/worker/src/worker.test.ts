import { listMails } from '@cartwright/core/notifications';
import { system } from '@cartwright/core/kernel';
import { checkInvariants } from '@cartwright/core/operations';
import { aCheckout, aCustomer, aGuestCart, aPaidOrder, aProduct, checkOut, createTestShop, race, type TestShop } from '@cartwright/testing';
import type { EventConsumer } from '@cartwright/core/events';
import { notifyConsumer } from '@cartwright/core/notifications';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startWorker, type ShopWorker } from './index.ts';

const redisUrl = process.env['TEST_REDIS_URL'] ?? null;
const backends: (readonly [name: string, redis: string | null])[] = [
  ['PostgreSQL', null],
  ...(redisUrl ? [['Redis', redisUrl] as const] : []),
];

const open: { shop?: TestShop; worker?: ShopWorker } = {};
const start = async (redis: string | null, consumers?: EventConsumer[]): Promise<TestShop> => {
  // Redis databases are numbered. Each test process uses its own, so that their queues do not mix.
  open.shop = await createTestShop({ redisUrl: redis && `${redis}/${1 + (process.pid % 14)}` });
  open.worker = await startWorker(open.shop.core, { staleAfterSeconds: 1, ...(consumers && { consumers }) });
  return open.shop;
};
afterEach(async () => {
  await open.worker?.close();
  await open.shop?.close();
});
const mailsOf = async (shop: TestShop) => (await listMails(shop.core, system('test'), { page: 1, pageSize: 100 })).items;

describe.each(backends)('a worker with queues on %s', (_name, redis) => {
  it('the worker sends one confirmation for a paid order, and marks its events as handled', async () => {
    const shop = await start(redis);
    const { order } = await aPaidOrder(shop.core, await aProduct(shop.core), 2);
    await vi.waitFor(async () => expect((await mailsOf(shop)).map((m) => m.subject)).toContain(`Order ${order.orderNumber} is confirmed`), {
      timeout: 20_000,
    });
    await vi.waitFor(
      async () => {
        const open = await shop.core.db.selectFrom('event_deliveries').select('eventId').where('state', '<>', 'done').execute();
        expect(open).toEqual([]);
      },
      { timeout: 20_000 },
    );
    const [mail] = await mailsOf(shop);
    expect(mail?.to).toBe(order.customer.email);
  });

  it('the worker applies each event once, even if the queue delivers it twice', async () => {
    const shop = await start(redis);
    await aCustomer(shop.core);
    await vi.waitFor(async () => expect(await mailsOf(shop)).toHaveLength(1), { timeout: 20_000 });
    await shop.core.database.kysely.updateTable('outbox_events').set({ relayedAt: null }).execute();
    await vi.waitFor(
      async () => {
        const waiting = await shop.core.db.selectFrom('outbox_events').select('id').where('relayedAt', 'is', null).execute();
        expect(waiting).toEqual([]);
      },
      { timeout: 20_000 },
    );
    expect(await mailsOf(shop)).toHaveLength(1);
  });

  it('the worker retries a failing consumer while other consumers continue', async () => {
    let failures = 0;
    const flaky: EventConsumer = {
      name: 'flaky',
      events: ['user.registered'],
      handle: async () => {
        failures += 1;
        if (failures < 3) throw new Error('not yet');
        return [];
      },
    };
    const shop = await start(redis, [flaky, notifyConsumer]);
    await aCustomer(shop.core);
    await vi.waitFor(async () => expect(await mailsOf(shop)).toHaveLength(1), { timeout: 20_000 });
    await vi.waitFor(
      async () => {
        const rows = await shop.core.db.selectFrom('event_deliveries').select('state').where('consumer', '=', 'flaky').execute();
        expect(rows).toEqual([{ state: 'done' }]);
      },
      { timeout: 30_000 },
    );
    // Not the stored attempts: a job that was queued again may handle the event before the last failure is counted.
    expect(failures).toBe(3);
  });

  it('every invariant holds while a hundred buyers compete for ten units', async () => {
    const shop = await start(redis);
    const product = await aProduct(shop.core, { stock: 10 });
    const { won, refused, defects } = await race(100, async () => {
      const { guest, cart } = await aGuestCart(shop.core, [[product, 1]]);
      return checkOut(shop.core, guest, aCheckout(cart));
    });
    expect({ won: won.length, refused, defects }).toEqual({ won: 10, refused: { INSUFFICIENT_STOCK: 90 }, defects: [] });
    await vi.waitFor(async () => expect((await mailsOf(shop)).filter((m) => m.template === 'order_confirmation')).toHaveLength(10), {
      timeout: 30_000,
    });
    const { results } = await checkInvariants(shop.core, system('test'));
    expect(results.filter((r) => r.violations > 0)).toEqual([]);
  });
});
