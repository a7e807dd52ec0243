/** Actions on products besides editing fields: publishing, prices, stock, copies, images, bulk changes. */
import { z } from 'zod';
import { basedOn, basisPoints, done, price, nameText, text, unitsFrom, longestTexts } from './common.ts';
import { categoryId, productId, productImageId, variantId } from './ids.ts';
import { mutation, query } from './procedure.ts';
import { imageInput, mostOfProduct, mostOfVariant, productImageSchema, productSchema } from './product.schemas.ts';

const base = { id: productId, version: basedOn.optional() };
const byId = z.strictObject(base);
const images = z.object({
  /** Images of the product, in display order. */
  images: z.array(productImageSchema),
});
const catalogWrite = { scope: 'catalog:write' } as const;
const priceWrite = { scope: 'catalog:write', and: ['pricing:write'] } as const;

/** Never 100 %: to give a product away, staff set its price to 0. */
const discountShare = basisPoints.max(9_900).meta({ description: 'Hundredths of a percent, at most 99 %', errorCode: 'INVALID_PRICE' });

/** Tags or brands of active products, with the number of their products. */
const labelCounts = (one: 'tag' | 'brand') =>
  z.object({
    items: z
      .array(
        z.object({
          value: z.string().describe(`The ${one}`),
          productCount: z.int().describe(`Active products with this ${one}`),
        }),
      )
      .describe(`The ${one}s of active products`),
  });

export const bulkActions = ['publish', 'unpublish', 'delete', 'add_tags', 'remove_tags', 'set_category'] as const;

export const productActions = {
  publish: mutation({
    preconditions: 'product',
    summary: 'Publish a product',
    access: catalogWrite,
    rest: { method: 'PATCH', path: '/products/{id}/publish' },
    input: byId,
    output: productSchema,
    errors: ['NOT_FOUND', 'VERSION_MISMATCH'],
  }),
  unpublish: mutation({
    preconditions: 'product',
    summary: 'Unpublish a product',
    description: 'The product becomes archived. Carts that contain it can no longer be checked out with it.',
    access: catalogWrite,
    rest: { method: 'PATCH', path: '/products/{id}/unpublish' },
    input: byId,
    output: productSchema,
    errors: ['NOT_FOUND', 'VERSION_MISMATCH'],
  }),
  setPrice: mutation({
    preconditions: 'product',
    summary: 'Set the price of a product, or of one of its variants',
    access: priceWrite,
    rest: { method: 'PATCH', path: '/products/{id}/price' },
    input: z.strictObject({
      ...base,
      variantId: variantId.optional(),
      /** Price of one unit, in the currency of the product. */
      priceCents: price,
    }),
    output: productSchema,
    errors: ['NOT_FOUND', 'VERSION_MISMATCH', 'INVALID_PRICE'],
  }),
  discount: mutation({
    preconditions: 'product',
    summary: 'Discount a product and show its previous price; 0 removes the discount',
    description: 'The percentage applies to the price before any discount. Half a minor unit is rounded up.',
    access: priceWrite,
    rest: { method: 'PATCH', path: '/products/{id}/discount' },
    input: z.strictObject({ ...base, variantId: variantId.optional(), percentBasisPoints: discountShare }),
    output: productSchema,
    errors: ['NOT_FOUND', 'VERSION_MISMATCH', 'INVALID_PRICE'],
  }),
  setStock: mutation({
    preconditions: 'product',
    summary: 'Set the units on hand of a product with one variant, or of one of its variants',
    access: { scope: 'inventory:write' },
    rest: { method: 'PATCH', path: '/products/{id}/stock' },
    input: z.strictObject({
      ...base,
      variantId: variantId.optional(),
      /** Units that are on hand now. */
      onHand: unitsFrom(0, mostOfVariant.onHand),
      /** Why the stock changes, for the ledger of the variant. */
      reason: text(200).default('set on the product'),
    }),
    output: productSchema,
    errors: ['NOT_FOUND', 'STOCK_BELOW_RESERVED', 'STOCK_NOT_TRACKED', 'VARIANT_REQUIRED', 'VERSION_MISMATCH'],
  }),
  duplicate: mutation({
    summary: 'Copy a product as a draft, with new SKUs and without stock',
    access: priceWrite,
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/products/{id}/duplicate', status: 201 },
    input: z.strictObject({
      id: productId,
      /** Name of the copy. Default: made from the name of the product. */
      name: nameText(longestTexts.name).optional(),
    }),
    output: productSchema,
    errors: ['NOT_FOUND', 'SKU_TAKEN', 'URL_NOT_ALLOWED'],
  }),
  bulk: mutation({
    summary: 'Apply one action to many products',
    description: 'Each product succeeds or fails on its own; `results` reports each outcome. Repeating the call changes nothing more.',
    access: catalogWrite,
    alsoNeeds: [{ scope: 'catalog:admin', when: 'when the action is `delete`' }],
    rest: { method: 'POST', path: '/products/bulk' },
    input: z.strictObject({
      /** Ids of the products, from `products.list`. */
      ids: z.array(productId).min(1).max(500),
      /** What to do with each product. */
      action: z.enum(bulkActions),
      /** For `add_tags` and `remove_tags`: the tags. */
      tags: z.array(text(100)).max(20).optional(),
      categoryId: categoryId.nullable().optional(),
    }),
    output: z.object({
      /** Products that were changed. */
      changedCount: z.int(),
      /** Outcome of each product. */
      results: z.array(
        z.object({
          id: productId,
          /** `unchanged`: the product was already as requested; `failed`: `message` says why. */
          outcome: z.enum(['changed', 'unchanged', 'failed']),
          message: z.string().nullable().describe('Why the product failed; null for the others'),
        }),
      ),
    }),
    errors: ['NOT_FOUND', 'FORBIDDEN'],
  }),
  tags: query({
    summary: 'Tags in use, the most used first',
    access: 'public',
    caching: 'public',
    rest: { method: 'GET', path: '/tags' },
    input: z.strictObject({
      /** Most tags of the response. */
      limit: z.int().min(1).max(200).default(100),
    }),
    output: labelCounts('tag'),
  }),
  brands: query({
    summary: 'Brands in use, by name',
    access: 'public',
    caching: 'public',
    rest: { method: 'GET', path: '/brands' },
    input: z.strictObject({
      /** Most brands of the response. */
      limit: z.int().min(1).max(200).default(100),
    }),
    output: labelCounts('brand'),
  }),
} as const;

