/**
 * Reads that are executed once and served many times. An entry belongs to a namespace and carries the
 * generation that the namespace had when the read began: once the namespace has a later generation,
 * the entry is ignored, also when its read was still running at that moment.
 */
import type { EventName } from '@cartwright/contracts';
import { LRUCache } from 'lru-cache';
import type { Clock } from './clock.ts';
import type { Cache } from './ports.ts';
import type { SharedRedis } from './shared-redis.ts';
import { runAsSharedWork } from './shared-work.ts';

/** The namespaces of cached reads; each is invalidated as a whole, by events. */
export const readNamespaces = ['catalog', 'search', 'pricing'] as const;
/** The name of a namespace. */
export type ReadNamespace = (typeof readNamespaces)[number];

/** Counts the invalidations of each namespace, for all processes of a shop. */
export interface Generations {
  /** Null when the generation is unknown at this moment: nothing is then served from the cache or stored in it. */
  current(namespace: ReadNamespace): Promise<string | null>;
  advance(namespaces: readonly ReadNamespace[]): Promise<void>;
  close(): Promise<void>;
}

/** Which reads are cached: all, or those that repeat. */
export type Keep = 'at once' | 'asked twice';

/** The cached reads of a process. */
export interface ReadCache {
  /**
   * The value under a key: a copy of at most five minutes, or the result of `load`. Callers that come while it
   * is being loaded wait for the same load. The key names everything that the value depends on, the actor included.
   * A copy is frozen, and the same object as long as it is cached. The result of `load` is not. With `keep` set to `'asked twice'`
   * only a read that repeats within a generation is cached: for keys of unlimited number, most of which are read once.
   */
  read<T>(namespace: ReadNamespace, key: string, load: () => Promise<T>, keep?: Keep): Promise<T>;
  /** The current generation of a namespace, for callers with their own cache; null when nothing may be cached. */
  generation(namespace: ReadNamespace): Promise<string | null>;
  /**
   * Invalidates all reads of namespaces, in every process. Never fails: while the invalidation cannot be passed on, this process caches no
   * read of the namespaces and tries again, and other processes may show a copy until its five minutes end.
   */
  forget(namespaces: readonly ReadNamespace[]): Promise<void>;
  /** Repeats the invalidations that have failed. */
  forgetOwed(): Promise<void>;
  /** Invalidates the reads that committed events have changed. */
  committed(events: ReadonlySet<EventName>): void;
}

/** A copy taken from the shared cache keeps its age: in both caches together it lives five minutes. */
const ttlSeconds = { only: 300, near: 60, far: 240 };
const mostAskedOnce = 10_000;
const outdated: Readonly<Record<ReadNamespace, readonly EventName[]>> = {
  catalog: ['category.changed', 'product.created', 'product.updated', 'product.deleted', 'pricing.changed'],
  pricing: ['pricing.changed'],
  search: [
    'category.changed',
    'product.created',
    'product.updated',
    'product.deleted',
    'product.out_of_stock',
    'stock.updated',
    'pricing.changed',
  ],
};

interface Entry<T> {
  readonly generation: string;
  readonly value: T;
}

/**
 * The generations of namespaces, for one process. An invalidation that fails is owed: until its repetition succeeds, the generation of its
 * namespaces is unknown.
 */
const createInvalidations = (
  generations: Generations,
  onError: (error: unknown) => void,
): Pick<ReadCache, 'generation' | 'forget' | 'forgetOwed'> => {
  /** Namespaces whose invalidation has failed, each with the number of its last failure. */
  const owed = new Map<ReadNamespace, number>();
  let failures = 0;
  const advance = async (namespaces: readonly ReadNamespace[]): Promise<void> => {
    const known = failures;
    try {
      await generations.advance(namespaces);
      // An invalidation that failed meanwhile may belong to a later change.
      for (const namespace of namespaces) if ((owed.get(namespace) ?? 0) <= known) owed.delete(namespace);
    } catch (error) {
      failures += 1;
      for (const namespace of namespaces) owed.set(namespace, failures);
      onError(error);
    }
  };
  const forget = (namespaces: readonly ReadNamespace[]) => advance([...new Set([...owed.keys(), ...namespaces])]);
  /** The repetition that runs now, which all reads wait for. */
  let repetition: Promise<void> | null = null;
  const forgetOwed = async (): Promise<void> => {
    if (owed.size === 0) return;
    repetition ??= forget([]).finally(() => (repetition = null));
    await repetition;
  };
  const generation = async (namespace: ReadNamespace): Promise<string | null> => {
    await forgetOwed();
    return owed.has(namespace) ? null : generations.current(namespace);
  };
  return { generation, forget, forgetOwed };
};

