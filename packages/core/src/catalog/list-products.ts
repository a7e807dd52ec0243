import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { readAvailability, type ProductAvailability } from '../inventory/index.ts';
import { createJoin, offsetOf, toPage, type Actor, type Core } from '../kernel/index.ts';
import { countedMatches } from '../read-models/product-filter.ts';
import { countProductList, readProductList } from '../read-models/product-list.ts';
import { readCursor, writeCursor } from './list.cursors.ts';
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

/** A page; of words that find nothing as they were typed, a page of corrected ones, as the search does. */
const readPage = async (core: Core, actor: Actor, input: Input): Promise<Page> => {
  const page = await readTypedPage(core, actor, input);
  if (!input.q || page.totalCount > 0) return page;
  const correctedQuery = await core.search.correct(input.q);
  if (correctedQuery === null) return page;
  const corrected = await readTypedPage(core, actor, { ...input, q: correctedQuery });
  return corrected.totalCount > 0 ? { ...corrected, correctedQuery } : page;
};

const readTypedPage = async (core: Core, actor: Actor, input: Input): Promise<Page> => {
  const { page, pageSize, sort, cursor, ...asked } = input;
  const filters = seesDrafts(actor)
    ? { ...asked, audience: 'staff' as const }
    : { ...asked, status: 'active' as const, audience: 'buyers' as const };
  const count = () => countProductList(core, filters);
  // Counting scans all matches, so the count is cached for all pages of a list for buyers.
  const isKept = !seesDrafts(actor) && asked.inStock === undefined;
  const { totalCount, totalIsExact } = await (isKept ? core.reads.read('catalog', `count:${JSON.stringify(asked)}`, count) : count());
  const isCutOff = !totalIsExact;
  // Ranking reads the words of every match, so there is a limit to it, for everybody.
  const order = sort === 'relevance' && (isCutOff || totalCount > countedMatches) ? 'newest' : sort;
  const after = cursor === undefined ? null : readCursor(cursor, order);
  // Page numbers end with the counted matches: a later page would read all that come before it. A cursor reads on.
  if (isCutOff && !after && offsetOf(input) >= totalCount)
    return { ...toPage(input, [], totalCount), totalIsExact, nextCursor: null, correctedQuery: null };
  const { items, next } = await readProductList(core, { ...filters, page, pageSize, sort: order, after, isCutOff });
  return { ...toPage(input, items, totalCount), totalIsExact, nextCursor: next && writeCursor(order, next), correctedQuery: null };
};
