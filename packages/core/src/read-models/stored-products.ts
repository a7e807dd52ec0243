/** Products with all that the shop stores of them, as an import finds them and an export writes them. */
import {
  productTextNames,
  type CategoryId,
  type Metadata,
  type Product,
  type ProductId,
  type ProductImageId,
  type ProductTextName,
  type VariantId,
} from '@cartwright/contracts';
import type { Database } from '@cartwright/db';
import { expressionBuilder, type Expression } from 'kysely';
import { jsonBuildObject } from 'kysely/helpers/postgres';
import { anyId, emptyList, instantTextOf, type Reader } from '../kernel/index.ts';

/** The values of a variant. Writes, imports and exports of many products derive their types from these. */
export interface VariantFields {
  readonly sku: string;
  readonly options: Record<string, string>;
  readonly priceCents: number;
  readonly compareAtPriceCents: number | null;
  readonly weightGrams: number | null;
  readonly barcode: string | null;
  readonly costCents: number | null;
  /** Address of the image that shows the variant, among those of its product. */
  readonly imageUrl: string | null;
  readonly metadata: Metadata;
  readonly onHand: number;
  /** How many units may be sold before they arrive. */
  readonly backorderLimit: number;
  /** Whether its units are counted. */
  readonly tracked: boolean;
}
/** A category by names. */
export interface CategoryPlace {
  readonly name: string;
  /** The names of the categories above it, the top one first; null where only its own name is known. */
  readonly above: readonly string[] | null;
}
/** The values of a product besides its variants and images; every other type of them derives from these, as for `VariantFields`. */
export interface ProductFields extends Readonly<Record<ProductTextName, string | null>> {
  readonly handle: string;
  readonly currency: string;
  readonly name: string;
  readonly brand: string | null;
  readonly category: CategoryPlace | null;
  readonly tags: string[];
  readonly metadata: Metadata;
  readonly status: Product['status'];
  /** When a draft is published, and when the product is unpublished, automatically; instants in ISO 8601. */
  readonly publishAt: string | null;
  readonly unpublishAt: string | null;
}
/** The values of an image of a product. */
export interface ImageFields {
  readonly url: string;
  readonly altText: string;
}

/** A variant of the shop. */
export interface StoredVariant extends VariantFields {
  readonly id: VariantId;
  /** Units that paid orders wait for. */
  readonly waiting: number;
}
/** A product of the shop with the values that a write of many products compares. */
export interface StoredProduct extends Pick<ProductFields, 'handle' | 'currency' | 'status' | 'metadata' | 'publishAt'> {
  readonly id: ProductId;
  readonly category: { readonly id: CategoryId; readonly name: string } | null;
  readonly variants: readonly StoredVariant[];
  readonly images: readonly (ImageFields & { readonly id: ProductImageId })[];
}
/** A product as an export writes it. */
export interface ExportedProduct extends Omit<ProductFields, 'category'> {
  readonly categoryId: CategoryId | null;
  readonly id: ProductId;
  readonly slug: string;
  readonly options: Product['options'];
  readonly variants: readonly VariantFields[];
  readonly images: readonly ImageFields[];
}

interface ProductTables extends Database {
  readonly p: Database['products'];
  readonly v: Database['variants'];
  readonly l: Database['stock_levels'];
  readonly g: Database['product_images'];
}
const stored = expressionBuilder<ProductTables, 'p' | 'v' | 'l' | 'g'>();

const variantFields = {
  sku: stored.ref('v.sku'),
  options: stored.ref('v.options'),
  priceCents: stored.ref('v.priceCents'),
  compareAtPriceCents: stored.ref('v.compareAtPriceCents'),
  weightGrams: stored.ref('v.weightGrams'),
  barcode: stored.ref('v.barcode'),
  costCents: stored.ref('v.costCents'),
  imageUrl: stored.selectFrom('product_images as i').select('i.url').whereRef('i.id', '=', 'v.imageId').$asScalar(),
  metadata: stored.ref('v.metadata'),
  onHand: stored.ref('l.onHand'),
  backorderLimit: stored.ref('l.backorderLimit'),
  tracked: stored.ref('l.tracked'),
};
const waitingUnits = stored.fn.coalesce(
  stored
    .selectFrom('backorders as b')
    .select(({ cast, fn }) => cast<number>(fn.sum('b.quantity'), 'integer').as('units'))
    .whereRef('b.variantId', '=', 'v.id')
    .where('b.quantity', '>', 0)
    .$asScalar(),
  stored.lit(0),
);
/** The variants of `products p`, each as this JSON object. */
const variantsAs = <T>(variant: Expression<T>) =>
  stored.fn.coalesce(
    stored
      .selectFrom('variants as v')
      .innerJoin('stock_levels as l', 'l.variantId', 'v.id')
      .select(({ fn }) => fn.jsonAgg(variant).orderBy('v.position').orderBy('v.id').as('variants'))
      .whereRef('v.productId', '=', 'p.id'),
    emptyList,
  );
