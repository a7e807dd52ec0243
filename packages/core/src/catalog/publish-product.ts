import type { Product, ProductId, ShopContract } from '@cartwright/contracts';
import { sql, type RawBuilder } from 'kysely';
import type { z } from 'zod';
import { notFound, requireScope, transact, workOffPages, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { findProduct } from './product.queries.ts';
import { lockProduct } from './product.locks.ts';

type C = ShopContract['products'];

/** SQL: the columns set when staff publish or archive a product. Publishing clears a planned date. */
export const withStatus = (status: 'active' | 'archived'): RawBuilder<unknown> =>
  status === 'active' ? sql`status = 'active', publish_at = null` : sql`status = 'archived'`;

const setStatus = async (tx: Tx, { id, version }: z.output<C['activate']['input']>, status: 'active' | 'archived'): Promise<Product> => {
  await lockProduct(tx, id, version ?? null);
  const { rows } = await sql`
    update products set ${withStatus(status)}, version = version + 1, updated_at = now() where id = ${id} and status <> ${status} returning 1`.execute(
    tx.db,
  );
  if (rows.length > 0) tx.outbox.add('product.updated', id, { productId: id });
  const product = await findProduct(tx, { id });
  if (!product) throw notFound('This product');
  return product;
};

/** Publishes a product; does nothing when it is already published. */
export const activateProduct = (core: Core, actor: Actor, input: z.output<C['activate']['input']>): Promise<Product> => {
  requireScope(actor, 'catalog:write');
  return transact(core, (tx) => setStatus(tx, input, 'active'));
};

/** Archives a product; does nothing when it is already archived. */
export const deactivateProduct = (core: Core, actor: Actor, input: z.output<C['deactivate']['input']>): Promise<Product> => {
  requireScope(actor, 'catalog:write');
  return transact(core, (tx) => setStatus(tx, input, 'archived'));
};

const due = sql`deleted_at is null and ((publish_at <= now() and status = 'draft') or unpublish_at <= now())`;

/** Publishes and unpublishes products that are due by the clock of the database. Returns how many. Scheduled; safe in several workers. */
export const publishDueProducts = (core: Core, pageSize = 200): Promise<number> =>
  workOffPages<ProductId>(core, {
    what: 'the publication of a product',
    pageSize,
    find: async (after, limit) => {
      const { rows } = await sql<{ id: ProductId }>`
        select id from products where ${due} and id > ${after} order by id limit ${limit}`.execute(core.db);
      return rows.map(({ id }) => id);
    },
    handle: async (tx, ids) => {
      const { rows } = await sql<{ id: ProductId }>`
        with due as (
          select id, unpublish_at is not null and unpublish_at <= now() as off from products
          where ${due} and id = any(${ids}::uuid[]) order by id for update skip locked)
        update products p set status = case when d.off then 'archived' else 'active' end, publish_at = null,
          unpublish_at = case when d.off then null else p.unpublish_at end, version = p.version + 1, updated_at = now()
        from due d where p.id = d.id returning p.id`.execute(tx.db);
      for (const { id } of rows) tx.outbox.add('product.updated', id, { productId: id });
      return rows.length;
    },
  });
