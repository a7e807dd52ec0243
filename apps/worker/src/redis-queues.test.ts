/** Queues in a Redis that stops answering: it accepts connections and commands, and answers nothing, or its machine vanishes. */
import { createReadableLog, createTestShop, startUnsteadyRedis, type TestShop, type UnsteadyRedis } from '@cartwright/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openQueues, type Queues } from './queues.ts';

const redisUrl = process.env['TEST_REDIS_URL'] ?? null;
const patience = { timeout: 60_000, interval: 100 };
const job = (id: string) => ({ id, data: { notificationIds: [id] } });

const open: { redis?: UnsteadyRedis; shop?: TestShop; queues?: Queues } = {};
afterEach(async () => {
  open.redis?.recover();
  await open.queues?.close();
  await open.shop?.close();
  open.redis?.close();
  for (const key of ['redis', 'shop', 'queues'] as const) delete open[key];
});

/** A shop with queues in Redis, of which this process handles mails. */
const start = async (hangsFirst = false) => {
  const redis = (open.redis = await startUnsteadyRedis(`${redisUrl}/${1 + (process.pid % 14)}`));
  if (hangsFirst) redis.hang();
  const { log, text } = createReadableLog();
  const shop = (open.shop = await createTestShop({ redisUrl: redis.url }, { log }));
  const queues = (open.queues = await openQueues(shop.core));
  const handled: string[] = [];
  queues.process('mail', [], vi.fn(), async ({ notificationIds }) => void handled.push(...notificationIds));
  return { redis, queues, handled, text };
};
const added = async (queues: Queues, id: string): Promise<void> => queues.add('mail', [job(id)]);

describe.skipIf(!redisUrl)('queues in Redis', { timeout: 120_000 }, () => {
  it('jobs run in the process that adds them while Redis hangs, and in the queue once it answers again', async () => {
    const { redis, queues, handled, text } = await start();
    await added(queues, 'before');
    await vi.waitFor(() => expect(handled).toEqual(['before']), patience);
    redis.hang();
    for (const id of ['first', 'second', 'third', 'fourth']) await added(queues, id);
    await vi.waitFor(() => expect(handled).toEqual(['before', 'first', 'second', 'third', 'fourth']), patience);
    expect(queues.isUp()).toBe(false);
    await expect(queues.counts()).rejects.toThrow('Redis did not answer');
    expect(text().split('Redis does not answer').length - 1).toBe(1);
    redis.recover();
    await vi.waitFor(() => expect(queues.isUp()).toBe(true), patience);
    await added(queues, 'after');
    await vi.waitFor(() => expect(handled).toContain('after'), patience);
    await vi.waitFor(
      async () => expect((await queues.counts()).filter(({ queue, count }) => queue === 'mail' && count > 0)).toEqual([]),
      patience,
    );
  });

  it('queues are opened although Redis hangs at the start, and are used once it answers', async () => {
    const { redis, queues, handled } = await start(true);
    await added(queues, 'early');
    await vi.waitFor(() => expect(handled).toEqual(['early']), patience);
    redis.recover();
    await vi.waitFor(() => expect(queues.isUp()).toBe(true), patience);
    await vi.waitFor(async () => expect(await queues.counts()).not.toEqual([]), patience);
    await added(queues, 'late');
    await vi.waitFor(() => expect(handled).toContain('late'), patience);
  });

  it('connections that nobody closes are replaced, and workers take jobs again', async () => {
    const { redis, queues, handled } = await start();
    await added(queues, 'before');
    await vi.waitFor(() => expect(handled).toEqual(['before']), patience);
    redis.lose();
    await vi.waitFor(() => queues.counts(), patience);
    expect(queues.isUp()).toBe(true);
    await added(queues, 'after');
    await vi.waitFor(() => expect(handled).toContain('after'), patience);
  });
});
