import type { ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { lockFreedStock } from '../inventory/index.ts';
import { DomainError, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { lockProduct } from './product.locks.ts';

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
        `${reserved} units of this product are held by carts and unpaid orders. Archive the product now, and delete it when no units are held.`,
        { details: { reserved } },
      );
    await sql`update variants set deleted_at = now() where product_id = ${id}`.execute(tx.db);
    await sql`update products set deleted_at = now(), status = 'archived', version = version + 1, updated_at = now() where id = ${id}`.execute(
      tx.db,
    );
    tx.outbox.add('product.deleted', id, { productId: id });
    return { ok: true };
  });
};
