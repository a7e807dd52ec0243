import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import type { Actor, Core } from '../kernel/index.ts';
import { getProduct } from './product.queries.ts';

type OfProduct = ShopContract['inventory']['ofProduct'];

/** What can be bought of a product at this moment, by id or slug. Throws `NOT_FOUND`, to buyers also for a draft. */
export const getProductStock = async (
  core: Core,
  actor: Actor,
  input: z.output<OfProduct['input']>,
): Promise<z.output<OfProduct['output']>> => {
  const { id, available, variants } = await getProduct(core, actor, input);
  return { productId: id, available, variants: variants.map((v) => ({ variantId: v.id, sku: v.sku, availability: v.availability })) };
};
