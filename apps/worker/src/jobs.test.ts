/** The catalogue of jobs at work: payloads, pauses and job schedulers, with queues on PostgreSQL and on Redis. */
import { queues as settings, shortestSchedulerMs, taskNames, tasks, type QueueName } from '@cartwright/core/jobs';
import { nextAttempt, system, type Core } from '@cartwright/core/kernel';
import { listMails } from '@cartwright/core/notifications';
import { checkInvariants } from '@cartwright/core/operations';
import { aCustomer, createReadableLog, createTestShop, type TestShop } from '@cartwright/testing';
import { Backoffs, createPostgresBackend, Queue, UnrecoverableError, withBackend } from 'bullmq';
import { Redis } from 'ioredis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startWorker, type ShopWorker } from './index.ts';
import { openPool } from './postgres-queues.ts';
import { jobOptionsOf, openQueues, readPayload } from './queues.ts';

const redisUrl = process.env['TEST_REDIS_URL'] ?? null;
const backends: (readonly [name: string, redis: string | null])[] = [
  ['PostgreSQL', null],
  ...(redisUrl ? [['Redis', redisUrl] as const] : []),
];
const open: { shop?: TestShop; worker?: ShopWorker } = {};
afterEach(async () => {
  await open.worker?.close();
  await open.shop?.close();
  delete open.worker;
  delete open.shop;
});

/** A queue of a shop as BullMQ opens it, for the view of the test. */
const withQueue = async <T>({ config }: Core, bullQueue: string, look: (queue: Queue) => Promise<T>): Promise<T> => {
  const redis = config.redisUrl ? new Redis(config.redisUrl, { maxRetriesPerRequest: null }) : null;
  const pool = redis ? null : openPool(config.databaseUrl);
  const queue = redis
    ? new Queue(bullQueue, { connection: redis, prefix: config.redisPrefix })
    : (new (withBackend(createPostgresBackend).Queue)(bullQueue, { connection: pool ?? expect.fail() }) as unknown as Queue);
  try {
    return await look(queue);
  } finally {
    await queue.close();
    await pool?.end();
    redis?.disconnect();
  }
};

describe('the payload of a job', () => {
  // Never remove a line: a shop that is upgraded still holds jobs of its earlier version.
  it.each([
    ['events', { consumer: 'notifications', eventIds: ['0190'] }],
    ['mail', { notificationIds: ['0190'] }],
    ['schedule', { task: 'relay' }],
  ] as const)('a payload of the queue %s of an earlier version is readable', (name, data) => {
    expect(readPayload(name, data)).toEqual(data);
  });

  it('a payload with fields of a newer version is readable', () => {
    expect(readPayload('mail', { notificationIds: ['0190'], urgent: true })).toEqual({ notificationIds: ['0190'] });
  });

  it.each([[null], [{}], [{ notificationIds: '0190' }], ['0190']])(
    'the unreadable payload %j of a mail job is refused for good',
    (data) => {
      expect(() => readPayload('mail', data)).toThrow(UnrecoverableError);
    },
  );

  it.each(backends)('an unreadable job does not stop the queue on %s', async (_name, redis) => {
    const readable = createReadableLog();
    const shop = (open.shop = await createTestShop({ redisUrl: redis && `${redis}/${1 + (process.pid % 14)}` }, { log: readable.log }));
    const queues = await openQueues(shop.core);
    await withQueue(shop.core, 'mail', (queue) => queue.add('mail', { notificationIds: 7 }, jobOptionsOf(settings.mail)));
    const [handled, ended] = [vi.fn(async () => undefined), vi.fn()];
    queues.process('mail', [], ended, handled);
    await queues.add('mail', [{ id: 'good', data: { notificationIds: ['0190'] } }]);
    await vi.waitFor(() => expect(ended.mock.calls.map(([, outcome]) => outcome)).toEqual(['failed', 'handled']), 30_000);
    await vi.waitFor(async () => expect((await queues.counts()).every(({ count }) => count === 0)).toBe(true), 30_000);
    expect(handled).toHaveBeenCalledExactlyOnceWith({ notificationIds: ['0190'] }, false);
    expect(readable.text()).toContain('A job of the queue mail has a payload that cannot be read');
    await queues.close();
  });
});

