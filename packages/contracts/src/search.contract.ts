/** Search over the published catalogue: ranked results with facets, suggestions, similar products and trending products. */
import { z } from 'zod';
import { productSummarySchema } from './product.schemas.ts';
import { cents, instant, nothing, pageInput, pageOf, slug, storedText, createdAt } from './common.ts';
import { categoryId, productId, reindexId } from './ids.ts';
import { mutation, query } from './procedure.ts';

export const searchSorts = ['relevance', 'newest', 'name', 'price', '-price'] as const;

const counted = z.int().min(0).meta({ description: 'Products that match all filters except those of this facet' });
const valueCount = z.object({
  /** The value to filter by. */
  value: z.string(),
  count: counted,
});

export const searchFacetsSchema = z
  .object({
    /** Categories of the products that match all other filters, and the categories above them; the 50 with the most products. */
    categories: z.array(
      z.object({
        id: categoryId,
        /** Slug of the category; send it as `category` to filter by it. */
        slug: z.string(),
        /** Name of the category. */
        name: z.string(),
        count: counted,
      }),
    ),
    /** Brands of the products that match all other filters, the most frequent 50; send values as `brands` to filter by them. */
    brands: z.array(valueCount),
    /** Tags of the products that match all other filters, the most frequent 50; send values as `tags` to filter by them. */
    tags: z.array(valueCount),
    /** Option names with their values, such as Size; the 12 most frequent names. */
    options: z.array(
      z.object({
        /** Name of the option, such as `Size`. */
        name: z.string(),
        /** Values of the option; send `Name:Value` as `options` to filter by one. */
        values: z.array(valueCount),
      }),
    ),
    /** Price bands with products, by the cheapest variant: from `minCents` to below `maxCents`. */
    prices: z.array(
      z.object({
        /** Inclusive lower limit. */
        minCents: cents,
        /** Exclusive upper limit; null for the highest band. */
        maxCents: cents.nullable(),
        count: counted,
      }),
    ),
    /** Matching products with and without a unit that can be bought. */
    availability: z.object({ inStock: counted, soldOut: counted }),
  })
  .meta({ id: 'SearchFacets' });
export type SearchFacets = z.infer<typeof searchFacetsSchema>;

/** Values of one filter are combined with OR, different filters with AND. */
export const searchFilters = {
  /** A category, including its subcategories. */
  category: slug.optional(),
  /** Products of one of these brands. */
  brands: z.array(storedText(100)).max(20).optional(),
  /** Products with at least one of these tags. */
  tags: z.array(storedText(100)).max(20).optional(),
  /** `Name:Value`, such as `Size:Small`. */
  options: z
    .array(z.string().regex(/^[^:]{1,100}:.{1,255}$/, 'must look like Size:Small'))
    .max(20)
    .optional(),
  /** Products with a price range that reaches this price or more. */
  minPriceCents: cents.optional(),
  /** Products with a price range that reaches this price or less. */
  maxPriceCents: cents.optional(),
  /** `true` returns only products with a unit that can be bought; `false` only the others. */
  inStock: z.boolean().optional(),
};

export const reindexStatuses = ['queued', 'running', 'finished'] as const;
export const reindexSchema = z
  .object({
    id: reindexId,
    /** `queued`: waits for the worker; `running`; `finished`. */
    status: z.enum(reindexStatuses),
    /** Number of products. */
    productCount: z.int(),
    /** Products processed so far. */
    processedCount: z.int(),
    createdAt,
    /** When the rebuild ended; null before. */
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'Reindex' });
export type Reindex = z.infer<typeof reindexSchema>;

