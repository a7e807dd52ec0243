import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { readAvailability, type ProductAvailability } from '../inventory/index.ts';
import { createJoin, DomainError, offsetOf, toPage, type Actor, type Core } from '../kernel/index.ts';
import { countedMatches } from '../read-models/product-filter.ts';
import { countProductList, readProductList, type ProductListFilters } from '../read-models/product-list.ts';
import { readCursor, writeCursor, type ListCursor } from './list.cursors.ts';
import { seesDrafts } from './product.queries.ts';

type C = ShopContract['products']['list'];
type Input = z.output<C['input']>;
type Page = z.output<C['output']>;

/**
 * A page of products. Buyers see active ones only, whatever status they ask for; their page is cached for at most
 * five minutes and invalidated when products or prices change. Available units are never cached.
 */
export const listProducts = async (core: Core, actor: Actor, input: Input): Promise<Page> => {
  if (seesDrafts(actor) || input.inStock !== undefined) return readPage(core, actor, input);
  const { status: _, ...asked } = input;
  // Pages of a walk by cursor are requested once each; caching them would evict pages that others request.
  const keep = asked.cursor === undefined ? 'at once' : 'asked twice';
  const page = await core.reads.read('catalog', `list:${JSON.stringify(asked)}`, () => readPage(core, actor, asked), keep);
  return listWithStock(core, page);
};

/** A cached page with the units that are available now; the same object again while nothing has changed. */
const listWithStock = async (core: Core, page: Page): Promise<Page> => {
  const ids = page.items.map(({ id }) => id);
  return fillStock(page, await readAvailability(core, ids));
};
const fillStock = createJoin<Page, ProductAvailability, Page>((page, stock) => ({
  ...page,
  items: page.items.map((item, i) => ({ ...item, available: stock[i]?.available ?? 0, inStock: stock[i]?.inStock ?? false })),
}));

/**
 * A page; of words that find nothing as they were typed, a page of corrected ones, as the search does. The pages after the first have its
 * words and its order, whatever was added or removed since.
 */
const readPage = async (core: Core, actor: Actor, input: Input): Promise<Page> => {
  const after = input.cursor === undefined ? null : readCursor(input.cursor, input.sort);
  if (after) return readTypedPage(core, actor, input, { after, correctedQuery: after.correctedQuery });
  const page = await readTypedPage(core, actor, input, { after, correctedQuery: null });
  if (!input.q || page.totalCount > 0) return page;
  const correctedQuery = await core.search.correct(input.q);
  if (correctedQuery === null) return page;
  const corrected = await readTypedPage(core, actor, input, { after, correctedQuery });
  return corrected.totalCount > 0 ? corrected : page;
};

type Counted = Pick<Page, 'totalCount' | 'totalIsExact'>;
interface Asked {
  readonly after: ListCursor | null;
  readonly correctedQuery: string | null;
}

const readTypedPage = async (core: Core, actor: Actor, input: Input, { after, correctedQuery }: Asked): Promise<Page> => {
  const { page, pageSize, sort, cursor: _, ...typed } = input;
  const asked = correctedQuery === null ? typed : { ...typed, q: correctedQuery };
  const filters = seesDrafts(actor)
    ? { ...asked, audience: 'staff' as const }
    : { ...asked, status: 'active' as const, audience: 'buyers' as const };
  const count = () => countProductList(core, filters);
  // Counting scans all matches, so the count is cached for all pages of a list for buyers.
  const isKept = !seesDrafts(actor) && asked.inStock === undefined;
  const counted = await (isKept ? core.reads.read('catalog', `count:${JSON.stringify(asked)}`, count) : count());
  const { totalCount, totalIsExact } = counted;
  const isCutOff = !totalIsExact;
  // Page numbers end with the counted matches: a later page would read all that come before it. A cursor reads on.
  if (isCutOff && !after && offsetOf(input) >= totalCount)
    return { ...toPage(input, [], totalCount), totalIsExact, nextCursor: null, correctedQuery };
  const order = after ? after.order : firstOrder(sort, asked.q, counted);
  const isRanked = order === 'relevance';
  if (after && isRanked) await assertRankable(core, filters, counted);
  const request = { ...filters, page, pageSize, sort: order, after: after?.place ?? null, isCutOff: isCutOff && !isRanked };
  const { items, next } = await readProductList(core, request);
  const nextCursor = next && writeCursor({ sort, order, correctedQuery }, next);
  return { ...toPage(input, items, totalCount), totalIsExact, nextCursor, correctedQuery };
};

/** Ranking reads the words of every match, so there is a limit to it, for everybody. */
const firstOrder = (sort: Input['sort'], q: string | undefined, { totalCount, totalIsExact }: Counted): Input['sort'] =>
  sort === 'relevance' && (!q || !totalIsExact || totalCount > countedMatches) ? 'newest' : sort;

/** So many products may match before a walk by relevance ends. It began with no more than are counted. */
const mostRanked = 5 * countedMatches;

const assertRankable = async (core: Core, filters: ProductListFilters, counted: Counted): Promise<void> => {
  const { totalCount, totalIsExact } = counted.totalIsExact ? counted : await countProductList(core, filters, mostRanked);
  if (totalIsExact && totalCount <= mostRanked) return;
  const message = `More than ${mostRanked} products match now, too many to sort by relevance. Begin again without a cursor.`;
  throw new DomainError('INVALID_INPUT', message, { fields: [{ path: 'cursor', message: 'is of a list that has become too long' }] });
};
