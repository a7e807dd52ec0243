/** Cache adapters: one in this process, one on Redis. */
import { LRUCache } from 'lru-cache';
import { ttlBy, type Clock } from './clock.ts';
import { deepFreeze } from './frozen.ts';
import type { Cache } from './ports.ts';
import type { SharedRedis } from './shared-redis.ts';

const maxEntries = 10_000;
/** Characters of JSON. The objects take several times as much memory, and so do the objects derived from them. */
const maxCharacters = 8_000_000;

/**
 * Keeps up to 10,000 entries of 8 million characters of JSON in this process; the least recently used are evicted
 * first. Every caller gets the same frozen object, equal to its JSON round trip.
 */
export const createMemoryCache = (clock: Clock): Cache => {
  const entries = new LRUCache<string, { readonly value: unknown }>({ max: maxEntries, maxSize: maxCharacters, ...ttlBy(clock) });
  return {
    get: async <T>(key: string) => entries.get(key)?.value as T | undefined,
    set: async (key, value, ttlSeconds) => {
      const json = JSON.stringify(value);
      entries.set(key, { value: deepFreeze(JSON.parse(json)) }, { size: json.length, ttl: ttlSeconds * 1_000 });
    },
    delete: async (key) => void entries.delete(key),
    deletePrefix: async (prefix) => {
      // Copied first: deleting while the keys are read could skip some.
      const outdated = [...entries.keys()].filter((key) => key.startsWith(prefix));
      for (const key of outdated) entries.delete(key);
    },
  };
};

/**
 * Shares entries between processes. An unavailable Redis reads as a miss, and what it should have kept or deleted it keeps until its time
 * ends.
 */
export const createRedisCache = (redis: SharedRedis, prefix: string, onError: (error: unknown) => void): Cache => {
  const name = (key: string) => `${prefix}:cache:${key}`;
  const guarded = async <T>(command: (client: SharedRedis['client']) => Promise<T>, fallback: T): Promise<T> => {
    try {
      return await redis.use(command);
    } catch (error) {
      onError(error);
      return fallback;
    }
  };
  return {
    get: async <T>(key: string) => {
      const json = await guarded((client) => client.get(name(key)), null);
      return json === null ? undefined : (JSON.parse(json) as T);
    },
    set: (key, value, ttlSeconds) =>
      guarded(async (client) => void (await client.set(name(key), JSON.stringify(value), 'EX', ttlSeconds)), undefined),
    delete: (key) => guarded(async (client) => void (await client.del(name(key))), undefined),
    deletePrefix: (prefix) =>
      guarded(async (client) => {
        for await (const keys of client.scanStream({ match: `${name(prefix)}*`, count: 500 }) as AsyncIterable<string[]>)
          if (keys.length > 0) await client.unlink(...keys);
      }, undefined),
  };
};
