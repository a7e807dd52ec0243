/** Limits how long the worker waits for a Redis that holds its queues. */
import { RedisUnavailable, withinTime } from '@cartwright/core/kernel';
import type { Redis } from 'ioredis';

/** Longest wait for Redis to accept a job. */
const redisTimeoutMs = 5_000;

/**
 * Limits the wait for Redis. A command that was sent meanwhile may still be executed later; jobs that run twice have one effect. After the
 * first time-out calls fail at once, until Redis answers again.
 */
export const limitWaits = (redis: Redis | null) => {
  let away = false;
  redis?.on('ready', () => (away = false));
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (!redis) return work();
    const late = () => new RedisUnavailable('Redis does not answer');
    if (away) throw late();
    const answer = work();
    answer.then(
      () => (away = false),
      () => undefined,
    );
    return withinTime(answer, redisTimeoutMs, () => {
      away = true;
      return Promise.reject(late());
    });
  };
};
