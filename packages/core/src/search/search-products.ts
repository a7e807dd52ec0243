import { createHash } from 'node:crypto';
import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { listShelfProducts } from '../catalog/index.ts';
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

/**
 * A page of products for words and filters, with facets. Whoever asks finds active products only. Results are
 * kept by their query and forgotten as products, prices or stock change; what is ranked by the shopper's own
 * cart is worked out anew and kept for nobody.
 */
export const searchProducts = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  const request = requestOf(input);
  const affinity = request.text !== null && request.sort === 'relevance' ? await findCartAffinity(core, actor) : null;
  const { matches, correctedQuery } = affinity
    ? await find(core, { ...request, affinity })
    : await core.reads.read('search', keyOf(request), () => find(core, request));
  return {
    items: await listShelfProducts(core, matches.productIds),
    page: input.page,
    pageSize: input.pageSize,
    totalCount: matches.totalCount,
    totalIsExact: matches.totalIsExact,
    correctedQuery,
    facets: matches.facets,
  };
};
