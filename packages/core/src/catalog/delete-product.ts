import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { lockFreedStock } from '../inventory/index.ts';
import { counted, DomainError, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { lockProduct } from './product.locks.ts';
import { markProductDeleted } from './product.store.ts';
import { markVariantsDeleted } from './variant.store.ts';

/**
 * Deletes a product; orders keep their copies, and its handle, slug and SKUs become available. Throws
 * `PRODUCT_RESERVED` while units of it are held.
 */
export const deleteProduct = (
  core: Core,
  actor: Actor,
  { id, version }: z.output<ShopContract['products']['delete']['input']>,
): Promise<{ ok: true }> => {
  requireScope(actor, 'catalog:admin');
  return transact(core, async (tx) => {
    await lockProduct(tx, id, version ?? null);
    const variants = await tx.db.selectFrom('variants').select('id').where('productId', '=', id).execute();
    const stock = await lockFreedStock(
      tx,
      variants.map((variant) => variant.id),
    );
    const reserved = [...stock.values()].reduce((sum, level) => sum + level.reserved, 0);
    if (reserved > 0)
      throw new DomainError(
        'PRODUCT_RESERVED',
        `Carts, unpaid or backordered orders, edits or flash sales hold ${counted(reserved, 'unit')} of this product. ` +
          'Archive the product now, and delete it when no units are held.',
        { details: { reserved } },
      );
    await markVariantsDeleted(tx, id);
    await markProductDeleted(tx, id);
    tx.outbox.add('product.deleted', id, { productId: id });
    return { ok: true };
  });
};
