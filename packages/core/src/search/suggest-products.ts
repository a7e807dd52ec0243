import type { CategoryId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { listPublishedProducts } from '../read-models/product-cards.ts';
import { likeText, type Core } from '../kernel/index.ts';

type C = ShopContract['search']['suggest'];

/** Products, categories and brands that begin as typed; the last word may be unfinished. */
export const suggestProducts = async (core: Core, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  const typed = input.q.toLowerCase();
  const { productIds, brands, categories } = await core.reads.read('search', `suggest:${input.limit}:${typed}`, async () => {
    const suggested = await core.search.suggest(typed, input.limit);
    const like = likeText(typed);
    const found = await core.db
      .selectFrom('categories')
      .select(['id', 'slug', 'name'])
      .where((eb) => eb.or([eb('name', 'ilike', `${like}%`), eb('name', 'ilike', `% ${like}%`)]))
      .orderBy('name')
      .limit(input.limit)
      .$narrowType<{ id: CategoryId }>()
      .execute();
    return { ...suggested, categories: found };
  });
  const products = await listPublishedProducts(core, productIds);
  return { products: products.map(({ id, slug, name, imageUrl }) => ({ id, slug, name, imageUrl })), categories, brands: [...brands] };
};