describe('the retry policy of a queue', () => {
  it.each(Object.keys(settings) as QueueName[])('the pauses of BullMQ for the queue %s are those of its policy', (name) => {
    const { retry } = settings[name];
    const { backoff, attempts } = jobOptionsOf({ retry: { ...retry, jitter: 0 } });
    expect(attempts).toBe(retry.attempts);
    const job = {} as Parameters<typeof Backoffs.calculate>[3];
    for (let failed = 1; failed < retry.attempts; failed += 1)
      expect(Backoffs.calculate(Backoffs.normalize(backoff ?? 0) ?? expect.fail('no pauses'), failed, new Error('away'), job)).toBe(
        nextAttempt({ ...retry, jitter: 0 }, failed),
      );
  });
});

/** The job schedulers of a shop, each with its period. */
const schedulersOf = (core: Core) =>
  withQueue(core, 'schedule', async (queue) => (await queue.getJobSchedulers()).map(({ key, every }) => `${key} ${every}`).toSorted());
const allSchedulers = (redis: string | null) =>
  taskNames
    .filter((name) => tasks[name].of === 'shop')
    .map((name) => `${name} ${Math.max(tasks[name].everyMs, shortestSchedulerMs[redis ? 'redis' : 'postgresql'])}`)
    .toSorted();

describe.each(backends)('job schedulers on %s', (_name, redis) => {
  it('every task of the shop is a job scheduler, no other is, and its jobs run', async () => {
    const shop = (open.shop = await createTestShop({ redisUrl: redis && `${redis}/${1 + (process.pid % 14)}` }));
    // Creates the tables of the queues.
    await (await openQueues(shop.core)).close();
    for (const task of ['a task of an older version', 'watch consumers'])
      await withQueue(shop.core, 'schedule', (queue) =>
        queue.upsertJobScheduler(task, { every: 60_000 }, { name: 'schedule', data: { task } }),
      );
    expect(await schedulersOf(shop.core)).toHaveLength(2);
    open.worker = await startWorker(shop.core);
    await vi.waitFor(async () => expect(await schedulersOf(shop.core)).toEqual(allSchedulers(redis)), 30_000);
    const { registry } = open.worker.metrics;
    await vi.waitFor(
      async () => expect(await registry.metrics()).toMatch(/^worker_jobs_total\{queue="schedule",outcome="handled"\} ([2-9]\d|\d{3,})$/m),
      60_000,
    );
    const { results } = await checkInvariants(shop.core, system('test'));
    expect(results.filter((result) => result.violations > 0)).toEqual([]);
  }, 120_000);
});

describe.each(backends.filter(([, redis]) => redis !== null))('job schedulers that %s loses', (_name, redis) => {
  it('a lost job scheduler is created again', async () => {
    const shop = (open.shop = await createTestShop({ redisUrl: `${redis}/${1 + (process.pid % 14)}` }));
    open.worker = await startWorker(shop.core);
    await vi.waitFor(async () => expect(await schedulersOf(shop.core)).toEqual(allSchedulers(redis)), 30_000);
    expect(await withQueue(shop.core, 'schedule', (queue) => queue.removeJobScheduler('relay'))).toBe(true);
    await vi.waitFor(async () => expect(await schedulersOf(shop.core)).toEqual(allSchedulers(redis)), 60_000);
  }, 120_000);
});

describe('a worker whose Redis never answers', () => {
  it('events are handled and mails are sent without the queue', async () => {
    const shop = (open.shop = await createTestShop({ redisUrl: 'redis://127.0.0.1:1' }));
    const worker = await startWorker(shop.core);
    await aCustomer(shop.core);
    await vi.waitFor(
      async () =>
        expect((await listMails(shop.core, system('test'), { page: 1, pageSize: 10 })).items).toMatchObject([{ template: 'welcome' }]),
      60_000,
    );
    expect(worker.notReadyReason()).toContain('Redis is unavailable');
    // The shutdown waits for Redis, up to 30 seconds in `main.ts`. This test does not wait for it.
    void worker.close();
  }, 120_000);
});
