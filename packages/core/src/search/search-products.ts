import { createHash } from 'node:crypto';
import type { ProductSummary, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { readCards } from '../catalog/index.ts';
import { readAvailability, type ProductAvailability } from '../inventory/index.ts';
import { createJoin, offsetOf, type Actor, type Core, type SearchMatches, type SearchRequest } from '../kernel/index.ts';
import { findCartAffinity } from './find-cart-affinity.ts';

type C = ShopContract['search']['products'];
interface Found {
  readonly matches: SearchMatches;
  readonly correctedQuery: string | null;
}

const requestOf = (input: z.output<C['input']>): SearchRequest => ({
  text: input.q || null,
  category: input.category ?? null,
  brands: input.brands ?? [],
  tags: input.tags ?? [],
  options: input.options ?? [],
  minPriceCents: input.minPriceCents ?? null,
  maxPriceCents: input.maxPriceCents ?? null,
  inStock: input.inStock ?? null,
  sort: input.sort,
  offset: offsetOf(input),
  limit: input.pageSize,
  affinity: null,
});

/** Searches again with corrected words when the first search found nothing. */
const find = async (core: Core, request: SearchRequest): Promise<Found> => {
  const matches = await core.search.search(request);
  if (matches.totalCount > 0 || request.text === null) return { matches, correctedQuery: null };
  const correctedQuery = await core.search.correct(request.text);
  if (correctedQuery === null) return { matches, correctedQuery: null };
  const second = await core.search.search({ ...request, text: correctedQuery });
  return second.totalCount > 0 ? { matches: second, correctedQuery } : { matches, correctedQuery: null };
};

const keyOf = (request: SearchRequest): string => createHash('sha256').update(JSON.stringify(request)).digest('base64url');

type Result = z.output<C['output']>;
type Page = Pick<Result, 'page' | 'pageSize'>;

/** Returns the same item object as long as its card and its stock are unchanged. */
const withStock = createJoin<ProductSummary, ProductAvailability, ProductSummary>((card, [stock]) => ({
  ...card,
  available: stock?.available ?? 0,
  inStock: stock?.inStock ?? false,
}));
const merge = ({ matches, correctedQuery, page, pageSize }: Found & Page, items: readonly ProductSummary[]): Result => {
  const { totalCount, totalIsExact, facets } = matches;
  return { items: [...items], page, pageSize, totalCount, totalIsExact, correctedQuery, facets };
};
/** A result takes about 50 KiB, including the forms in which it is sent. */
const mostResults = 500;
/** Returns the same result object as long as the matches and all items are unchanged, so that it is not serialised again. */
const mergeKept = createJoin(merge, mostResults);

/** The matches with the present products and the units that are available now. */
const answer = async (core: Core, found: Found & Page, snapshot: string | null): Promise<Result> => {
  const cards = await readCards(core, found.matches.productIds);
  const stock = await readAvailability(
    core,
    cards.map(({ id }) => id),
    snapshot,
  );
  const items = cards.map((card, i) => {
    const units = stock[i];
    return units ? withStock(card, [units]) : card;
  });
  return Object.isFrozen(found) ? mergeKept(found, items) : merge(found, items);
};

/**
 * A page of products for words and filters, with facets. Finds active products only, for every caller. Results are
 * cached per query from the second request on and invalidated when products, prices or stock change; available units
 * are never cached. Results ranked by the cart of the buyer are not cached.
 */
export const searchProducts = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<Result> => {
  const request = requestOf(input);
  const { page, pageSize } = input;
  const affinity = request.text !== null && request.sort === 'relevance' ? await findCartAffinity(core, actor) : null;
  // Known only to the caller that does the work: one that shares it may have come after the snapshot was taken.
  let snapshot: string | null = null;
  const work = async () => {
    const { matches, correctedQuery } = await find(core, { ...request, affinity });
    const { snapshot: taken = null, ...kept } = matches;
    snapshot = taken;
    return { matches: kept, correctedQuery, page, pageSize };
  };
  const found = affinity ? await work() : await core.reads.read('search', keyOf(request), work, 'asked twice');
  return answer(core, found, snapshot);
};
