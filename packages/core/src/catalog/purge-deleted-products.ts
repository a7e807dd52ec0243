import type { ProductId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { workOffPages, type Core, type Tx } from '../kernel/index.ts';
import { noTexts } from './product.texts.ts';

/** Days that a deleted product is kept complete, in case it was deleted by mistake. */
export const purgeAfterDays = 30;
const due = sql`deleted_at < now() - make_interval(days => ${purgeAfterDays}) and purged_at is null`;

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
      const { rows } = await sql<{ id: ProductId }>`
        select id from products where ${due} and id > ${after} order by id limit ${limit}`.execute(core.db);
      return rows.map(({ id }) => id);
    },
    handle: async (tx, wanted) => {
      const { rows } = await sql<{ id: ProductId }>`
        update products set ${noTexts}, tags = '{}', purged_at = now()
        where id in (select id from products where ${due} and id = any(${wanted}::uuid[]) order by id for update skip locked)
        returning id`.execute(tx.db);
      return purge(
        tx,
        rows.map(({ id }) => id),
      );
    },
  });

const purge = async (tx: Tx, ids: readonly ProductId[]): Promise<number> => {
  await sql`delete from product_images where product_id = any(${ids}::uuid[])`.execute(tx.db);
  await sql`delete from slug_redirects where product_id = any(${ids}::uuid[])`.execute(tx.db);
  await sql`
    delete from variants v where v.product_id = any(${ids}::uuid[])
      and not exists (select 1 from order_items i where i.variant_id = v.id)
      and not exists (select 1 from flash_sale_items f where f.variant_id = v.id)
      and not exists (select 1 from stock_allocations a where a.variant_id = v.id)
      and not exists (select 1 from pricing_rules r where r.variant_id = v.id or r.product_id = v.product_id)
      and not exists (select 1 from holds h where h.variant_id = v.id and (h.state = 'active' or h.order_id is not null))`.execute(tx.db);
  await sql`
    delete from products p where p.id = any(${ids}::uuid[]) and not exists (select 1 from variants v where v.product_id = p.id)
      and not exists (select 1 from order_items i where i.product_id = p.id) and not exists (select 1 from pricing_rules r where r.product_id = p.id)`.execute(
    tx.db,
  );
  return ids.length;
};
