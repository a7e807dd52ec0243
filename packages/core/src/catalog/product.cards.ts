/** Products as lists show them, cached one by one, so that a new list is made of cards that earlier lists loaded. */
import type { ProductId, ProductSummary } from '@cartwright/contracts';
import { LRUCache } from 'lru-cache';
import { createCoalescedRead, deepFreeze, perCore, ttlBy, promptQueue, type Core } from '../kernel/index.ts';
import { listPublishedProducts } from '../read-models/product-cards.ts';

/** About 20 MiB. */
const mostKept = 10_000;
const keptMs = 300_000;

interface Kept {
  readonly generation: string;
  /** Null for a product that is not published. */
  readonly card: ProductSummary | null;
}

const cardsOf = perCore((core) => {
  const kept = new LRUCache<ProductId, Kept>({ max: mostKept, ttl: keptMs, ...ttlBy(core.clock) });
  /** Concurrent lists read their missing cards with one query. */
  const loads = createCoalescedRead<readonly ProductId[], ReadonlyMap<ProductId, ProductSummary>>(core, {
    maxBatch: 32,
    ...promptQueue,
    concurrency: 4,
    read: async (_key, requests) => {
      const products = await listPublishedProducts(core, [...new Set(requests.flat())]);
      const found = new Map(products.map((product) => [product.id, deepFreeze(product)]));
      return requests.map(() => found);
    },
  });
  return { kept, loads };
});

/**
 * Cards of the published products among `ids`, in the order of `ids`: cached for at most five minutes and invalidated
 * with the reads of the catalogue. Each is the same frozen object while cached. Available units are as of the time of
 * caching.
 */
export const readCards = async (core: Core, ids: readonly ProductId[]): Promise<readonly ProductSummary[]> => {
  if (ids.length === 0) return [];
  const { kept, loads } = cardsOf(core);
  const generation = await core.reads.generation('catalog');
  const cards = ids.map((id) => {
    const entry = kept.get(id);
    return entry && entry.generation === generation ? entry.card : undefined;
  });
  const missing = ids.filter((_, i) => cards[i] === undefined);
  if (missing.length === 0) return cards.flatMap((card) => card ?? []);
  // Loads are grouped by cache generation, so that a request after a change never shares a read from before it.
  const found = await loads.read(generation ?? 'none', missing);
  if (generation !== null) for (const id of missing) kept.set(id, { generation, card: found.get(id) ?? null });
  return ids.flatMap((id, i) => cards[i] ?? (cards[i] === null ? [] : (found.get(id) ?? [])));
};
