import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { createRateLimiter, randomIds, type RateLimiter, type SharedRedis } from './index.ts';
import { watchRedis } from './shared-redis.ts';

const redisUrl = process.env['TEST_REDIS_URL'] ?? null;
const watched = (client: Redis): SharedRedis => watchRedis(client, pino({ level: 'silent' }));
const budget = { points: 5, seconds: 60 };

describe.each(redisUrl ? ['this process', 'Redis'] : ['this process'])('a rate limit kept in %s', (where) => {
  let redis: SharedRedis | null = null;
  let limiter: RateLimiter;
  beforeAll(() => {
    redis = where === 'Redis' && redisUrl ? watched(new Redis(`${redisUrl}/11`)) : null;
    limiter = createRateLimiter(redis, 'cw');
  });
  afterAll(() => redis?.close());
  const key = () => randomIds.next();
  const take = (count: number, name: string, from = limiter) =>
    Promise.all(Array.from({ length: count }, () => from.consume(name, budget)));

  it('a rate limit allows exactly its number of concurrent calls, and then says when to retry', async () => {
    const answers = await take(200, key());
    const waits = answers.flatMap((answer) => (answer ? [answer.retryAfterSeconds] : []));
    expect(answers.length - waits.length).toBe(5);
    expect(waits.filter((wait) => wait < 1 || wait > 60)).toEqual([]);
  });

  it('a rate limit is counted by its key and its size', async () => {
    const name = key();
    await take(5, name);
    expect(await limiter.consume(name, budget)).toMatchObject({ retryAfterSeconds: expect.any(Number) as number });
    expect(await limiter.consume(key(), budget)).toBeNull();
    expect(await limiter.consume(name, { points: 6, seconds: 60 })).toBeNull();
  });

  it('processes that use one store share a rate limit', async () => {
    const name = key();
    const second = redis && redisUrl ? watched(new Redis(`${redisUrl}/11`)) : null;
    await take(5, name);
    const elsewhere = await createRateLimiter(second, 'cw').consume(name, budget);
    expect(elsewhere === null).toBe(where !== 'Redis');
    second?.close();
  });
});

it('the process counts a rate limit itself while Redis is unavailable', async () => {
  const away = new Redis('redis://127.0.0.1:1', { lazyConnect: true, enableOfflineQueue: false, retryStrategy: () => null });
  away.on('error', () => undefined);
  const limiter = createRateLimiter(watched(away), 'cw');
  const answers = [];
  for (let n = 0; n < 7; n += 1) answers.push(await limiter.consume('somebody', budget));
  expect(answers.filter((answer) => answer === null)).toHaveLength(5);
  away.disconnect();
});
