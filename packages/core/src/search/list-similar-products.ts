import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { isOnSale } from '../catalog/index.ts';
import { notFound, type Core } from '../kernel/index.ts';
import { listPublishedProducts } from '../read-models/product-cards.ts';

type C = ShopContract['search']['similar'];

/** Products of the same category or with shared tags, the most alike first. Throws `NOT_FOUND` for a product that is not on sale. */
export const listSimilarProducts = async (core: Core, { id, limit }: z.output<C['input']>): Promise<z.output<C['output']>> => {
  const ids = await core.reads.read('search', `similar:${limit}:${id}`, () => core.search.similar(id, limit));
  const products = await listPublishedProducts(core, [id, ...ids]);
  if (products[0]?.id === id) return { items: products.slice(1) };
  // An unlisted product is in no list, but its own page still shows similar products.
  if (!(await isOnSale(core, id))) throw notFound('This product', id);
  return { items: products };
};
