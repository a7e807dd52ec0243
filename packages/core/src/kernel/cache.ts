/** Cache adapters: one in this process, one on Redis. */
import type { Redis } from 'ioredis';
import type { Clock } from './clock.ts';
import type { Cache } from './ports.ts';

const maxEntries = 10_000;

/** Keeps up to 10,000 entries in this process; the oldest go first. */
export const createMemoryCache = (clock: Clock): Cache => {
  const entries = new Map<string, { json: string; expiresAt: number }>();
  return {
    get: async <T>(key: string) => {
      const entry = entries.get(key);
      if (!entry) return undefined;
      if (entry.expiresAt <= clock.now().getTime()) {
        entries.delete(key);
        return undefined;
      }
      return JSON.parse(entry.json) as T;
    },
    set: async (key, value, ttlSeconds) => {
      entries.delete(key);
      entries.set(key, { json: JSON.stringify(value), expiresAt: clock.now().getTime() + ttlSeconds * 1000 });
      const oldest = entries.keys().next();
      if (entries.size > maxEntries && !oldest.done) entries.delete(oldest.value);
    },
    delete: async (key) => {
      entries.delete(key);
    },
    deletePrefix: async (prefix) => {
      for (const key of entries.keys()) if (key.startsWith(prefix)) entries.delete(key);
    },
  };
};

/** Shares entries between processes. A Redis that is away reads as a miss. */
export const createRedisCache = (redis: Redis, onError: (error: unknown) => void): Cache => {
  const name = (key: string) => `cw:cache:${key}`;
  const guarded = async <T>(work: () => Promise<T>, fallback: T): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      onError(error);
      return fallback;
    }
  };
  return {
    get: <T>(key: string) =>
      guarded(async () => {
        const json = await redis.get(name(key));
        return json === null ? undefined : (JSON.parse(json) as T);
      }, undefined),
    set: (key, value, ttlSeconds) =>
      guarded(async () => void (await redis.set(name(key), JSON.stringify(value), 'EX', ttlSeconds)), undefined),
    delete: (key) => guarded(async () => void (await redis.del(name(key))), undefined),
    deletePrefix: (prefix) =>
      guarded(async () => {
        for await (const keys of redis.scanStream({ match: `${name(prefix)}*`, count: 500 }) as AsyncIterable<string[]>)
          if (keys.length > 0) await redis.unlink(...keys);
      }, undefined),
  };
};
