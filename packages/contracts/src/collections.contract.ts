/** Collections: groups of products that match a rule. */
import { z } from 'zod';
import { done, pageInput, slug, nameText, version } from './common.ts';
import { collectionId } from './ids.ts';
import { mutation, query } from './procedure.ts';
import { searchContract, searchFilters, searchSorts } from './search.contract.ts';

/** The rule that a product of the collection matches: words and the filters of the search. */
export const collectionRuleSchema = z.strictObject({ q: z.string().trim().max(200).optional(), ...searchFilters });
export type CollectionRule = z.infer<typeof collectionRuleSchema>;

export const collectionSchema = z
  .object({
    id: collectionId,
    slug: z.string(),
    name: z.string(),
    /** Text for shoppers; null for none. */
    description: z.string().nullable(),
    rule: collectionRuleSchema,
    sort: z.enum(searchSorts),
    /** Whether shoppers see the collection. */
    active: z.boolean(),
    version,
  })
  .meta({ id: 'Collection' });
export type Collection = z.infer<typeof collectionSchema>;

const fields = {
  slug: slug.optional(),
  /** Text for shoppers; null for none. */
  description: z.string().max(5_000).nullable().optional(),
  sort: z.enum(searchSorts).optional(),
  /** Whether shoppers see the collection. */
  active: z.boolean().optional(),
};

export const collectionsContract = {
  list: query({
    summary: 'Collections by name',
    description: 'Shoppers see only active collections.',
    access: 'public',
    caching: 'public',
    rest: { method: 'GET', path: '/collections' },
    input: z.strictObject({}),
    output: z.object({ items: z.array(collectionSchema) }),
  }),
  products: query({
    summary: 'The products of a collection, with facets',
    access: 'public',
    caching: 'public',
    rest: { method: 'GET', path: '/collections/{slug}/products' },
    input: z.strictObject({ slug, ...pageInput, page: z.int().min(1).max(250).default(1) }),
    output: searchContract.products.output.clone().extend({ collection: collectionSchema }).meta({ id: 'CollectionPage' }),
    errors: ['NOT_FOUND', 'BUSY'],
  }),
  create: mutation({
    summary: 'Add a collection',
    access: { scope: 'catalog:write' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/collections', status: 201 },
    input: z.strictObject({ name: nameText(100), rule: collectionRuleSchema, ...fields }),
    output: collectionSchema,
    errors: ['SLUG_TAKEN', 'NAME_TAKEN'],
  }),
  update: mutation({
    summary: 'Change a collection',
    access: { scope: 'catalog:write' },
    rest: { method: 'PATCH', path: '/collections/{id}' },
    input: z.strictObject({ id: collectionId, version, name: nameText(100).optional(), rule: collectionRuleSchema.optional(), ...fields }),
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
