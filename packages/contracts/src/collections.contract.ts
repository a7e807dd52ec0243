/** Collections: groups of products that match a rule. */
import { z } from 'zod';
import { done, pageInput, slug, nameText, seenVersion, version } from './common.ts';
import { collectionId } from './ids.ts';
import { mutation, query } from './procedure.ts';
import { searchContract, searchFilters, searchSorts } from './search.contract.ts';

/** The rule that a product of the collection matches: words and the filters of the search. */
export const collectionRuleSchema = z.strictObject({
  /** Words that the products match, as in `search.products`. */
  q: z.string().trim().max(200).optional(),
  ...searchFilters,
});
export type CollectionRule = z.infer<typeof collectionRuleSchema>;

export const collectionSchema = z
  .object({
    id: collectionId,
    /** Slug of the collection: its part of the address in the shop. */
    slug: z.string(),
    /** Name of the collection for buyers. */
    name: z.string(),
    /** Text for buyers; null for none. */
    description: z.string().nullable(),
    /** Products that match these words and filters are in the collection. */
    rule: collectionRuleSchema,
    /** Order of the products: best match first, newest first, by name, or by price upwards or downwards (`-price`). */
    sort: z.enum(searchSorts),
    /** Whether buyers see the collection. */
    active: z.boolean(),
    version,
  })
  .meta({ id: 'Collection' });
export type Collection = z.infer<typeof collectionSchema>;

const collectionFields = {
  /** Slug of the collection. Default for a new one: made from the name. */
  slug: slug.optional(),
  /** Text for buyers; null for none. */
  description: z.string().max(5_000).nullable().optional(),
  /** Order of the products: best match first, newest first, by name, or by price upwards or downwards (`-price`). */
  sort: z.enum(searchSorts).optional(),
  /** Whether buyers see the collection. */
  active: z.boolean().optional(),
};

export const collectionsContract = {
  list: query({
    summary: 'Collections by name',
    description: 'Buyers see only active collections.',
    access: 'public',
    caching: 'public',
    rest: { method: 'GET', path: '/collections' },
    input: z.strictObject({}),
    output: z.object({
      /** Collections, by name. */
      items: z.array(collectionSchema),
    }),
  }),
  products: query({
    summary: 'The products of a collection, with facets',
    access: 'public',
    caching: 'public',
    rest: { method: 'GET', path: '/collections/{slug}/products' },
    input: z.strictObject({
      /** Slug of the collection, from `collections.list`. */
      slug,
      ...pageInput,
      page: z.int().min(1).max(250).default(1),
    }),
    output: searchContract.products.output
      .clone()
      .extend({
        /** The collection itself. */
        collection: collectionSchema,
      })
      .meta({ id: 'CollectionPage' }),
    errors: ['NOT_FOUND', 'BUSY'],
  }),
  create: mutation({
    summary: 'Add a collection',
    access: { scope: 'catalog:write' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/collections', status: 201 },
    input: z.strictObject({
      /** Name of the collection for buyers. */
      name: nameText(100),
      /** Products that match these words and filters are in the collection. */
      rule: collectionRuleSchema,
      ...collectionFields,
    }),
    output: collectionSchema,
    errors: ['SLUG_TAKEN', 'NAME_TAKEN'],
  }),
  update: mutation({
    summary: 'Change a collection',
    access: { scope: 'catalog:write' },
    rest: { method: 'PATCH', path: '/collections/{id}' },
    input: z.strictObject({
      id: collectionId,
      version: seenVersion,
      /** New name of the collection. */
      name: nameText(100).optional(),
      /** Replaces the whole rule. */
      rule: collectionRuleSchema.optional(),
      ...collectionFields,
    }),
    output: collectionSchema,
    errors: ['NOT_FOUND', 'VERSION_MISMATCH', 'SLUG_TAKEN', 'NAME_TAKEN'],
  }),
  delete: mutation({
    summary: 'Delete a collection; its products stay',
    access: { scope: 'catalog:write' },
    rest: { method: 'DELETE', path: '/collections/{id}' },
    input: z.strictObject({ id: collectionId }),
    output: done,
    errors: ['NOT_FOUND'],
  }),
} as const;
