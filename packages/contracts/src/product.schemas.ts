/** Schemas of a product. */
import { z } from 'zod';
import { cents, instant, longestTexts, nameText, version, createdAt, updatedAt, shownSku } from './common.ts';
import { currency } from './currency.ts';
import { categoryId, productId, productImageId, variantId } from './ids.ts';
import { availabilitySchema } from './inventory.schemas.ts';

export const productStatuses = ['draft', 'active', 'unlisted', 'archived'] as const;
export const productStatus = z.enum(productStatuses).meta({
  description:
    '`active`: on sale and in lists. `unlisted`: on sale for everybody who has its id, slug or handle, but in no list, ' +
    'search or recommendation. `draft` and `archived`: visible only to staff.',
});
/** Statuses of products that buyers can open and buy. */
export const openProductStatuses = ['active', 'unlisted'] as const satisfies readonly z.infer<typeof productStatus>[];

/** The most variants, images and tags of one product. */
export const mostOfProduct = { variants: 250, images: 50, tags: 100 } as const;
/** The most levels of the category tree. */
export const mostOfCategory = { levels: 20 } as const;
/** The largest values of a variant: its weight, its units, and how many may be sold before they arrive. */
export const mostOfVariant = { weightGrams: 10_000_000, onHand: 100_000_000, backorderLimit: 1_000_000 } as const;
/** A weight in an input, in grams. */
export const grams = z.int().min(0).max(mostOfVariant.weightGrams);
/** The most characters of the texts for search engines, of products and categories. */
export const seoLengths = { seoTitle: 255, seoDescription: 1_000 } as const;

/**
 * Optional texts of a product that are only stored and shown. Each is a column of `products` with the same name in snake case, and a
 * field of the product form.
 */
export const productTexts = {
  /** Text for buyers, in HTML; null for none. */
  description: z.string().max(longestTexts.description).nullable(),
  /** Title for search engines; null for none. */
  seoTitle: z.string().max(seoLengths.seoTitle).nullable(),
  /** Text for search engines; null for none. */
  seoDescription: z.string().max(seoLengths.seoDescription).nullable(),
};
export type ProductTextName = keyof typeof productTexts;
export const productTextNames = Object.keys(productTexts) as ProductTextName[];
/** A value for each text, by its name. */
export const eachProductText = <T>(valueOf: (name: ProductTextName) => T): Record<ProductTextName, T> =>
  Object.fromEntries(productTextNames.map((name) => [name, valueOf(name)])) as Record<ProductTextName, T>;
/** The most characters of each text. */
export const productTextLengths = eachProductText((name) => productTexts[name].unwrap().maxLength ?? Infinity);
/** The name of a text in words, for columns of files: `seoTitle` becomes `Seo Title`. */
export const productTextInWords = (name: ProductTextName): string =>
  name.replace(/^[a-z]/, (letter) => letter.toUpperCase()).replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ');
/** Fields of a new product: null by default. */
export const newProductTexts = eachProductText((name) => productTexts[name].default(null));
/** Fields of a change: texts that are left out stay as they are. */
export const changedProductTexts = eachProductText((name) => productTexts[name].optional());

const metadataBytes = 16_384;
const metadataValue = z.union([
  z
    .string()
    .max(5_000)
    .refine((s) => !s.includes('\0') && s.isWellFormed(), 'must not contain NUL or half a character'),
  z.number().refine((n) => !String(n).includes('e'), 'must be written without an exponent'),
  z.boolean(),
]);
/** Facts of the shop's own, by name, which the engine only stores and shows. Buyers see them. */
export const metadata = z
  .record(nameText(100), metadataValue)
  .refine(
    (facts) => new TextEncoder().encode(JSON.stringify(facts)).length <= metadataBytes,
    `must be at most ${metadataBytes} bytes of JSON`,
  )
  .meta({
    description:
      `Facts of the shop’s own by name: texts, numbers and booleans, at most ${metadataBytes} bytes of JSON. ` + 'Buyers see them.',
  });
export type Metadata = z.infer<typeof metadata>;
/** Metadata in a response. */
const storedMetadata = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).meta({
  description: 'Facts of the shop’s own by name: texts, numbers and booleans',
});

