/** Rate limits by rate-limiter-flexible: in this process, or shared on Redis with this process as the fallback. */
import { LRUCache } from 'lru-cache';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes, type RateLimiterAbstract } from 'rate-limiter-flexible';
import type { RateLimiter } from './ports.ts';
import type { SharedRedis } from './shared-redis.ts';

/** Keys that this process refuses without asking Redis. */
const mostRefused = 10_000;

interface Limiters {
  readonly here: RateLimiterAbstract;
  readonly shared: RateLimiterAbstract | null;
  /** Keys that Redis refused, until they are allowed again, in milliseconds of this process. */
  readonly refused: LRUCache<string, number>;
}

/** Takes one point. A refusal is a result; every other error is thrown. */
const take = async (limiter: RateLimiterAbstract, key: string): Promise<RateLimiterRes | null> => {
  try {
    await limiter.consume(key);
    return null;
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return refusal;
    throw refusal;
  }
};

/** Keeps the counters in Redis, or in this process when there is no Redis or it is unavailable. */
export const createRateLimiter = (redis: SharedRedis | null, prefix: string): RateLimiter => {
  const known = new Map<string, Limiters>();
  const limitersFor = (points: number, duration: number): Limiters => {
    const name = `${points}/${duration}`;
    let limiters = known.get(name);
    if (!limiters) {
      const shared = redis && {
        storeClient: redis.client,
        points,
        duration,
        keyPrefix: `${prefix}:limit:${name}`,
      };
      limiters = {
        here: new RateLimiterMemory({ points, duration, keyPrefix: name }),
        shared: shared && new RateLimiterRedis(shared),
        refused: new LRUCache({ max: mostRefused }),
      };
      known.set(name, limiters);
    }
    return limiters;
  };
  const consume = async (key: string, { here, shared, refused }: Limiters): Promise<Pick<RateLimiterRes, 'msBeforeNext'> | null> => {
    if (!redis || !shared) return take(here, key);
    // Beside the circuit: a refusal that Redis did not give must not count as its answer.
    const msBeforeNext = (refused.get(key) ?? 0) - performance.now();
    if (msBeforeNext > 0) return { msBeforeNext };
    try {
      const refusal = await redis.use(() => take(shared, key));
      if (refusal) refused.set(key, performance.now() + refusal.msBeforeNext);
      return refusal;
    } catch {
      // A limit is a guard, not a rule of the shop: it must never be the reason that a request fails.
      return take(here, key);
    }
  };
  return {
    consume: async (key, { points, seconds }) => {
      const refusal = await consume(key, limitersFor(points, seconds));
      return refusal && { retryAfterSeconds: Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)) };
    },
  };
};
