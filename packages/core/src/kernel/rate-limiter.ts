/** Rate limits by rate-limiter-flexible: in this process, or shared on Redis with this process as the fallback. */
import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { RateLimiter } from './ports.ts';

/** Keeps the counters in Redis, or in this process when there is no Redis or it is unavailable. */
export const createRateLimiter = (redis: Redis | null, prefix: string): RateLimiter => {
  const limiters = new Map<string, RateLimiterAbstract>();
  const limiterFor = (points: number, duration: number): RateLimiterAbstract => {
    const name = `${points}/${duration}`;
    let limiter = limiters.get(name);
    if (!limiter) {
      const memory = new RateLimiterMemory({ points, duration, keyPrefix: name });
      limiter = redis
        ? new RateLimiterRedis({
            storeClient: redis,
            points,
            duration,
            keyPrefix: `${prefix}:limit:${name}`,
            inMemoryBlockOnConsumed: points,
            insuranceLimiter: memory,
          })
        : memory;
      limiters.set(name, limiter);
    }
    return limiter;
  };
  return {
    consume: async (key, { points, seconds }) => {
      try {
        await limiterFor(points, seconds).consume(key);
        return null;
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) return { retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)) };
        throw refusal;
      }
    },
  };
};