/** A variant as buyers see it: with availability, without the stock counters. */
export const variantSchema = z
  .object({
    id: variantId,
    sku: shownSku,
    /** Option values, such as `Small / Blue`; empty for a product without options. */
    title: z.string(),
    /** Option names with values, in the product's option order: `{ Size: 'Small' }`. */
    options: z.record(z.string(), z.string()),
    /** Own price of one unit in `currency`, before price lists and rules. */
    priceCents: cents,
    /** Previous price of one unit in `currency`, to show beside the price: equal to it or higher; null for none. */
    compareAtPriceCents: cents.nullable(),
    /** Lowest price of the last 30 days, including today; price lists and rules do not count. */
    lowestPriceCents: cents,
    /**
     * The price from which a reduction is calculated in the EU (Directive 98/6/EC, Article 6a): the lowest price of the 30 days before
     * the current price took effect; null if there was none. If it is not above the current price, there is no reduction to announce.
     */
    priorPriceCents: cents.nullable(),
    currency,
    /** Weight of one unit; null if it is not known. */
    weightGrams: z.int().nullable(),
    /** EAN, UPC, ISBN or a number of the shop's own. */
    barcode: z.string().nullable(),
    /** The image of the product that shows this variant; null when none does. */
    imageId: productImageId.nullable(),
    metadata: storedMetadata,
    /** What buyers see of the stock of the variant. */
    availability: availabilitySchema,
  })
  .meta({ id: 'Variant' });
export type Variant = z.infer<typeof variantSchema>;

export const productImageSchema = z
  .object({
    id: productImageId,
    /** Address of the image. */
    url: z.string(),
    /** Text for people who cannot see the image; empty for none. */
    altText: z.string(),
    /** Counted from 1. */
    position: z.int(),
    /** The first image is the primary image; lists show it. */
    isPrimary: z.boolean(),
  })
  .meta({ id: 'ProductImage' });

export const productSummarySchema = z
  .object({
    id: productId,
    /** Slug of the product: its part of the address in the shop. */
    slug: z.string(),
    /** Name of the product for buyers. */
    name: z.string(),
    /** Brand; null for none. */
    brand: z.string().nullable(),
    status: productStatus,
    /** Category of the product; null for none. */
    category: z
      .object({
        id: categoryId,
        /** Slug of the category. */
        slug: z.string(),
        /** Name of the category. */
        name: z.string(),
      })
      .nullable(),
    /** Tags, by which lists and search can be filtered. */
    tags: z.array(z.string()),
    /** Primary image; null if the product has none. */
    imageUrl: z.string().nullable(),
    currency,
    /** Price of the cheapest variant. */
    minPriceCents: cents,
    /** Price of the most expensive variant. */
    maxPriceCents: cents,
    /** Units of all variants that can be sold now. Untracked variants, which can always be bought, do not count. */
    available: z.int(),
    /** Whether the units of a variant are counted. False if none are: then `available` is 0, and says nothing. */
    tracked: z.boolean(),
    /** Whether a unit of one of the variants can be bought: from stock, on backorder, or because units are not counted. */
    inStock: z.boolean(),
    /** Variants of the product, sold out ones included. */
    variantCount: z.int(),
    version,
    updatedAt,
  })
  .meta({ id: 'ProductSummary' });
export type ProductSummary = z.infer<typeof productSummarySchema>;

export const productSchema = productSummarySchema
  .extend({
    /** Identifies the product in CSV files and other systems; the `slug` is only its address. */
    handle: z.string(),
    ...eachProductText(() => z.string().nullable()),
    metadata: storedMetadata,
    /** Option names with their values, in display order. */
    options: z.array(
      z.object({
        /** Name of the option, such as `Size`. */
        name: z.string(),
        /** Values of the option, in display order. */
        values: z.array(z.string()),
      }),
    ),
    /** Variants of the product, in display order. */
    variants: z.array(variantSchema),
    /** Images of the product, in display order. */
    images: z.array(productImageSchema),
    /** When a draft is published automatically. */
    publishAt: instant.nullable(),
    /** When the product is unpublished automatically. */
    unpublishAt: instant.nullable(),
    createdAt,
  })
  .meta({ id: 'Product' });
export type Product = z.infer<typeof productSchema>;

export const imageInput = z.strictObject({
  /** Address of the image: with https, on an allowed public host, not SVG. */
  url: z.url().max(longestTexts.imageUrl),
  /** Text for people who cannot see the image. */
  altText: z.string().trim().max(longestTexts.imageText).default(''),
});
