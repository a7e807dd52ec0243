/** Cache adapters: one in this process, one on Redis. */
import type { Redis } from 'ioredis';
import type { Clock } from './clock.ts';
import { deepFreeze } from './frozen.ts';
import type { Cache } from './ports.ts';

const maxEntries = 10_000;
/** Characters of JSON. The objects take several times as much memory, and so do the objects derived from them. */
const maxCharacters = 8_000_000;

/**
 * Keeps up to 10,000 entries of 8 million characters of JSON in this process; the oldest are evicted first. Every
 * caller gets the same frozen object, equal to its JSON round trip.
 */
export const createMemoryCache = (clock: Clock): Cache => {
  const entries = new Map<string, { value: unknown; size: number; expiresAt: number }>();
  let size = 0;
  const remove = (key: string): void => {
    size -= entries.get(key)?.size ?? 0;
    entries.delete(key);
  };
  return {
    get: async <T>(key: string) => {
      const entry = entries.get(key);
      if (!entry) return undefined;
      if (entry.expiresAt > clock.now().getTime()) return entry.value as T;
      remove(key);
      return undefined;
    },
    set: async (key, value, ttlSeconds) => {
      remove(key);
      const json = JSON.stringify(value);
      entries.set(key, { value: deepFreeze(JSON.parse(json)), size: json.length, expiresAt: clock.now().getTime() + ttlSeconds * 1000 });
      size += json.length;
      for (const oldest of entries.keys()) {
        if (entries.size <= maxEntries && size <= maxCharacters) break;
        remove(oldest);
      }
    },
    delete: async (key) => remove(key),
    deletePrefix: async (prefix) => {
      for (const key of entries.keys()) if (key.startsWith(prefix)) remove(key);
    },
  };
};

/** Shares entries between processes. An unavailable Redis reads as a miss. */
export const createRedisCache = (redis: Redis, prefix: string, onError: (error: unknown) => void): Cache => {
  const name = (key: string) => `${prefix}:cache:${key}`;
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
