/**
 * Free addresses for products, categories and collections: the slug itself, or with the first free number appended.
 * Nothing is locked, so that adding a product never waits for another one; when two transactions want one slug, the
 * unique index decides.
 */
import { anyText, takenField, type Tx } from '../kernel/index.ts';
import { toSlug } from './slug.ts';

/** A product that needs an address. */
export interface SlugRequest {
  readonly slug: string;
  /** Its own handle, which may be its slug; the handle of another product may not. */
  readonly handle: string | null;
}

const numbered = (slug: string, n: number): string => (n === 1 ? slug : `${slug.slice(0, 254 - `${n}`.length).replace(/-+$/, '')}-${n}`);

/** For each slug the first number that makes it free; `takenAmong` returns the candidates that are taken. */
const findFree = async (
  slugs: readonly string[],
  takenAmong: (candidates: readonly string[]) => Promise<(candidate: string, index: number) => boolean>,
): Promise<string[]> => {
  const found = new Map<number, string>();
  const given = new Set<string>();
  // Most slugs are free as they are; for the others a growing number of candidates is tried at a time.
  for (let from = 1, count = 1; found.size < slugs.length; from += count, count = Math.min(count * 20, 1_000)) {
    const first = from;
    const candidatesOf = (slug: string) => Array.from({ length: count }, (_, k) => numbered(slug, first + k));
    const open = slugs.flatMap((slug, index) => (found.has(index) ? [] : [{ index, candidates: candidatesOf(slug) }]));
    const isTaken = await takenAmong([...new Set(open.flatMap(({ candidates }) => candidates))]);
    for (const { index, candidates } of open) {
      const free = candidates.find((candidate) => !given.has(candidate) && !isTaken(candidate, index));
      if (free === undefined) continue;
      given.add(free);
      found.set(index, free);
    }
  }
  return slugs.map((slug, index) => found.get(index) ?? slug);
};

/**
 * Tx step: addresses for new products, in their order. None of them is the slug of another product, a slug that one had
 * before, or the handle of another one, so that existing addresses keep leading to the same product.
 */
export const freeProductSlugs = async (tx: Tx, requests: readonly SlugRequest[]): Promise<string[]> => {
  if (requests.length === 0) return [];
  const handles = new Set(requests.flatMap(({ handle }) => handle ?? []));
  return findFree(
    requests.map(({ slug }) => slug),
    async (candidates) => {
      const present = tx.db.selectFrom('products').where('deletedAt', 'is', null);
      const earlier = tx.db
        .selectFrom('slug_redirects as r')
        .innerJoin('products as p', 'p.id', 'r.productId')
        .where('p.deletedAt', 'is', null);
      const rows = await present
        .select('slug')
        .where('slug', '=', anyText(candidates))
        .unionAll(present.select('handle as slug').where('handle', '=', anyText(candidates)))
        .unionAll(earlier.select('r.slug').where('r.slug', '=', anyText(candidates)))
        .execute();
      const taken = new Set(rows.map(({ slug }) => slug));
      return (candidate, index) => taken.has(candidate) || (handles.has(candidate) && requests[index]?.handle !== candidate);
    },
  );
};

/** Tx step: the slug as a handle, or with the first number behind it that no other product has as its handle. */
export const freeHandle = async (tx: Tx, slug: string): Promise<string> => {
  const [free = slug] = await findFree([slug], async (candidates) => {
    const present = tx.db.selectFrom('products').select('handle').where('deletedAt', 'is', null);
    const rows = await present.where('handle', '=', anyText(candidates)).execute();
    const taken = new Set(rows.map(({ handle }) => handle));
    return (candidate) => taken.has(candidate);
  });
  return free;
};

/** Tx step: addresses for new categories or collections, in their order. */
export const freeSlugs = async (tx: Tx, table: 'categories' | 'collections', slugs: readonly string[]): Promise<string[]> => {
  if (slugs.length === 0) return [];
  return findFree(slugs, async (candidates) => {
    const rows = await tx.db.selectFrom(table).select('slug').where('slug', '=', anyText(candidates)).execute();
    const taken = new Set(rows.map(({ slug }) => slug));
    return (candidate) => taken.has(candidate);
  });
};

/** The noun of a table, and where its names are unique; slugs are unique in the whole table. */
const nouns = {
  categories: { thing: 'category', among: 'with the same parent' },
  collections: { thing: 'collection', among: undefined },
} as const;

/**
 * Tx step: adds a category or collection under the slug of the caller's choice or a free one; where another transaction takes that
 * at the same moment, the next free one is tried. `insert` answers whether it wrote the row, `hasName` whether there is one of the
 * name already. Throws `NAME_TAKEN` or `SLUG_TAKEN`.
 */
export const insertUnderFreeSlug = async (
  tx: Tx,
  { table, name, slug: chosen }: { table: 'categories' | 'collections'; name: string; slug: string | undefined },
  insert: (slug: string) => Promise<boolean>,
  hasName: () => Promise<boolean>,
): Promise<void> => {
  const { thing, among } = nouns[table];
  for (;;) {
    const slug = chosen ?? (await freeSlugs(tx, table, [toSlug(name)]))[0] ?? toSlug(name);
    if (await insert(slug)) return;
    if (await hasName()) throw takenField('NAME_TAKEN', { thing, field: 'name', value: name, among });
    if (chosen !== undefined) throw takenField('SLUG_TAKEN', { thing, field: 'slug', value: chosen });
  }
};