/** The images of `products p`, each as this JSON object. */
const imagesAs = <T>(image: Expression<T>) =>
  stored.fn.coalesce(
    stored
      .selectFrom('product_images as g')
      .select(({ fn }) => fn.jsonAgg(image).orderBy('g.position').as('images'))
      .whereRef('g.productId', '=', 'p.id'),
    emptyList,
  );
const imageFields = { url: stored.ref('g.url'), altText: stored.ref('g.altText') };

const storedColumns = [
  stored.ref('p.id').$castTo<ProductId>().as('id'),
  stored.ref('p.handle').as('handle'),
  stored.ref('p.currency').as('currency'),
  stored.ref('p.status').as('status'),
  stored.ref('p.metadata').as('metadata'),
  stored.ref('p.options').as('options'),
  instantTextOf('p.publish_at').as('publishAt'),
  stored
    .selectFrom('categories as c')
    .select(({ ref }) => jsonBuildObject({ id: ref('c.id').$castTo<CategoryId>(), name: ref('c.name') }).as('category'))
    .whereRef('c.id', '=', 'p.categoryId')
    .as('category'),
  variantsAs(jsonBuildObject({ id: stored.ref('v.id').$castTo<VariantId>(), waiting: waitingUnits, ...variantFields })).as('variants'),
  imagesAs(jsonBuildObject({ id: stored.ref('g.id').$castTo<ProductImageId>(), ...imageFields })).as('images'),
] as const;

/** Products by id, in the order of their ids. */
export const readStoredProducts = async ({ db }: Pick<Reader, 'db'>, ids: readonly ProductId[]): Promise<StoredProduct[]> => {
  const rows = await db.selectFrom('products as p').select(storedColumns).where('p.id', '=', anyId(ids)).orderBy('p.id').execute();
  return rows.map(({ options: order, ...product }) => ({
    ...product,
    variants: product.variants.map((variant) => ({ ...variant, options: inOrder(variant.options, order) })),
  }));
};

/** The options of a variant in the order of its product's: the database does not keep the order of names. */
const inOrder = (options: Record<string, string>, order: Product['options']): Record<string, string> =>
  Object.fromEntries(
    order.flatMap(({ name }) => {
      const value = options[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

const exportedColumns = [
  stored.ref('p.id').$castTo<ProductId>().as('id'),
  stored.ref('p.categoryId').$castTo<CategoryId | null>().as('categoryId'),
  instantTextOf('p.publish_at').as('publishAt'),
  instantTextOf('p.unpublish_at').as('unpublishAt'),
  variantsAs(jsonBuildObject(variantFields)).as('variants'),
  imagesAs(jsonBuildObject(imageFields)).as('images'),
] as const;

/** The first `limit` products above the id `after`, null for the lowest, that are not deleted; of one status, or null for all. */
export const readExportedProducts = (
  { db }: Pick<Reader, 'db'>,
  { status, after, limit }: { readonly status: Product['status'] | null; readonly after: ProductId | null; readonly limit: number },
): Promise<ExportedProduct[]> => {
  let products = db
    .selectFrom('products as p')
    .select(['p.handle', 'p.slug', 'p.name', 'p.metadata', 'p.brand', 'p.tags', 'p.status', 'p.currency', 'p.options'])
    .select(productTextNames.map((name) => `p.${name}` as const))
    .select(exportedColumns)
    .where('p.deletedAt', 'is', null);
  if (status !== null) products = products.where('p.status', '=', status);
  if (after !== null) products = products.where('p.id', '>', after);
  return products.orderBy('p.id').limit(limit).execute();
};