/**
 * Cached reads, invalidated by namespace. Simultaneous reads of a key share the load that already runs. So a result can be older than its
 * request; where it must not be, use `createCoalescedRead`. `near` caches in this process, as identical objects; `far`, if
 * any, is shared between processes. Both are valid only within the same generation. A cache failure is passed to
 * `onError`, and the read continues without the cache.
 */
export const createReadCache = (
  { near, far }: { near: Cache; far: Cache | null },
  generations: Generations,
  onError: (error: unknown) => void,
): ReadCache => {
  /** The loads that run now, by generation and name. */
  const running = new Map<string, Promise<unknown>>();
  const invalidations = createInvalidations(generations, onError);
  const askedOnce = new LRUCache<string, true>({ max: mostAskedOnce });
  /** Whether this was read before. */
  const isAskedAgain = (load: string): boolean => {
    if (askedOnce.get(load)) return true;
    askedOnce.set(load, true);
    return false;
  };
  const loadOnce = <T>(name: string, generation: string, load: () => Promise<T>, keep: Keep): Promise<T> => {
    const key = `${generation}:${name}`;
    const before = running.get(key) as Promise<T> | undefined;
    if (before) return before;
    const isKept = keep === 'at once' || isAskedAgain(key);
    const started = runAsSharedWork(load)
      .then(async (value) => {
        if (isKept) await (far ?? near).set(name, { generation, value }, far ? ttlSeconds.far : ttlSeconds.only);
        return value;
      })
      .finally(() => running.delete(key));
    running.set(key, started);
    return started;
  };
  const find = async <T>(name: string, generation: string): Promise<Entry<T> | undefined> => {
    const kept = await near.get<Entry<T>>(name);
    if (kept?.generation === generation) return kept;
    const shared = await far?.get<Entry<T>>(name);
    if (shared?.generation !== generation) return undefined;
    await near.set(name, shared, ttlSeconds.near);
    return near.get<Entry<T>>(name);
  };
  return {
    read: async <T>(namespace: ReadNamespace, key: string, load: () => Promise<T>, keep: Keep = 'at once') => {
      const generation = await invalidations.generation(namespace);
      if (generation === null) return load();
      const name = `${namespace}:${key}`;
      const entry = await find<T>(name, generation);
      return entry ? entry.value : loadOnce(name, generation, load, keep);
    },
    ...invalidations,
    committed: (events) => {
      const old = readNamespaces.filter((namespace) => outdated[namespace].some((event) => events.has(event)));
      if (old.length > 0) void invalidations.forget(old);
    },
  };
};

/**
 * Counts in Redis. While Redis is unavailable, no read is cached. A count starts at the current time in microseconds, so that a Redis that
 * lost its data never returns to a generation of which a process still has copies.
 */
export const createRedisGenerations = (
  redis: SharedRedis,
  prefix: string,
  clock: Clock,
  onError: (error: unknown) => void,
): Generations => {
  const name = (namespace: ReadNamespace) => `${prefix}:generation:${namespace}`;
  const start = () => clock.now().getTime() * 1_000;
  return {
    current: async (namespace) => {
      try {
        return await redis.use(async (client) => {
          const count = await client.get(name(namespace));
          if (count !== null) return count;
          await client.set(name(namespace), start(), 'NX');
          return client.get(name(namespace));
        });
      } catch (error) {
        onError(error);
        return null;
      }
    },
    advance: async (namespaces) => {
      await redis.use(async (client) => {
        const commands = client.multi();
        for (const namespace of namespaces) commands.set(name(namespace), start(), 'NX').incr(name(namespace));
        for (const [error] of (await commands.exec()) ?? []) if (error) throw error;
      });
    },
    close: async () => undefined,
  };
};