export const searchContract = {
  products: query({
    summary: 'Find products by words and filters, ranked, with facets',
    description:
      'Words in the name count more than words in brand, tags and SKU, and these more than words in the description. A word ' +
      'is found with any apostrophe or dash in it; in scripts without spaces, and in SKUs, its parts are found too. If no ' +
      'product has all words, the last one counts as unfinished; if that finds nothing either, misspelt words are corrected ' +
      'and `correctedQuery` contains the correction. Counts are exact up to 1,000 matches; beyond that `totalIsExact` is ' +
      'false. All callers find only published products.',
    access: 'public',
    readsCartToken: true,
    caching: 'public',
    rest: { method: 'GET', path: '/search' },
    input: z.strictObject({
      ...pageInput,
      page: z.int().min(1).max(250).default(1),
      /** Words to find. Without them, all published products match. */
      q: z.string().trim().max(200).optional(),
      ...searchFilters,
      /** Best match first, newest first, by name, or by price upwards or downwards (`-price`). */
      sort: z.enum(searchSorts).default('relevance'),
    }),
    output: pageOf(productSummarySchema)
      .extend({
        /** Whether `totalCount` is exact: false when there are more than 1,000 matches. */
        totalIsExact: z.boolean(),
        /** The corrected words if misspelt words were corrected; null otherwise. */
        correctedQuery: z.string().nullable(),
        /** Number of matches by category, brand, tag, option, price and availability. */
        facets: searchFacetsSchema,
      })
      .meta({ id: 'SearchResult' }),
    errors: ['BUSY'],
  }),
  suggest: query({
    summary: 'Suggestions while the buyer types',
    access: 'public',
    caching: 'public',
    rest: { method: 'GET', path: '/search/suggestions' },
    input: z.strictObject({
      /** What the buyer has typed so far; the last word may be unfinished. */
      q: z.string().trim().min(2).max(100),
      /** Most suggestions of each kind. */
      limit: z.int().min(1).max(10).default(5),
    }),
    output: z
      .object({
        /** Products that match, best match first. */
        products: z.array(
          z.object({
            id: productId,
            /** Slug of the product: its part of the address in the shop. */
            slug: z.string(),
            /** Name of the product. */
            name: z.string(),
            /** Primary image of the product; null if it has none. */
            imageUrl: z.string().nullable(),
          }),
        ),
        /** Categories with all typed words; the last one may be unfinished. */
        categories: z.array(
          z.object({
            id: categoryId,
            /** Slug of the category: its part of the address in the shop. */
            slug: z.string(),
            /** Name of the category. */
            name: z.string(),
          }),
        ),
        /** Brands that begin as typed, whatever their accents, signs and spaces. */
        brands: z.array(z.string()),
      })
      .meta({ id: 'SearchSuggestions' }),
  }),
  similar: query({
    summary: 'Similar products',
    description: 'Products of the same category or with common tags, most similar first.',
    access: 'public',
    caching: 'public',
    rest: { method: 'GET', path: '/products/{id}/similar' },
    input: z.strictObject({
      id: productId,
      /** Most products of the response. */
      limit: z.int().min(1).max(20).default(8),
    }),
    output: z.object({
      /** Similar products, most similar first. */
      items: z.array(productSummarySchema),
    }),
    errors: ['NOT_FOUND'],
  }),
  trending: query({
    summary: 'Trending products',
    description: 'Based on the orders and carts of the last days; calculated every few minutes.',
    access: 'public',
    caching: 'public',
    rest: { method: 'GET', path: '/search/trending' },
    input: z.strictObject({
      /** Only products of this category: its slug. */
      category: slug.optional(),
      /** Most products of the response. */
      limit: z.int().min(1).max(50).default(12),
    }),
    output: z.object({
      /** Trending products, most in demand first. */
      items: z.array(productSummarySchema),
    }),
  }),
  reindex: mutation({
    summary: 'Rebuild the search index',
    description:
      'The worker rebuilds the index, a few hundred products at a time, while the shop stays open; `reindexProgress` shows ' +
      'the progress. Only one run exists at a time: while it is open, the call returns it. An interrupted run continues ' +
      'where it stopped.',
    access: { scope: 'catalog:admin' },
    repeatable: true,
    rest: { method: 'POST', path: '/search/reindex', status: 202 },
    input: nothing,
    output: reindexSchema,
  }),
  reindexProgress: query({
    summary: 'Progress of the latest rebuild of the search index',
    access: { scope: 'catalog:read' },
    rest: { method: 'GET', path: '/search/reindex' },
    input: nothing,
    /** The open run, or the last one; null if there was none. */
    output: z.object({
      /** The open run, or the last one; null if there was none. */
      run: reindexSchema.nullable(),
    }),
  }),
} as const;
