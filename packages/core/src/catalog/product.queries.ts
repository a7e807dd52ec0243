/** Reads of the catalogue: one statement for a page, one for a product, both in the shape of the contract. */
import {
  openProductStatuses,
  type Category,
  type CategoryId,
  type Product,
  type ProductId,
  type ProductSummary,
  type ShopContract,
} from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { liveLevel, readAvailability, stockStatus, type ProductAvailability } from '../inventory/index.ts';
import { createJoin, hasScope, notFound, uuidPattern, type Actor, type Core, type Reader } from '../kernel/index.ts';
import { lowestPrice, priorPrice } from '../pricing/index.ts';
import { selectedTexts } from './product.texts.ts';
import { toHandle } from './slug.ts';

type C = ShopContract['products'];

/** A summary as the database returns it. */
export interface SummaryRow extends Omit<ProductSummary, 'updatedAt'> {
  readonly updatedAt: Date;
}
/** SQL: the columns of a summary of `products p` joined with `variantTotals`. */
export const summaryColumns = sql`p.id, p.slug, p.name, p.brand, p.status, p.tags, p.currency, p.version, p.updated_at as "updatedAt",
  (select json_build_object('id', c.id, 'slug', c.slug, 'name', c.name) from categories c where c.id = p.category_id) as category,
  (select g.url from product_images g where g.product_id = p.id order by g.position limit 1) as "imageUrl",
  s."minPriceCents", s."maxPriceCents", s.available, s."variantCount"`;

/** SQL: the prices and units of `p`, joined laterally as `s`. */
export const variantTotals = sql`join lateral (
  select coalesce(min(v.price_cents), 0) as "minPriceCents", coalesce(max(v.price_cents), 0) as "maxPriceCents",
         coalesce(sum(greatest(l.on_hand - l.reserved, 0)), 0)::int as available, count(*)::int as "variantCount",
         coalesce(bool_or(l.on_hand - l.reserved + l.backorder_limit > 0), false) as "inStock"
  from variants v left join lateral ${liveLevel('v')} l on true where v.product_id = p.id) s on true`;

export const toSummary = (row: SummaryRow): ProductSummary => ({ ...row, updatedAt: row.updatedAt.toISOString() });

/** SQL: products that are to be published or archived now, by their dates. */
export const isDueByDate = sql`deleted_at is null and ((publish_at <= now() and status = 'draft') or unpublish_at <= now())`;

/** Days that a deleted product is kept complete, in case it was deleted by mistake. */
const purgeAfterDays = 30;
/** SQL: deleted products that are to be removed now. */
export const isDueForRemoval = sql`deleted_at < now() - make_interval(days => ${purgeAfterDays}) and purged_at is null`;

/** Whether the actor sees products that are not published. */
export const seesDrafts = (actor: Actor): boolean => hasScope(actor, 'catalog:read');

/** Summaries of the published products among `ids`, in the order of `ids`; one query. */
export const listPublishedProducts = async ({ db }: Pick<Reader, 'db'>, ids: readonly ProductId[]): Promise<ProductSummary[]> => {
  if (ids.length === 0) return [];
  const { rows } = await sql<SummaryRow>`
    select ${summaryColumns} from products p ${variantTotals} where p.id = any(${ids}::uuid[]) and p.status = 'active' and p.deleted_at is null`.execute(
    db,
  );
  const byId = new Map(rows.map((row) => [row.id, toSummary(row)]));
  return ids.flatMap((id) => byId.get(id) ?? []);
};

interface ProductRow extends SummaryRow, Omit<Product, 'updatedAt' | 'createdAt' | 'publishAt' | 'unpublishAt'> {
  readonly publishAt: Date | null;
  readonly unpublishAt: Date | null;
  readonly updatedAt: Date;
  readonly createdAt: Date;
}

/** Finds by the present slug, an earlier slug or the handle, in this order. */
const byAddress = (address: string) =>
  sql`p.id = coalesce((select id from products where slug = ${address} and deleted_at is null),
    (select r.product_id from slug_redirects r join products o on o.id = r.product_id where r.slug = ${address} and o.deleted_at is null),
    (select id from products where handle = ${toHandle(address)} and deleted_at is null))`;

/**
 * One product in or out of a transaction, by its id or by any of its addresses, whatever its status; null when it does
 * not exist or is deleted.
 */
