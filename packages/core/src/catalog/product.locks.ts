/** The locks on products. */
import type { ProductId } from '@cartwright/contracts';
import { anyId, anyText, notFound, versionMismatch, type Tx } from '../kernel/index.ts';
import { readStoredProducts, type StoredProduct } from '../read-models/stored-products.ts';

/** Tx step: locks a product of the expected version. Throws `NOT_FOUND` or `VERSION_MISMATCH`. */
export const lockProduct = async (tx: Tx, id: ProductId, expectedVersion: number | null): Promise<void> => {
  const product = await tx.db
    .selectFrom('products')
    .select('version')
    .where('id', '=', id)
    .where('deletedAt', 'is', null)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!product) throw notFound('This product', id);
  if (expectedVersion !== null && product.version !== expectedVersion)
    throw versionMismatch('this product', expectedVersion, product.version);
};

/** Tx step: locks several products. Returns the ids of those that exist, in their order. */
export const lockProducts = async (tx: Tx, ids: readonly ProductId[]): Promise<ProductId[]> => {
  const rows = await tx.db
    .selectFrom('products')
    .select('id')
    .where('id', '=', anyId(ids))
    .where('deletedAt', 'is', null)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  return rows.map(({ id }) => id as ProductId);
};

const lowestId = '00000000-0000-0000-0000-000000000000';

/** Tx step: locks the next products above an id, null for the lowest, against changes by others. */
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

/**
 * Tx step: locks the products that have these handles, and reads all that the shop stores of them; by handle. The lock is a
 * statement of its own: a statement that waits for a lock still sees the other tables as they were before it waited.
 */
export const lockProductsByHandle = async (tx: Tx, handles: readonly string[]): Promise<Map<string, StoredProduct>> => {
  const locked = await tx.db
    .selectFrom('products')
    .select('id')
    .where('handle', '=', anyText(handles))
    .where('deletedAt', 'is', null)
    .orderBy('id')
    .forNoKeyUpdate()
    .execute();
  const products = await readStoredProducts(
    tx,
    locked.map(({ id }) => id as ProductId),
  );
  return new Map(products.map((product) => [product.handle, product]));
};
