/** The locks of a reindex. */
import type { ProductId } from '@cartwright/contracts';
import type { Tx } from '../kernel/index.ts';

const lowestId = '00000000-0000-0000-0000-000000000000';

/** Tx step: locks the next products, so that no entry is overwritten with the state of its product before a change. */
export const lockNextProducts = async (tx: Tx, after: ProductId | null, limit: number): Promise<ProductId[]> => {
  const rows = await tx.db
    .selectFrom('products')
    .select('id')
    .where('deletedAt', 'is', null)
    .where('id', '>', after ?? lowestId)
    .orderBy('id')
    .limit(limit)
    .forShare()
    .execute();
  return rows.map(({ id }) => id as ProductId);
};