export const findProduct = async ({ db }: Pick<Reader, 'db'>, key: { id: string } | { slug: string }): Promise<Product | null> => {
  const { rows } = await sql<ProductRow>`
    select ${summaryColumns}, p.handle, ${selectedTexts}, p.options, p.created_at as "createdAt", p.publish_at as "publishAt", p.unpublish_at as "unpublishAt",
      coalesce((select json_agg(json_build_object('id', v.id, 'sku', v.sku, 'title', v.title, 'options', v.options, 'priceCents', v.price_cents, 'compareAtPriceCents', v.compare_at_price_cents,
          'lowestPriceCents', ${lowestPrice}, 'priorPriceCents', ${priorPrice}, 'currency', p.currency, 'weightGrams', v.weight_grams,
          'availability', json_build_object('available', greatest(coalesce(l.on_hand - l.reserved, 0), 0), 'inStock', coalesce(l.on_hand - l.reserved + l.backorder_limit, 0) > 0,
            'label', ${stockStatus('l')})) order by v.position, v.id)
        from variants v left join lateral ${liveLevel('v')} l on true where v.product_id = p.id), '[]') as variants,
      coalesce((select json_agg(json_build_object('id', g.id, 'url', g.url, 'altText', g.alt_text, 'position', g.position, 'isPrimary', g.position = 1) order by g.position) from product_images g where g.product_id = p.id), '[]') as images
    from products p ${variantTotals} where p.deleted_at is null and ${'id' in key ? sql`p.id = ${key.id}` : byAddress(key.slug)}`.execute(
    db,
  );
  const row = rows[0];
  return row
    ? {
        ...row,
        updatedAt: row.updatedAt.toISOString(),
        createdAt: row.createdAt.toISOString(),
        publishAt: row.publishAt?.toISOString() ?? null,
        unpublishAt: row.unpublishAt?.toISOString() ?? null,
      }
    : null;
};

/** The version of a product that is not deleted; null when there is none. For staff, whatever its status. */
export const findProductVersion = async ({ db }: Pick<Reader, 'db'>, id: string): Promise<number | null> => {
  if (!uuidPattern.test(id)) return null;
  const { rows } = await sql<{ version: number }>`select version from products where id = ${id} and deleted_at is null`.execute(db);
  return rows[0]?.version ?? null;
};

/**
 * One product by id, slug, a slug that it had before, or handle. Drafts and archived products are `NOT_FOUND` to
 * shoppers, whose copy is cached for at most five minutes and invalidated when the product changes; its availability is
 * never cached.
 */
export const getProduct = async (core: Core, actor: Actor, { id: idOrSlug }: z.output<C['get']['input']>): Promise<Product> => {
  // A slug or a handle may look like an id.
  const find = async () =>
    (uuidPattern.test(idOrSlug) ? await findProduct(core, { id: idOrSlug }) : null) ?? findProduct(core, { slug: idOrSlug });
  if (seesDrafts(actor)) return (await find()) ?? refuse();
  const product = await core.reads.read('catalog', `product:${idOrSlug}`, find);
  if (!product || !openProductStatuses.some((status) => status === product.status)) return refuse();
  return productWithStock(product, await readAvailability(core, [product.id]));
};

const productWithStock = createJoin<Product, ProductAvailability, Product>((product, [stock]) => {
  const variants = product.variants.map((variant) => ({
    ...variant,
    availability: stock?.variants[variant.id] ?? variant.availability,
  }));
  return { ...product, variants, available: variants.reduce((sum, variant) => sum + variant.availability.available, 0) };
});

const refuse = (): never => {
  throw notFound('This product');
};

/** The category tree, each with the number of active products below it. */
export const listCategories = (core: Core): Promise<{ categories: Category[] }> =>
  core.reads.read('catalog', 'categories', () => readCategories(core));

const readCategories = async (core: Core): Promise<{ categories: Category[] }> => {
  const { rows } = await sql<{ id: CategoryId; parentId: CategoryId | null; name: string; slug: string; own: number }>`
    select c.id, c.parent_id as "parentId", c.name, c.slug,
      (select count(*)::int from products p where p.category_id = c.id and p.status = 'active' and p.deleted_at is null) as own
    from categories c order by c.sort_order, c.name limit 5000`.execute(core.db);
  const build = (parentId: CategoryId | null): Category[] =>
    rows
      .filter((row) => row.parentId === parentId)
      .map(({ id, name, slug, own }) => {
        const children = build(id);
        return { id, name, slug, children, productCount: own + children.reduce((n, c) => n + c.productCount, 0) };
      });
  return { categories: build(null) };
};
