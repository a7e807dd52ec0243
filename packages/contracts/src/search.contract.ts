/** Search over the shelf: ranked results with facets, suggestions while typing, what is alike and what is sought after. */
import { z } from 'zod';
import { productSummarySchema } from './product.schemas.ts';
import { cents, instant, nothing, pageInput, pageOf, slug, storedText } from './common.ts';
import { categoryId, productId, reindexId } from './ids.ts';
import { mutation, query } from './procedure.ts';

export const searchSorts = ['relevance', 'newest', 'name', 'price', '-price'] as const;

const counted = z.int().min(0).meta({ description: 'Products among the matches' });
const valueCount = z.object({ value: z.string(), count: counted });

export const searchFacetsSchema = z
  .object({
    categories: z.array(z.object({ id: categoryId, slug: z.string(), name: z.string(), count: counted })),
    brands: z.array(valueCount),
    tags: z.array(valueCount),
    /** Option names with their values, such as Size. */
    options: z.array(z.object({ name: z.string(), values: z.array(valueCount) })),
    /** By the cheapest variant: from `minCents` to below `maxCents`; the last band has no upper end. */
    prices: z.array(z.object({ minCents: cents, maxCents: cents.nullable(), count: counted })),
    availability: z.object({ inStock: counted, soldOut: counted }),
  })
  .meta({ id: 'SearchFacets' });
export type SearchFacets = z.infer<typeof searchFacetsSchema>;

/** Filters of one kind widen each other, filters of different kinds narrow the result. */
export const searchFilters = {
  /** A category, with everything below it. */
  category: slug.optional(),
  brands: z.array(storedText(100)).max(20).optional(),
  tags: z.array(storedText(100)).max(20).optional(),
  /** `Name:Value`, such as `Size:Small`. */
  options: z
    .array(z.string().regex(/^[^:]{1,100}:.{1,255}$/, 'must look like Size:Small'))
    .max(20)
    .optional(),
  minPriceCents: cents.optional(),
  maxPriceCents: cents.optional(),
  inStock: z.boolean().optional(),
};

export const reindexStatuses = ['queued', 'running', 'finished'] as const;
export const reindexSchema = z
  .object({
    id: reindexId,
    status: z.enum(reindexStatuses),
    /** Products there are, and how many of them are done. */
    productCount: z.int(),
    processedCount: z.int(),
    createdAt: instant,
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'Reindex' });
export type Reindex = z.infer<typeof reindexSchema>;

export const searchContract = {
  products: query({
    summary: 'Find products by words and filters, ranked, with facets',
    description:
      'Words in the name weigh more than those in brand, tags and SKU, and these more than the description. When nothing matches, misspelt words are put right and `correctedQuery` says how. Counts are exact up to 2,000 matches; beyond that `totalIsExact` is false. Only products on the shelf are found, whoever asks.',
    access: 'public',
    caching: 'public',
    rest: { method: 'GET', path: '/search' },
    input: z.strictObject({
      ...pageInput,
      page: z.int().min(1).max(250).default(1),
      q: z.string().trim().max(200).optional(),
      ...searchFilters,
      sort: z.enum(searchSorts).default('relevance'),
    }),
    output: pageOf(productSummarySchema)
      .extend({ totalIsExact: z.boolean(), correctedQuery: z.string().nullable(), facets: searchFacetsSchema })
      .meta({ id: 'SearchResult' }),
  }),
  suggest: query({
    summary: 'Complete what somebody is typing',
    access: 'public',
    caching: 'public',
    rest: { method: 'GET', path: '/search/suggestions' },
    input: z.strictObject({ q: z.string().trim().min(2).max(100), limit: z.int().min(1).max(10).default(5) }),
    output: z
      .object({
        products: z.array(z.object({ id: productId, slug: z.string(), name: z.string(), imageUrl: z.string().nullable() })),
        categories: z.array(z.object({ id: categoryId, slug: z.string(), name: z.string() })),
        brands: z.array(z.string()),
      })
      .meta({ id: 'SearchSuggestions' }),
  }),
  similar: query({
    summary: 'Products like this one',
    description: 'Of the same category or with tags in common, the most alike first.',
    access: 'public',
    caching: 'public',
    rest: { method: 'GET', path: '/products/{id}/similar' },
    input: z.strictObject({ id: productId, limit: z.int().min(1).max(20).default(8) }),
    output: z.object({ items: z.array(productSummarySchema) }),
    errors: ['NOT_FOUND'],
  }),
  trending: query({
    summary: 'What is sought after at the moment',
    description: 'By the orders and carts of the last days; worked out every few minutes.',
    access: 'public',
    caching: 'public',
    rest: { method: 'GET', path: '/search/trending' },
    input: z.strictObject({ category: slug.optional(), limit: z.int().min(1).max(50).default(12) }),
    output: z.object({ items: z.array(productSummarySchema) }),
  }),
  reindex: mutation({
    summary: "Build the search's rows anew",
    description:
      'The worker does it, a few hundred products at a time, while the shop goes on; `reindexProgress` tells how far it is. There is one run at a time: while one is open it is answered as it stands. Work that is cut short goes on where it stopped.',
    access: { scope: 'catalog:admin' },
    repeatable: true,
    rest: { method: 'POST', path: '/search/reindex', status: 202 },
    input: nothing,
    output: reindexSchema,
  }),
  reindexProgress: query({
    summary: "How far the latest rebuilding of the search's rows is",
    access: { scope: 'catalog:read' },
    rest: { method: 'GET', path: '/search/reindex' },
    input: nothing,
    /** The run that is open, or the last one; null when there never was any. */
    output: z.object({ run: reindexSchema.nullable() }),
  }),
} as const;
