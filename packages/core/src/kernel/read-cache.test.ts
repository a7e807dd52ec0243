import { aProduct, createTestShop, testConfig, type TestShop } from '@cartwright/testing';
import { AsyncLocalStorage } from 'node:async_hooks';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { closeCore, createCore } from '../composition/index.ts';
import { createMemoryCache, createReadCache, systemClock, type Core, type Generations } from './index.ts';

const redisUrl = process.env['TEST_REDIS_URL'] ?? null;
const modes: (readonly [string, string | null])[] = [
  ['PostgreSQL alone', null],
  ...(redisUrl ? [['Redis', `${redisUrl}/13`] as const] : []),
];

describe.each(modes)('cached reads of two processes on %s', (_name, redis) => {
  let shop: TestShop;
  let other: Core;
  beforeAll(async () => {
    shop = await createTestShop({ redisUrl: redis });
    other = await createCore(testConfig(shop.url, { redisUrl: redis }), { log: pino({ level: 'silent' }) });
  });
  afterAll(async () => {
    await closeCore(other);
    await shop.close();
  });
  const key = () => `key-${shop.core.ids.next()}`;

  it('a read is executed once for all concurrent callers', async () => {
    const name = key();
    const load = vi.fn(async () => ({ n: 1 }));
    await Promise.all(Array.from({ length: 50 }, () => shop.core.reads.read('search', name, load)));
    await shop.core.reads.read('search', name, load);
    expect(load).toHaveBeenCalledTimes(1);
  });

  it('a shared read runs in the async context of no request', async () => {
    const requestId = new AsyncLocalStorage<string>();
    const contexts: unknown[] = [];
    const load = async () => contexts.push(requestId.getStore());
    await requestId.run('the first', () => shop.core.reads.read('search', key(), load));
    expect(contexts).toEqual([undefined]);
  });

  it('a cached read is the same frozen object for all callers in a process, and equal in the other process', async () => {
    const name = key();
    const load = vi.fn(async () => ({ list: [1] }));
    await shop.core.reads.read('search', name, load);
    const kept = await shop.core.reads.read('search', name, load);
    expect(await shop.core.reads.read('search', name, load)).toBe(kept);
    expect(() => kept.list.push(2)).toThrow(TypeError);
    expect(await other.reads.read('search', name, load)).toEqual(kept);
    // Only the shared cache saves the other process the work.
    expect(load).toHaveBeenCalledTimes(redis ? 1 : 2);
  });

  it("a read with 'asked twice' is cached from its second call on", async () => {
    const name = key();
    const load = vi.fn(async () => ({ n: 1 }));
    const ask = () => shop.core.reads.read('search', name, load, 'asked twice');
    await ask();
    expect(load).toHaveBeenCalledTimes(1);
    await ask();
    expect(load).toHaveBeenCalledTimes(2);
    expect(await ask()).toBe(await ask());
    expect(load).toHaveBeenCalledTimes(2);
  });

  it('a change in one process clears the cached read of the other', async () => {
    const name = key();
    let n = 0;
    const ask = () => shop.core.reads.read('search', name, async () => (n += 1));
    expect(await ask()).toBe(1);
    await aProduct(other);
    await vi.waitFor(async () => expect(await ask()).toBeGreaterThan(1), 30_000);
  });

  it('a read that was overtaken by a change is not cached', async () => {
    const name = key();
    const loading = Promise.withResolvers<string>();
    const begun = Promise.withResolvers<void>();
    const slow = shop.core.reads.read('search', name, () => {
      begun.resolve();
      return loading.promise;
    });
    await begun.promise;
    await shop.core.reads.forget(['search']);
    loading.resolve('old');
    expect(await slow).toBe('old');
    expect(await shop.core.reads.read('search', name, async () => 'new')).toBe('new');
  });

  it('a failed read is tried again by the next caller', async () => {
    const name = key();
    await expect(shop.core.reads.read('search', name, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await shop.core.reads.read('search', name, async () => 'yes')).toBe('yes');
  });
});

it('while an invalidation that has failed is repeated, no read gets a copy from before it', async () => {
  const first = Promise.withResolvers<void>();
  const advance = vi
    .fn<Generations['advance']>()
    .mockRejectedValueOnce(new Error('away'))
    .mockReturnValueOnce(first.promise)
    .mockResolvedValue();
  const generations: Generations = { current: async () => 'before', advance, close: async () => undefined };
  const reads = createReadCache({ near: createMemoryCache(systemClock), far: null }, generations, () => undefined);
  let stored = 'old';
  const read = () => reads.read('catalog', 'a key', async () => stored);
  await read();
  stored = 'new';
  expect(await read()).toBe('old');
  await reads.forget(['catalog']);
  const both = [read(), read()];
  await vi.waitFor(() => expect(advance).toHaveBeenCalledTimes(2));
  first.reject(new Error('still away'));
  expect(await Promise.all(both)).toEqual(['new', 'new']);
  expect(advance).toHaveBeenCalledTimes(2);
});

it('an invalidation that fails while an earlier one is repeated is repeated too', async () => {
  const second = Promise.withResolvers<void>();
  const advance = vi.fn<Generations['advance']>().mockRejectedValueOnce(new Error('away')).mockReturnValueOnce(second.promise);
  const generations: Generations = { current: async () => 'before', advance, close: async () => undefined };
  const reads = createReadCache({ near: createMemoryCache(systemClock), far: null }, generations, () => undefined);
  await reads.forget(['catalog']);
  const repeated = reads.forgetOwed();
  advance.mockRejectedValueOnce(new Error('away'));
  await reads.forget(['catalog']);
  second.resolve();
  await repeated;
  advance.mockResolvedValue();
  await reads.generation('catalog');
  expect(advance).toHaveBeenCalledTimes(4);
});