export const productImagesContract = {
  add: mutation({
    summary: 'Add an image, at the end or at a position',
    access: catalogWrite,
    rest: { method: 'POST', path: '/products/{productId}/images', status: 201 },
    input: z.strictObject({
      productId,
      ...imageInput.shape,
      /** Position of the image, from 1. Default: the last. */
      position: z.int().min(1).max(mostOfProduct.images).optional(),
    }),
    output: images,
    errors: ['NOT_FOUND', 'URL_NOT_ALLOWED', 'LIMIT_REACHED'],
  }),
  update: mutation({
    summary: 'Change the alternative text of an image',
    access: catalogWrite,
    rest: { method: 'PATCH', path: '/products/{productId}/images/{imageId}' },
    input: z.strictObject({
      productId,
      imageId: productImageId,
      /** Text for people who cannot see the image. */
      altText: z.string().trim().max(longestTexts.imageText),
    }),
    output: images,
    errors: ['NOT_FOUND'],
  }),
  reorder: mutation({
    summary: 'Reorder the images of a product; the first is the primary image',
    access: catalogWrite,
    rest: { method: 'PUT', path: '/products/{productId}/images' },
    input: z.strictObject({
      productId,
      /** Ids of all images of the product, in the new order. */
      imageIds: z.array(productImageId).min(1).max(mostOfProduct.images),
    }),
    output: images,
    errors: ['NOT_FOUND', 'LIST_CHANGED'],
  }),
  delete: mutation({
    summary: 'Delete an image',
    access: catalogWrite,
    rest: { method: 'DELETE', path: '/products/{productId}/images/{imageId}' },
    input: z.strictObject({ productId, imageId: productImageId }),
    output: done,
    errors: ['NOT_FOUND'],
  }),
} as const;
