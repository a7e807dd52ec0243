/** Reads of products, in the shape of the contract; who may see which. */
import {
  openProductStatuses,
  type Product,
  type ProductId,
  type ProductImageId,
  type ShopContract,
  type VariantId,
} from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { readAvailability, type ProductAvailability } from '../inventory/index.ts';
import { createJoin, hasScope, notFound, rowCount, uuidPattern, type Actor, type Core, type Reader } from '../kernel/index.ts';
import { onSale } from '../read-models/on-sale.ts';
import { readProductPage } from '../read-models/product-page.ts';
import { toHandle } from './slug.ts';
import type { RevisedVariant } from './variant.store.ts';

type C = ShopContract['products'];

/** SQL: products that are to be published or archived now, by their dates. */
export const isDueByDate = sql<boolean>`deleted_at is null and ((publish_at <= now() and status = 'draft') or unpublish_at <= now())`;

/** Whether the actor sees products that are not published. */
export const seesDrafts = (actor: Actor): boolean => hasScope(actor, 'catalog:read');

/**
 * One product in or out of a transaction, by its id or by any of its addresses, whatever its status; null when it does
 * not exist or is deleted.
 */
export const findProduct = (reader: Pick<Reader, 'db'>, key: { id: string } | { slug: string }): Promise<Product | null> =>
  readProductPage(reader, 'id' in key ? key : { slug: key.slug, handle: toHandle(key.slug) });

/** The version of a product that is not deleted; null when there is none. For staff, whatever its status. */
export const findProductVersion = async ({ db }: Pick<Reader, 'db'>, id: string): Promise<number | null> => {
  if (!uuidPattern.test(id)) return null;
  const row = await db.selectFrom('products').select('version').where('id', '=', id).where('deletedAt', 'is', null).executeTakeFirst();
  return row?.version ?? null;
};

/** The variants of a product, or one of them, with all that may change. Throws `NOT_FOUND` when there is none. */
export const readVariants = async ({ db }: Pick<Reader, 'db'>, productId: ProductId, only?: VariantId): Promise<RevisedVariant[]> => {
  const all = db
    .selectFrom('variants')
    .select(['id', 'sku', 'title', 'options', 'priceCents', 'compareAtPriceCents', 'weightGrams', 'barcode', 'costCents'])
    .select(['imageId', 'metadata'])
    .where('productId', '=', productId)
    .orderBy('position')
    .orderBy('id')
    .$narrowType<{ id: VariantId; imageId: ProductImageId | null }>();
  const variants = await (only === undefined ? all : all.where('id', '=', only)).execute();
  if (variants.length === 0) throw notFound('A variant of this product');
  return variants;
};

/** The number of products that are not deleted. */
export const countProducts = async ({ db }: Pick<Reader, 'db'>): Promise<number> => {
  const { n } = await db.selectFrom('products').select(rowCount.as('n')).where('deletedAt', 'is', null).executeTakeFirstOrThrow();
  return n;
};

/** Whether buyers can buy a product: it is listed, or it is unlisted and has its address only. */
export const isOnSale = async ({ db }: Pick<Reader, 'db'>, id: ProductId): Promise<boolean> =>
  (await db.selectFrom('products as p').select('p.id').where('p.id', '=', id).where(onSale).executeTakeFirst()) !== undefined;

/**
 * One product by id, slug, a slug that it had before, or handle. Drafts and archived products are `NOT_FOUND` to
 * buyers, whose copy is cached for at most five minutes and invalidated when the product changes; its availability is
 * never cached.
 */
export const getProduct = async (core: Core, actor: Actor, { id: idOrSlug }: z.output<C['get']['input']>): Promise<Product> => {
  // A slug or a handle may look like an id.
  const find = async () =>
    (uuidPattern.test(idOrSlug) ? await findProduct(core, { id: idOrSlug }) : null) ?? findProduct(core, { slug: idOrSlug });
  if (seesDrafts(actor)) return (await find()) ?? refuse(idOrSlug);
  const product = await core.reads.read('catalog', `product:${idOrSlug}`, find);
  if (!product || !openProductStatuses.some((status) => status === product.status)) return refuse(idOrSlug);
  return productWithStock(product, await readAvailability(core, [product.id]));
};

const productWithStock = createJoin<Product, ProductAvailability, Product>((product, [stock]) => {
  const variants = product.variants.map((variant) => ({
    ...variant,
    availability: stock?.variants[variant.id] ?? variant.availability,
  }));
  const shown = variants.map(({ availability }) => availability);
  const available = shown.reduce((sum, one) => sum + one.available, 0);
  return { ...product, variants, available, inStock: shown.some(({ inStock }) => inStock) };
});

const refuse = (idOrSlug: string): never => {
  throw notFound('This product', idOrSlug);
};
