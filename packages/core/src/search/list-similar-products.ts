import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { listPublishedProducts } from '../read-models/product-cards.ts';
import { notFound, type Core } from '../kernel/index.ts';
import { onSale } from '../read-models/on-sale.ts';

type C = ShopContract['search']['similar'];

/** Products of the same category or with shared tags, the most alike first. Throws `NOT_FOUND` for a product that is not on sale. */
export const listSimilarProducts = async (core: Core, { id, limit }: z.output<C['input']>): Promise<z.output<C['output']>> => {
  const ids = await core.reads.read('search', `similar:${limit}:${id}`, () => core.search.similar(id, limit));
  const products = await listPublishedProducts(core, [id, ...ids]);
  if (products[0]?.id === id) return { items: products.slice(1) };
  // An unlisted product is in no list, but its own page still shows similar products.
  const unlisted = await core.db.selectFrom('products as p').select('p.id').where('p.id', '=', id).where(onSale).executeTakeFirst();
  if (!unlisted) throw notFound('This product');
  return { items: products };
};
