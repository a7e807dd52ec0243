import type { Product, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { changeOnHand, lockFreedStock } from '../inventory/index.ts';
import { DomainError, notFound, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { lockProduct } from './product.locks.ts';
import { findProduct, readVariants } from './product.queries.ts';

type Input = z.output<ShopContract['products']['setStock']['input']>;

/** Sets the units on hand. Throws `VARIANT_REQUIRED` when the product has several variants and none is named. */
export const setProductStock = (core: Core, actor: Actor, input: Input): Promise<Product> => {
  requireScope(actor, 'inventory:write');
  return transact(core, async (tx) => {
    await lockProduct(tx, input.id, input.version ?? null);
    const [variant, another] = await readVariants(tx, input.id, input.variantId);
    if (!variant || another)
      throw new DomainError('VARIANT_REQUIRED', 'The product has several variants. Send variantId to say which stock to set.');
    const stock = (await lockFreedStock(tx, [variant.id])).get(variant.id);
    if (!stock) throw notFound('The stock of this variant');
    await changeOnHand(tx, actor, [{ stock, delta: input.onHand - stock.onHand, kind: 'adjusted', reason: input.reason }]);
    const product = await findProduct(tx, { id: input.id });
    if (!product) throw notFound('This product');
    return product;
  });
};
