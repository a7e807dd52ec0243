/** Products and their variants. */
import { z } from 'zod';
import { productActions } from './catalog-actions.contract.ts';
import { basedOn, cents, done, handle, instantInput, pageInput, pageOf, price, sku, slug, nameText, text, longestTexts } from './common.ts';
import { currency } from './currency.ts';
import { categoryId, productId, productImageId, variantId } from './ids.ts';
import { mutation, query } from './procedure.ts';
import {
  changedProductTexts,
  grams,
  imageInput,
  metadata,
  mostOfProduct,
  mostOfVariant,
  newProductTexts,
  productSchema,
  productStatus,
  productSummarySchema,
} from './product.schemas.ts';

const variantInput = z.strictObject({
  sku,
  /** Option names with their values, such as `{ "Size": "Small" }`. */
  options: z.record(nameText(longestTexts.optionName), nameText(longestTexts.optionValue)).default({}),
  /** Price of one unit, in the currency of the product. */
  priceCents: price,
  /** Previous price to show beside the price. It cannot be lower than the price; null shows none. */
  compareAtPriceCents: price.nullable().default(null),
  /** Weight of one unit, for shipping; null if it is not known. */
  weightGrams: grams.nullable().default(null),
  /** EAN, UPC, ISBN or a number of the shop's own. */
  barcode: nameText(longestTexts.barcode).nullable().default(null),
  /** What the shop pays for a unit. Only staff see it, with `products.costs`. */
  costCents: price.nullable().default(null),
  metadata: metadata.default({}),
  /** Initial units on hand. */
  stock: z.int().min(0).max(mostOfVariant.onHand).default(0),
  /** Whether its units are counted: an untracked variant can always be bought. */
  tracked: z.boolean().default(true),
  /** Units that may be sold before they arrive. */
  backorderLimit: z.int().min(0).max(mostOfVariant.backorderLimit).default(0),
});

export const productSorts = ['newest', 'name', 'price', '-price'] as const;

