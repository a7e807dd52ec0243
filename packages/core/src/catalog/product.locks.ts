/** The locks on products. */
import type { CategoryId, Product, ProductId, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { DomainError, notFound, type Tx } from '../kernel/index.ts';

/** Tx step: locks a product of the expected version. Throws `NOT_FOUND` or `VERSION_MISMATCH`. */
export const lockProduct = async (tx: Tx, id: ProductId, expectedVersion: number | null): Promise<void> => {
  const { rows } = await sql<{
    version: number;
  }>`select version from products where id = ${id} and deleted_at is null for no key update`.execute(tx.db);
  if (!rows[0]) throw notFound('This product');
  if (expectedVersion !== null && rows[0].version !== expectedVersion)
    throw new DomainError('VERSION_MISMATCH', 'Somebody else changed this product after you opened it. Reload it before you save.', {
      details: { version: rows[0].version },
    });
};

/** Tx step: locks several products. Returns the ids of those that exist, in their order. */
export const lockProducts = async (tx: Tx, ids: readonly ProductId[]): Promise<ProductId[]> => {
  const { rows } = await sql<{ id: ProductId }>`
    select id from products where id = any(${ids}::uuid[]) and deleted_at is null order by id for no key update`.execute(tx.db);
  return rows.map(({ id }) => id);
};

/** A variant of a locked product. */
export interface KnownVariant {
  readonly id: VariantId;
  readonly sku: string;
  readonly priceCents: number;
  readonly compareAtPriceCents: number | null;
  readonly weightGrams: number | null;
  readonly options: Record<string, string>;
  readonly onHand: number;
}
/** A locked product with everything that a file can change. */
export interface KnownProduct {
  readonly id: ProductId;
  readonly handle: string;
  readonly currency: string;
  readonly status: Product['status'];
  /** When the product is published automatically. */
  readonly publishAt: string | null;
  readonly category: { readonly id: CategoryId; readonly name: string } | null;
  readonly variants: KnownVariant[];
  readonly images: { readonly url: string; readonly altText: string }[];
}

/**
 * Tx step: locks the products that have these handles, and reads what a file can change; by handle. The lock is a
 * statement of its own: a statement that waits for a lock still sees the other tables as they were before it waited.
 */
export const lockProductsByHandle = async (tx: Tx, handles: readonly string[]): Promise<Map<string, KnownProduct>> => {
  const locked = await sql<{ id: ProductId }>`
    select id from products where handle = any(${handles}::text[]) and deleted_at is null order by id for no key update`.execute(tx.db);
  const { rows } = await sql<KnownProduct>`
    select p.id, p.handle, p.currency, p.status, to_char(p.publish_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"') as "publishAt",
      (select json_build_object('id', c.id, 'name', c.name) from categories c where c.id = p.category_id) as category,
      coalesce((select json_agg(json_build_object('id', v.id, 'sku', v.sku, 'priceCents', v.price_cents, 'compareAtPriceCents', v.compare_at_price_cents,
        'weightGrams', v.weight_grams, 'options', v.options, 'onHand', l.on_hand) order by v.position, v.id)
        from variants v join stock_levels l on l.variant_id = v.id where v.product_id = p.id), '[]') as variants,
      coalesce((select json_agg(json_build_object('url', g.url, 'altText', g.alt_text) order by g.position) from product_images g where g.product_id = p.id), '[]') as images
    from products p where p.id = any(${locked.rows.map(({ id }) => id)}::uuid[]) order by p.id`.execute(tx.db);
  return new Map(rows.map((row) => [row.handle, row]));
};
