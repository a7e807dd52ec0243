import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { findCategoriesByName } from '../catalog/index.ts';
import type { Core } from '../kernel/index.ts';
import { listPublishedProducts } from '../read-models/product-cards.ts';

type C = ShopContract['search']['suggest'];

/** Products, categories and brands that begin as typed; the last word may be unfinished. */
export const suggestProducts = async (core: Core, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  const typed = input.q.toLowerCase();
  const { productIds, brands, categories } = await core.reads.read('search', `suggest:${input.limit}:${typed}`, async () => {
    const suggested = await core.search.suggest(typed, input.limit);
    return { ...suggested, categories: await findCategoriesByName(core, typed, input.limit) };
  });
  const products = await listPublishedProducts(core, productIds);
  return { products: products.map(({ id, slug, name, imageUrl }) => ({ id, slug, name, imageUrl })), categories, brands: [...brands] };
};