export const productsContract = {
  list: query({
    summary: 'A page of products',
    description:
      'Buyers see only active products. Staff with `catalog:read` may request any status. Use `page` for people and ' +
      '`cursor` for programs: a cursor neither skips nor repeats a product while products are added or removed. For buyers, the ' +
      'products that `q` finds are counted up to 1,000. If there are more, `totalIsExact` is false and `page` ends with the first ' +
      '1,000; `cursor` continues.',
    access: 'public',
    caching: 'public',
    rest: { method: 'GET', path: '/products' },
    input: z.strictObject({
      ...pageInput,
      /**
       * `nextCursor` of the previous response, with the same filters and sort order. Replaces `page`. Later pages keep the order and the
       * corrected words of the first one.
       */
      cursor: z.string().max(4_000).optional(),
      /** Words of the product, as in `search.products`. */
      q: z.string().trim().max(200).optional(),
      /** Slug of a category; its subcategories are included. */
      category: slug.optional(),
      /** Products with this tag. */
      tag: text(100).optional(),
      /** Matches products with at least one of these tags. */
      tags: z.array(text(100)).min(1).max(20).optional(),
      /** Products of this brand. */
      brand: nameText(longestTexts.brand).optional(),
      status: productStatus.optional(),
      /** Products with a price range that reaches this price or more. */
      minPriceCents: cents.optional(),
      /** Products with a price range that reaches this price or less. */
      maxPriceCents: cents.optional(),
      /** `true` returns only products with a unit that can be bought; `false` only the others. */
      inStock: z.boolean().optional(),
      /**
       * Newest first, by name, by price upwards or downwards (`-price`), or the best matches of `q` first (`relevance`), which is `newest`
       * without `q`, and where `q` finds more than 1,000 products. Pages by `cursor` keep the order of the first one, up to 5,000 products.
       */
      sort: z.enum([...productSorts, 'relevance']).default('newest'),
    }),
    output: pageOf(productSummarySchema)
      .extend({
        /** Whether `totalCount` is exact: false when the words of a buyer find more than 1,000 products. */
        totalIsExact: z.boolean(),
        /** Cursor of the next page; null on the last page. */
        nextCursor: z.string().nullable(),
        /** The words that were looked for instead of `q`, which finds nothing as it was typed; null if it finds something. */
        correctedQuery: z.string().nullable(),
      })
      .meta({ id: 'ProductPage' }),
    errors: ['BUSY'],
  }),
  get: query({
    summary: 'A product with its variants, prices and availability',
    preconditions: 'product',
    access: 'public',
    caching: 'public',
    description:
      'Finds the product by id, slug, a previous slug, or handle. Over REST `Content-Location` names the current address ' +
      'when the request used a previous slug or the handle. Buyers get `active` and `unlisted` products.',
    rest: { method: 'GET', path: '/products/{id}' },
    input: z.strictObject({
      id: z.string().min(1).max(255).meta({ description: 'Id, slug or handle of the product, from `products.list` or `search.products`' }),
    }),
    output: productSchema,
    errors: ['NOT_FOUND', 'BUSY'],
  }),
  costs: query({
    summary: 'What the shop pays for the variants of a product',
    access: { scope: 'catalog:write' },
    rest: { method: 'GET', path: '/products/{id}/costs' },
    input: z.strictObject({ id: productId }),
    output: z.object({
      /** Variants of the product with their costs. */
      variants: z.array(
        z.object({
          variantId,
          /** Cost of a unit in the product's currency; null when it is not known. */
          costCents: cents.nullable(),
        }),
      ),
    }),
    errors: ['NOT_FOUND'],
  }),
  create: mutation({
    summary: 'Add a product',
    access: { scope: 'catalog:write', and: ['pricing:write'] },
    alsoNeeds: [{ scope: 'inventory:write', when: 'when a variant has initial stock, a backorder limit or no tracking' }],
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/products', status: 201 },
    input: z.strictObject({
      /** Name of the product for buyers. */
      name: nameText(longestTexts.name),
      /** Default: the slug. */
      handle: handle.optional(),
      /** Default: made from the name, with a number appended if another product has that slug. */
      slug: slug.optional(),
      ...newProductTexts,
      /** Brand; null for none. */
      brand: nameText(longestTexts.brand).nullable().default(null),
      categoryId: categoryId.nullable().default(null),
      /** Tags of the product. */
      tags: z.array(nameText(longestTexts.tag)).max(mostOfProduct.tags).default([]),
      metadata: metadata.default({}),
      status: productStatus.default('draft'),
      currency: currency.optional(),
      /** When a draft is published automatically; null for never. */
      publishAt: instantInput.nullable().default(null),
      /** When the product is unpublished automatically; null for never. */
      unpublishAt: instantInput.nullable().default(null),
      /** Variants, in display order. */
      variants: z.array(variantInput).min(1).max(mostOfProduct.variants),
      /** Images, in display order; the first is the primary image. */
      images: z.array(imageInput).max(mostOfProduct.images).default([]),
    }),
    output: productSchema,
    errors: ['SKU_TAKEN', 'SLUG_TAKEN', 'HANDLE_TAKEN', 'OPTIONS_TAKEN', 'INVALID_PRICE', 'URL_NOT_ALLOWED', 'NOT_FOUND'],
  }),
  update: mutation({
    summary: 'Change a product, or the prices and SKUs of its variants',
    preconditions: 'product',
    access: { scope: 'catalog:write' },
    alsoNeeds: [
      { scope: 'pricing:write', when: 'when a price is changed or a variant added' },
      { scope: 'inventory:write', when: 'when an added variant has initial stock, a backorder limit or no tracking' },
    ],
    rest: { method: 'PATCH', path: '/products/{id}', also: [{ method: 'PUT', path: '/products/{id}' }] },
    input: z.strictObject({
      id: productId,
      /**
       * The version that the caller has read. If the product has another version, the call fails with `VERSION_MISMATCH`; null accepts
       * any version. REST also accepts `If-Match`.
       */
      version: basedOn,
      /** New name of the product. */
      name: nameText(longestTexts.name).optional(),
      handle: handle.optional(),
      /** New slug. The previous slug still leads to the product. */
      slug: slug.optional(),
      ...changedProductTexts,
      /** Brand; null removes it. */
      brand: nameText(longestTexts.brand).nullable().optional(),
      categoryId: categoryId.nullable().optional(),
      /** Replaces all tags of the product. */
      tags: z.array(nameText(longestTexts.tag)).max(mostOfProduct.tags).optional(),
      /** Replaces all metadata of the product. */
      metadata: metadata.optional(),
      status: productStatus.optional(),
      /** When a draft is published automatically; null for never. */
      publishAt: instantInput.nullable().optional(),
      /** When the product is unpublished automatically; null for never. */
      unpublishAt: instantInput.nullable().optional(),
      /** New variants, appended to the existing ones. */
      addVariants: z.array(variantInput).max(100).optional(),
      /** Variants to change; the others stay as they are. */
      variants: z
        .array(
          z.strictObject({
            id: variantId,
            sku: sku.optional(),
            /** Price of one unit, in the currency of the product. */
            priceCents: price.optional(),
            /** Previous price to show beside the price. It cannot be lower than the price; null shows none. */
            compareAtPriceCents: price.nullable().optional(),
            /** Weight of one unit, for shipping; null if it is not known. */
            weightGrams: grams.nullable().optional(),
            /** EAN, UPC, ISBN or a number of the shop's own; null removes it. */
            barcode: nameText(longestTexts.barcode).nullable().optional(),
            /** What the shop pays for a unit. */
            costCents: price.nullable().optional(),
            /** An image of this product. */
            imageId: productImageId.nullable().optional(),
            /** Replaces all metadata of the variant. */
            metadata: metadata.optional(),
          }),
        )
        .max(mostOfProduct.variants)
        .optional(),
    }),
    output: productSchema,
    errors: ['NOT_FOUND', 'VERSION_MISMATCH', 'SLUG_TAKEN', 'HANDLE_TAKEN', 'SKU_TAKEN', 'OPTIONS_TAKEN', 'INVALID_PRICE', 'LIMIT_REACHED'],
  }),
  ...productActions,
  delete: mutation({
    summary: 'Delete a product',
    preconditions: 'product',
    description: 'The product disappears from the shop at once. Existing orders keep their lines.',
    access: { scope: 'catalog:admin' },
    rest: { method: 'DELETE', path: '/products/{id}' },
    input: z.strictObject({ id: productId, version: basedOn.optional() }),
    output: done,
    errors: ['NOT_FOUND', 'VERSION_MISMATCH', 'PRODUCT_RESERVED'],
  }),
} as const;
