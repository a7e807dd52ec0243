import type { ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
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
    const { rows } = await sql<{ id: string }>`select id from variants where product_id = ${id}`.execute(tx.db);
    const stock = await lockFreedStock(
      tx,
      rows.map((row) => row.id),
    );
    const reserved = [...stock.values()].reduce((sum, level) => sum + level.reserved, 0);
    if (reserved > 0)
      throw new DomainError(
        'PRODUCT_RESERVED',
        `Carts and unpaid orders hold ${counted(reserved, 'unit')} of this product. Archive the product now, and delete it when no units are held.`,
        { details: { reserved } },
      );
    await markVariantsDeleted(tx, id);
    await markProductDeleted(tx, id);
    tx.outbox.add('product.deleted', id, { productId: id });
    return { ok: true };
  });
};
