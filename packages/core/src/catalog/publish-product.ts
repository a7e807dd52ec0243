import type { Product, ProductId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { notFound, requireScope, transact, workOffPages, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { lockProduct } from './product.locks.ts';
import { findProduct, isDueByDate } from './product.queries.ts';
import { changeProducts, publishDue } from './product.store.ts';

type C = ShopContract['products'];

const setStatus = async (tx: Tx, { id, version }: z.output<C['publish']['input']>, status: 'active' | 'archived'): Promise<Product> => {
  await lockProduct(tx, id, version ?? null);
  const changed = await changeProducts(tx, [id], { status });
  if (changed.length > 0) tx.outbox.add('product.updated', id, { productId: id });
  const product = await findProduct(tx, { id });
  if (!product) throw notFound('This product', id);
  return product;
};

/** Publishes a product; does nothing when it is already published. */
export const publishProduct = (core: Core, actor: Actor, input: z.output<C['publish']['input']>): Promise<Product> => {
  requireScope(actor, 'catalog:write');
  return transact(core, (tx) => setStatus(tx, input, 'active'));
};

/** Archives a product; does nothing when it is already archived. */
export const unpublishProduct = (core: Core, actor: Actor, input: z.output<C['unpublish']['input']>): Promise<Product> => {
  requireScope(actor, 'catalog:write');
  return transact(core, (tx) => setStatus(tx, input, 'archived'));
};

/** Publishes and unpublishes products that are due by the clock of the database. Returns how many. Scheduled; safe in several workers. */
export const publishDueProducts = (core: Core, pageSize = 200): Promise<number> =>
  workOffPages<ProductId>(core, {
    what: 'the publication of a product',
    pageSize,
    find: async (after, limit) => {
      const due = core.db.selectFrom('products').select('id').where(isDueByDate).where('id', '>', after);
      return (await due.orderBy('id').limit(limit).execute()).map(({ id }) => id as ProductId);
    },
    handle: async (tx, ids) => {
      const changed = await publishDue(tx, ids);
      for (const id of changed) tx.outbox.add('product.updated', id, { productId: id });
      return changed.length;
    },
  });
