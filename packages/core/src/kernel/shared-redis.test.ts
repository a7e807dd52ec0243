/** A shop whose Redis hangs: it accepts connections and commands, and answers nothing. */
import { setTimeout } from 'node:timers/promises';
import { createReadableLog, createTestShop, startUnsteadyRedis, testConfig, type TestShop, type UnsteadyRedis } from '@cartwright/testing';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { closeCore, createCore, redisOf } from '../composition/index.ts';
import { connectRedis, RedisUnavailable, type Core } from './index.ts';

const redisUrl = process.env['TEST_REDIS_URL'] ?? null;
const patience = { timeout: 60_000, interval: 100 };

const open: { redis?: UnsteadyRedis; shop?: TestShop; other?: Core } = {};
afterEach(async () => {
  vi.useRealTimers();
  if (open.other) await closeCore(open.other);
  await open.shop?.close();
  open.redis?.close();
  for (const key of ['redis', 'shop', 'other'] as const) delete open[key];
});

describe.skipIf(!redisUrl)('while Redis hangs', () => {
  const start = async (hangsFirst = false) => {
    const redis = (open.redis = await startUnsteadyRedis(`${redisUrl}/12`));
    if (hangsFirst) redis.hang();
    const { log, text } = createReadableLog();
    const shop = (open.shop = await createTestShop({ redisUrl: redis.url }, { log }));
    const linesWith = (message: string) => text().split(message).length - 1;
    return { redis, shop, core: shop.core, linesWith };
  };
  const answersAgain = (core: Core) => vi.waitFor(() => expect(redisOf(core)?.isUp).toBe(true), patience);

  it('commands are not sent after two without an answer, until a probe is answered', async () => {
    const proxy = (open.redis = await startUnsteadyRedis(`${redisUrl}/12`));
    const redis = await connectRedis(proxy.url, pino({ level: 'silent' }));
    proxy.hang();
    const ask = vi.fn((client: Redis) => client.ping());
    for (let call = 0; call < 20; call += 1) await expect(redis.use(ask)).rejects.toBeInstanceOf(RedisUnavailable);
    expect(ask).toHaveBeenCalledTimes(2);
    expect([redis.isUp, redis.outages]).toEqual([false, 1]);
    proxy.recover();
    await vi.waitFor(async () => expect(await redis.use(ask)).toBe('PONG'), patience);
    expect([redis.isUp, redis.outages]).toEqual([true, 1]);
    redis.close();
  });

  it('calls of somebody whose rate limit is used up do not count as answers of Redis', async () => {
    const { redis, core } = await start();
    const call = () => core.limiter.consume('somebody', { points: 1, seconds: 600 });
    await call();
    expect(await call()).not.toBeNull();
    redis.hang();
    let ended = false;
    const calls = (async () => {
      for (; !ended; await setTimeout(50)) expect(await call()).not.toBeNull();
    })();
    for (let read = 0; read < 2; read += 1) await core.reads.generation('catalog');
    expect(redisOf(core)).toMatchObject({ isUp: false, outages: 1 });
    expect(await call()).not.toBeNull();
    ended = true;
    await calls;
  });

  it('a connection that nobody closes is replaced, so that Redis is used again', async () => {
    const { redis, core } = await start();
    redis.lose();
    for (let read = 0; read < 2; read += 1) expect(await core.reads.generation('catalog')).toBeNull();
    expect(redisOf(core)?.isUp).toBe(false);
    await answersAgain(core);
    expect(await core.reads.generation('catalog')).not.toBeNull();
  });

  it('a probe is sent although the clock was set back meanwhile', async () => {
    const { redis, core } = await start();
    redis.hang();
    for (let read = 0; read < 2; read += 1) await core.reads.generation('catalog');
    expect(redisOf(core)?.isUp).toBe(false);
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_600_000 });
    redis.recover();
    await answersAgain(core);
  });

  it('an error reply is an answer, and does not stop the commands', async () => {
    const proxy = (open.redis = await startUnsteadyRedis(`${redisUrl}/12`));
    const redis = await connectRedis(proxy.url, pino({ level: 'silent' }));
    const wrong = () => redis.use((client) => client.call('NO_SUCH_COMMAND'));
    for (let call = 0; call < 5; call += 1) await expect(wrong()).rejects.toThrow('unknown command');
    expect(redis.isUp).toBe(true);
    redis.close();
  });

  it('reads and rate limits go on without Redis, and the log says so once', async () => {
    const { redis, core, linesWith } = await start();
    redis.hang();
    const load = vi.fn(async () => 'a value');
    for (let call = 0; call < 10; call += 1) expect(await core.reads.read('catalog', 'a key', load)).toBe('a value');
    expect(load).toHaveBeenCalledTimes(10);
    const answers = [];
    for (let call = 0; call < 7; call += 1) answers.push(await core.limiter.consume('somebody', { points: 5, seconds: 600 }));
    expect(answers.filter((answer) => answer === null)).toHaveLength(5);
    expect([linesWith('Redis does not answer'), linesWith('the cache is unavailable')]).toEqual([1, 0]);
    redis.recover();
    await answersAgain(core);
    await vi.waitFor(async () => expect(await core.reads.generation('catalog')).not.toBeNull(), patience);
  });

  it('a shop starts, and uses Redis when it answers', async () => {
    const { redis, core } = await start(true);
    expect(await core.reads.read('catalog', 'a key', async () => 'a value')).toBe('a value');
    redis.recover();
    await answersAgain(core);
  });

  it('a change invalidates the copies of every process when Redis answers again', async () => {
    const { redis, shop, core } = await start();
    const other = (open.other = await createCore(testConfig(shop.url, { redisUrl: `${redisUrl}/12` }), { log: pino({ level: 'silent' }) }));
    let stored = 'old';
    const readIn = ({ reads }: Core) => reads.read('search', 'a key', async () => stored);
    for (const one of [core, other, core, other]) expect(await readIn(one)).toBe('old');
    redis.hang();
    await expect(core.reads.generation('search')).resolves.toBeNull();
    await expect(core.reads.generation('search')).resolves.toBeNull();
    stored = 'new';
    // The command of this invalidation is never sent.
    await core.reads.forget(['search']);
    expect(await readIn(core)).toBe('new');
    expect(await readIn(other)).toBe('old');
    redis.recover();
    await answersAgain(core);
    await vi.waitFor(async () => expect(await readIn(other)).toBe('new'), patience);
    expect(await readIn(core)).toBe('new');
  });

  it('a Redis that lost its data does not bring back a copy that a process still has', async () => {
    const { core, shop } = await start();
    const direct = new Redis(`${redisUrl}/12`);
    const readNow = (value: string) => core.reads.read('search', 'a key', async () => value);
    await core.reads.forget(['search']);
    for (let call = 0; call < 2; call += 1) expect(await readNow('old')).toBe('old');
    await direct.del(...(await direct.keys(`${shop.config.redisPrefix}:*`)));
    await core.reads.forget(['search']);
    expect(await readNow('new')).toBe('new');
    direct.disconnect();
  });
});
