import { contract, type ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { getCollection } from '../catalog/index.ts';
import type { Actor, Core } from '../kernel/index.ts';
import { searchProducts } from './search-products.ts';

type C = ShopContract['collections']['products'];

/** The products that a collection's rule finds, in its order. Throws `NOT_FOUND` for one that the actor may not see. */
export const listCollectionProducts = async (
  core: Core,
  actor: Actor,
  { slug, page, pageSize }: z.output<C['input']>,
): Promise<z.output<C['output']>> => {
  const collection = await getCollection(core, actor, slug);
  const input = contract.search.products.input.parse({ ...collection.rule, sort: collection.sort, page, pageSize });
  return { ...(await searchProducts(core, actor, input)), collection };
};
