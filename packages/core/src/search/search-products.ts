import { createHash } from 'node:crypto';
import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { createStockJoin, listShelfProducts } from '../catalog/index.ts';
import { offsetOf, type Actor, type Core, type SearchMatches, type SearchRequest } from '../kernel/index.ts';
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
const withStock = createStockJoin<Result>();

const answer = async (core: Core, { page, pageSize }: z.output<C['input']>, request: SearchRequest): Promise<Result> => {
  const { matches, correctedQuery } = await find(core, request);
  const { productIds, totalCount, totalIsExact, facets } = matches;
  return { items: await listShelfProducts(core, productIds), page, pageSize, totalCount, totalIsExact, correctedQuery, facets };
};

/**
 * A page of products for words and filters, with facets. Whoever asks finds active products only. Results are
 * kept by their query and forgotten as products, prices or stock change, and the units available are read anew; what is
 * ranked by the shopper's own cart is worked out anew and kept for nobody.
 */
export const searchProducts = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<Result> => {
  const request = requestOf(input);
  const affinity = request.text !== null && request.sort === 'relevance' ? await findCartAffinity(core, actor) : null;
  if (affinity) return answer(core, input, { ...request, affinity });
  return withStock(core, await core.reads.read('search', keyOf(request), () => answer(core, input, request)));
};
