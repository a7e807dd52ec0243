import type { ProductId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { workOffPages, type Core } from '../kernel/index.ts';
import { deleteImagesOf } from './product-image.store.ts';
import { clearDeletedProducts, deleteUnusedProducts } from './product.store.ts';
import { deleteRedirectsOf } from './slug.store.ts';
import { deleteUnusedVariants } from './variant.store.ts';

/** Days that a deleted product is kept complete, in case it was deleted by mistake. */
const purgeAfterDays = 30;
/** SQL: deleted products that are to be removed now. */
const isDue = sql<boolean>`deleted_at < now() - make_interval(days => ${purgeAfterDays}) and purged_at is null`;

/**
 * Removes products that were deleted long ago: words, images, old addresses, and every variant that was never part of
 * an order, a sale or a pricing rule, with its stock, ledger and prices. A product without remaining variants is
 * removed too. A sold variant keeps its row, because orders and the ledger refer to it; an order shows its own copy.
 * Returns how many products were processed. Scheduled; safe in several workers.
 */
export const purgeDeletedProducts = (core: Core, pageSize = 200): Promise<number> =>
  workOffPages<ProductId>(core, {
    what: 'the removal of a deleted product',
    pageSize,
    find: async (after, limit) => {
      const due = core.db.selectFrom('products').select('id').where(isDue).where('id', '>', after);
      return (await due.orderBy('id').limit(limit).execute()).map(({ id }) => id as ProductId);
    },
    handle: async (tx, wanted) => {
      const ids = await clearDeletedProducts(tx, wanted, isDue);
      await deleteImagesOf(tx, ids);
      await deleteRedirectsOf(tx, ids);
      await deleteUnusedVariants(tx, ids);
      await deleteUnusedProducts(tx, ids);
      return ids.length;
    },
  });
