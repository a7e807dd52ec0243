import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { listShelfProducts } from '../catalog/index.ts';
import { notFound, type Core } from '../kernel/index.ts';

type C = ShopContract['search']['similar'];

/** Products of the same category or with shared tags, the most alike first. Throws `NOT_FOUND` for what is not on the shelf. */
export const listSimilarProducts = async (core: Core, { id, limit }: z.output<C['input']>): Promise<z.output<C['output']>> => {
  const ids = await core.reads.read('search', `similar:${limit}:${id}`, () => core.search.similar(id, limit));
  const [asked, ...items] = await listShelfProducts(core, [id, ...ids]);
  if (asked?.id !== id) throw notFound('This product');
  return { items };
};
