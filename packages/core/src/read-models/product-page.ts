/** One product with everything that its page shows: texts, variants with prices and units, images. */
import { productTextNames, type Product, type ProductImageId, type VariantId } from '@cartwright/contracts';
import { expressionBuilder } from 'kysely';
import { jsonBuildObject } from 'kysely/helpers/postgres';
import { emptyList, type Reader } from '../kernel/index.ts';
import { lowestPrice, priorPrice } from './lowest-prices.ts';
import { summaryColumns, toSummary, variantTotals, type CardTables } from './product-cards.ts';
import { availabilityJson, liveLevel } from './stock-levels.ts';

/** An id, or the addresses under which a product is found: the present slug, an earlier slug or the handle, in this order. */
export type ProductKey = { readonly id: string } | { readonly slug: string; readonly handle: string };

const page = expressionBuilder<CardTables, 'p' | 's'>();

const variantsOfProduct = page
  .selectFrom('variants as v')
  .leftJoinLateral(liveLevel('v').as('l'), (join) => join.onTrue())
  .select(({ fn, ref }) => {
    const variant = jsonBuildObject({
      id: ref('v.id').$castTo<VariantId>(),
      sku: ref('v.sku'),
      title: ref('v.title'),
      options: ref('v.options'),
      priceCents: ref('v.priceCents'),
      compareAtPriceCents: ref('v.compareAtPriceCents'),
      lowestPriceCents: lowestPrice,
      priorPriceCents: priorPrice,
      currency: ref('p.currency').$castTo<Product['currency']>(),
      weightGrams: ref('v.weightGrams'),
      barcode: ref('v.barcode'),
      imageId: ref('v.imageId').$castTo<ProductImageId | null>(),
      metadata: ref('v.metadata'),
      availability: availabilityJson('l'),
    });
    return fn.jsonAgg(variant).orderBy('v.position').orderBy('v.id').as('variants');
  })
  .whereRef('v.productId', '=', 'p.id');

const imagesOfProduct = page
  .selectFrom('product_images as g')
  .select((eb) => {
    const image = jsonBuildObject({
      id: eb.ref('g.id').$castTo<ProductImageId>(),
      url: eb.ref('g.url'),
      altText: eb.ref('g.altText'),
      position: eb.ref('g.position'),
      isPrimary: eb('g.position', '=', eb.lit(1)).$castTo<boolean>(),
    });
    return eb.fn.jsonAgg(image).orderBy('g.position').as('images');
  })
  .whereRef('g.productId', '=', 'p.id');

const ofAddress = (slug: string, handle: string) =>
  page.fn.coalesce(
    page.selectFrom('products').select('id').where('slug', '=', slug).where('deletedAt', 'is', null),
    page
      .selectFrom('slug_redirects as r')
      .innerJoin('products as o', 'o.id', 'r.productId')
      .select('r.productId')
      .where('r.slug', '=', slug)
      .where('o.deletedAt', 'is', null),
    page.selectFrom('products').select('id').where('handle', '=', handle).where('deletedAt', 'is', null),
  );

/** One product in or out of a transaction, whatever its status; null when it does not exist or is deleted. */
export const readProductPage = async ({ db }: Pick<Reader, 'db'>, key: ProductKey): Promise<Product | null> => {
  const row = await db
    .selectFrom('products as p')
    .innerJoinLateral(variantTotals, (join) => join.onTrue())
    .select(summaryColumns)
    .select(['p.handle', 'p.options', 'p.metadata', 'p.createdAt', 'p.publishAt', 'p.unpublishAt'])
    .select(productTextNames.map((name) => `p.${name}` as const))
    .select([page.fn.coalesce(variantsOfProduct, emptyList).as('variants'), page.fn.coalesce(imagesOfProduct, emptyList).as('images')])
    .where('p.deletedAt', 'is', null)
    .where('p.id', '=', 'id' in key ? key.id : ofAddress(key.slug, key.handle))
    .executeTakeFirst();
  return row
    ? {
        ...row,
        ...toSummary(row),
        createdAt: row.createdAt.toISOString(),
        publishAt: row.publishAt?.toISOString() ?? null,
        unpublishAt: row.unpublishAt?.toISOString() ?? null,
      }
    : null;
};
