/** Calls of BullMQ to queues in Redis, by the circuit breaker of the process. */
import { RedisUnavailable, withinTime, type SharedRedis } from '@cartwright/core/kernel';

/** Longest wait for a call. It consists of several commands, and BullMQ first waits for a connection. */
const callWithinMs = 5_000;

/** An error of BullMQ with a number as its code is a refusal: Redis has answered. */
const isRefusal = (error: unknown): boolean => error instanceof Error && 'code' in error && typeof error.code === 'number';

/**
 * Returns a function that makes calls to the queues. For queues in PostgreSQL (null) it does nothing else. A call that fails because Redis
 * does not answer may still be executed later; jobs that run twice have one effect.
 * @throws RedisUnavailable
 */
export const createRedisCalls =
  (redis: Pick<SharedRedis, 'use'> | null) =>
  async <T>(call: () => Promise<T>): Promise<T> => {
    if (!redis) return call();
    const late = () => Promise.reject(new RedisUnavailable('Redis does not answer'));
    const result = await redis.use(async () => {
      try {
        return { value: await withinTime(call(), callWithinMs, late) };
      } catch (error) {
        if (isRefusal(error)) return { refusal: error };
        throw error;
      }
    });
    if ('refusal' in result) throw result.refusal;
    return result.value;
  };
