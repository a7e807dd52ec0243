/** Writes the table `slug_redirects`: earlier slugs, under which products can still be found. */
import type { ProductId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

/** Tx step: keeps the present slug of a product as an earlier one, unless it is the next one too. */
export const keepPresentSlug = async (tx: Tx, productId: ProductId, next: string): Promise<void> => {
  await sql`
    insert into slug_redirects (slug, product_id) select slug, id from products where id = ${productId} and slug <> ${next}
    on conflict (slug) do update set product_id = excluded.product_id, created_at = now()`.execute(tx.db);
};

/** Tx step: a slug no longer leads to the product that had it earlier. */
export const deleteRedirect = async (tx: Tx, slug: string): Promise<void> => {
  await sql`delete from slug_redirects where slug = ${slug}`.execute(tx.db);
};

/** Tx step: deletes the earlier slugs of products. */
export const deleteRedirectsOf = async (tx: Tx, productIds: readonly ProductId[]): Promise<void> => {
  await sql`delete from slug_redirects where product_id = any(${productIds}::uuid[])`.execute(tx.db);
};
