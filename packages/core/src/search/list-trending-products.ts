import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { listPublishedProducts } from '../read-models/product-cards.ts';
import type { Core } from '../kernel/index.ts';

type C = ShopContract['search']['trending'];

/** The trending products, as of the last run of `refreshTrends`. */
export const listTrendingProducts = async (core: Core, { category, limit }: z.output<C['input']>): Promise<z.output<C['output']>> => {
  const ids = await core.reads.read('search', `trending:${limit}:${category ?? ''}`, () => core.search.trending(category ?? null, limit));
  return { items: await listPublishedProducts(core, ids) };
};
