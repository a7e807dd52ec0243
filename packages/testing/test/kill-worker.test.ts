/** Kills one worker after another (SIGKILL), each at another failpoint; the last worker finishes their work. */
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
/** In a long run workers die at every failpoint on each backend; in a short run each backend has a part of the failpoints. */
const placesOn = (backend: number) => places.worker.filter((_, n) => isLongRun || n % backends.length === backend);
const soon = { timeout: 45_000, interval: 100 };

const open: { shop?: TestShop; worker?: ShopProcess } = {};
afterEach(async () => {
  await open.worker?.stop();
  await open.shop?.close();
});

const metricOf = async ({ url }: ShopProcess, line: RegExp): Promise<number> =>
  Number(line.exec(await (await fetch(`${url}/metrics`)).text())?.[1] ?? Number.NaN);

describe.each(backends)('killed workers, with queues on %s', { timeout: 150_000 }, (name, redis) => {
  it('killed workers leave one mail for each order and no unhandled event, at whichever failpoint they die', async () => {
    const shop = (open.shop = await createTestShop({ redisUrl: redis && `${redis}/15` }));
    const product = await aProduct(shop.core, { stock: 100 });
    const orders: string[] = [];
    for (const place of placesOn(backends.findIndex(([backend]) => backend === name))) {
      const killedWorker = await startWorkerProcess(shop, { FAILPOINTS: `${place}=kill` });
      orders.push((await aPaidOrder(shop.core, product)).order.orderNumber);
      expect(await killedWorker.ended, place).toEqual({ code: null, signal: 'SIGKILL' });
    }
    // The sweep finds work that was lost between commit and queue after five minutes.
    await letPass(shop.core, 6);
    const lastWorker = (open.worker = await startWorkerProcess(shop));
    await vi.waitFor(async () => {
      const waiting = await shop.core.db.selectFrom('outbox_events').select('name').where('relayedAt', 'is', null).execute();
      const undone = await shop.core.db.selectFrom('event_deliveries').select('consumer').where('state', '<>', 'done').execute();
      const unsent = await shop.core.db.selectFrom('notifications').select('templateName').where('status', '<>', 'sent').execute();
      expect({ waiting, undone, unsent }).toEqual({ waiting: [], undone: [], unsent: [] });
    }, soon);
    const { items } = await listMails(shop.core, system('test'), { page: 1, pageSize: 100 });
    const confirmations = items.filter((mail) => mail.template === 'order_confirmation');
    expect(confirmations.map((mail) => mail.subject).toSorted()).toEqual(orders.map((n) => `Order ${n} is confirmed`).toSorted());
    const { results } = await checkInvariants(shop.core, system('test'));
    expect(results.filter((r) => r.violations > 0)).toEqual([]);
    expect(await metricOf(lastWorker, /^worker_backlog\{of="dead_deliveries"\} (\d+)$/m)).toBe(0);
    expect(await metricOf(lastWorker, /^worker_jobs_total\{queue="mail",outcome="handled"\} (\d+)$/m)).toBeGreaterThan(0);
    expect(await lastWorker.stop()).toEqual({ code: 0, signal: null });
  });
});
