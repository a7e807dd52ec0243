import { createHash } from 'node:crypto';
import type { ProductSummary, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { readCards } from '../catalog/index.ts';
import { readAvailability, type ProductAvailability } from '../inventory/index.ts';
import { createJoin, offsetOf, type Actor, type Core, type SearchMatches, type SearchRequest } from '../kernel/index.ts';
import { findCartAffinity } from './cart-affinity.ts';

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

/** A second look with the misspelt words put right, when the first found nothing at all. */
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

/** The same item again as long as its card and its stock are the same. */
const withStock = createJoin<ProductSummary, ProductAvailability, ProductSummary>((card, [stock]) => ({
  ...card,
  available: stock?.available ?? 0,
}));
const merge = ({ matches, correctedQuery, page, pageSize }: Found & Page, items: readonly ProductSummary[]): Result => {
  const { totalCount, totalIsExact, facets } = matches;
  return { items: [...items], page, pageSize, totalCount, totalIsExact, correctedQuery, facets };
};
/** A result takes some 50 KiB with all that is made of it on its way out. */
const mostResults = 500;
/** The same result again as long as what was found and every item are the same: who has sent it before need not look at it again. */
const mergeKept = createJoin(merge, mostResults);

/** What was found, with the products as they are and the units that are available at this moment. */
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
 * are never cached. Results ranked by the cart of the shopper are not cached.
 */
export const searchProducts = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<Result> => {
  const request = requestOf(input);
  const { page, pageSize } = input;
  const affinity = request.text !== null && request.sort === 'relevance' ? await findCartAffinity(core, actor) : null;
  // Known only to the caller who does the work: one who shares it may have come after the snapshot was taken.
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
