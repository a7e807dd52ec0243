/** What can be bought now: concurrent callers share one read. */
import type { Product, ProductId, VariantId } from '@cartwright/contracts';
import { LRUCache } from 'lru-cache';
import { createCoalescedRead, deepFreeze, perCore, promptQueue, type Core } from '../kernel/index.ts';
import { isCurrentSnapshot, readAvailabilityTexts, type SnapshotRead } from '../read-models/availability.ts';

/** What can be bought of a variant now. */
export type Availability = Product['variants'][number]['availability'];

/** Frozen, and the same object as long as nothing about it changes. */
export interface ProductAvailability {
  /** Units over all variants. */
  readonly available: number;
  /** Whether a unit of one of them can be bought. */
  readonly inStock: boolean;
  readonly variants: Readonly<Record<VariantId, Availability>>;
}

interface Kept extends SnapshotRead {
  /** As the database wrote it: a text equal to the last one is not parsed again. */
  readonly text: string;
  readonly value: ProductAvailability;
}

const mostKept = 20_000;
/** The most products of one call. */
const aPage = 100;

/**
 * The availability of each product, in the order of `ids`, read after the call begins. Units of expired cart holds
 * count as free. Concurrent calls share the next statement (a coalesced read), which reads stock only if a transaction
 * has committed since these products were last read. A caller that has just read something else passes the snapshot of
 * that read, so that availability from the same snapshot is not read again.
 */
export const readAvailability = async (
  core: Core,
  ids: readonly ProductId[],
  snapshot: string | null = null,
): Promise<readonly ProductAvailability[]> => {
  if (ids.length === 0) return [];
  const { kept, readers } = readersOf(core);
  if (snapshot !== null) {
    const { asOf, until } = knownOf(kept, ids);
    if (asOf === snapshot && until === null) return ids.map((id) => kept.get(id)?.value ?? valueOf(''));
  }
  return readers.read('availability', ids);
};

const readersOf = perCore((core) => {
  const kept = new LRUCache<ProductId, Kept>({ max: mostKept });
  const readers = createCoalescedRead<readonly ProductId[], readonly ProductAvailability[]>(core, {
    maxBatch: 256,
    ...promptQueue,
    read: async (_key, requests) => {
      const current = await renew(core, kept, new Set(requests.flat()));
      return requests.map((ids) => ids.map((id) => current.get(id)?.value ?? valueOf('')));
    },
  });
  return { kept, readers };
});

type Cached = Pick<LRUCache<ProductId, Kept>, 'get' | 'set'>;

/**
 * Refreshes the cached availability of some products in one statement; for many, a smaller statement first checks whether that is
 * necessary. Returns the current availability of all of them, also when they are more than the cache holds.
 */
const renew = async (core: Core, kept: Cached, ids: ReadonlySet<ProductId>): Promise<Pick<Cached, 'get'>> => {
  const known = knownOf(kept, ids);
  if (ids.size > aPage && known.asOf !== '' && (await isCurrentSnapshot(core, known))) return kept;
  const rows = await readAvailabilityTexts(core, ids, known);
  const asOf = rows[0]?.asOf ?? '';
  if (asOf === known.asOf && rows[0]?.id === null) return kept;
  const found = new Map(rows.map((row) => [row.id, row]));
  const current = new Map<ProductId, Kept>();
  for (const id of ids) {
    const before = kept.get(id);
    const { text = '', until = null } = found.get(id) ?? {};
    const entry = { text, until, asOf, value: before?.text === text ? before.value : valueOf(text) };
    current.set(id, entry);
    kept.set(id, entry);
  }
  return current;
};

type VariantLevel = Availability & { readonly variantId: VariantId };
const valueOf = (text: string): ProductAvailability => {
  const levels = text === '' ? [] : (JSON.parse(text) as readonly VariantLevel[]);
  return deepFreeze({
    available: levels.reduce((sum, variant) => sum + variant.available, 0),
    inStock: levels.some(({ inStock }) => inStock),
    variants: Object.fromEntries(levels.map(({ variantId, ...availability }) => [variantId, availability])),
  });
};

/** The snapshot in which all of them were read, and when it ends; an impossible one when they have none in common. */
const knownOf = (kept: Pick<Cached, 'get'>, ids: Iterable<ProductId>): SnapshotRead => {
  const never = { asOf: '', until: null };
  let asOf: string | undefined;
  let until: Date | null = null;
  for (const id of ids) {
    const entry = kept.get(id);
    if (!entry || (asOf ??= entry.asOf) !== entry.asOf) return never;
    if (entry.until && (!until || entry.until < until)) until = entry.until;
  }
  return { asOf: asOf ?? '', until };
};
