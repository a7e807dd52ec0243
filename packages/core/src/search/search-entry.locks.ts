/** The locks on search entries. */
import type { ProductId } from '@cartwright/contracts';
import { anyId, type Tx } from '../kernel/index.ts';

/**
 * Tx step: locks the entries of products, so that the stock that is read next is not older than what another worker has written into them.
 */
export const lockEntries = async (tx: Tx, productIds: readonly ProductId[]): Promise<void> => {
  await tx.db
    .selectFrom('search_entries')
    .select('productId')
    .where('productId', '=', anyId(productIds))
    .orderBy('productId')
    .forNoKeyUpdate()
    .execute();
};
