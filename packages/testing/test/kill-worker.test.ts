/** kill -9 of one worker after another, each at another place of its work; the last one lives and finishes what they left. */
import { system } from '@cartwright/core/kernel';
import { listMails } from '@cartwright/core/notifications';
import { checkInvariants } from '@cartwright/core/operations';
import {
  aPaidOrder,
  aProduct,
  createTestShop,
  isLongRun,
  letPass,
  startWorkerProcess,
  type ShopProcess,
  type TestShop,
} from '@cartwright/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { places } from './places.ts';

const redisUrl = process.env['TEST_REDIS_URL'] ?? null;
const backends: (readonly [name: string, redis: string | null])[] = [
  ['PostgreSQL', null],
  ...(redisUrl ? [['Redis', redisUrl] as const] : []),
];
/** In a long run the workers die at every place on each backend; in a short one the backends share the places out among them. */
const placesOn = (backend: number) => places.worker.filter((_, n) => isLongRun || n % backends.length === backend);
const soon = { timeout: 45_000, interval: 100 };

const open: { shop?: TestShop; worker?: ShopProcess } = {};
afterEach(async () => {
  await open.worker?.stop();
  await open.shop?.close();
});

const figure = async ({ url }: ShopProcess, line: RegExp): Promise<number> =>
  Number(line.exec(await (await fetch(`${url}/metrics`)).text())?.[1] ?? Number.NaN);

describe.each(backends)('workers that are killed, with queues on %s,', { timeout: 150_000 }, (name, redis) => {
  it('leave one mail an order and no event unhandled, wherever they die', async () => {
    const shop = (open.shop = await createTestShop({ redisUrl: redis && `${redis}/15` }));
    const product = await aProduct(shop.core, { stock: 100 });
    const orders: string[] = [];
    for (const place of placesOn(backends.findIndex(([backend]) => backend === name))) {
      const doomed = await startWorkerProcess(shop, { FAILPOINTS: `${place}=kill` });
      orders.push((await aPaidOrder(shop.core, product)).order.orderNumber);
      expect(await doomed.ended, place).toEqual({ code: null, signal: 'SIGKILL' });
    }
    // What died between a commit and the queue is found by the sweep, after five minutes.
    await letPass(shop.core, 6);
    const heir = (open.worker = await startWorkerProcess(shop));
    await vi.waitFor(async () => {
      const waiting = await shop.core.db.selectFrom('outbox_events').select('name').where('relayed_at', 'is', null).execute();
      const undone = await shop.core.db.selectFrom('event_deliveries').select('consumer').where('state', '<>', 'done').execute();
      const unsent = await shop.core.db.selectFrom('notifications').select('template_name').where('status', '<>', 'sent').execute();
      expect({ waiting, undone, unsent }).toEqual({ waiting: [], undone: [], unsent: [] });
    }, soon);
    const { items } = await listMails(shop.core, system('test'), { page: 1, pageSize: 100 });
    const confirmations = items.filter((mail) => mail.template === 'order_confirmation');
    expect(confirmations.map((mail) => mail.subject).toSorted()).toEqual(orders.map((n) => `Order ${n} is confirmed`).toSorted());
    const { results } = await checkInvariants(shop.core, system('test'));
    expect(results.filter((r) => r.violations > 0)).toEqual([]);
    expect(await figure(heir, /^worker_backlog\{of="dead_deliveries"\} (\d+)$/m)).toBe(0);
    expect(await figure(heir, /^worker_jobs_total\{queue="mail",outcome="handled"\} (\d+)$/m)).toBeGreaterThan(0);
    expect(await heir.stop()).toEqual({ code: 0, signal: null });
  });
});
