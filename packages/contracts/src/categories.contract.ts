/** Categories: a tree of product groups. */
import { z } from 'zod';
import { done, slug, nameText, longestTexts } from './common.ts';
import { categoryId } from './ids.ts';
import { mutation, query } from './procedure.ts';
import { seoLengths } from './product.schemas.ts';

export interface Category {
  id: z.infer<typeof categoryId>;
  name: string;
  slug: string;
  productCount: number;
  children: Category[];
}
export const categorySchema: z.ZodType<Category> = z
  .object({
    id: categoryId,
    /** Name of the category for buyers. */
    name: z.string(),
    /** Slug of the category: its part of the address in the shop. */
    slug: z.string(),
    /** Active products in the category and its subcategories. */
    productCount: z.int(),
    /** Subcategories, in display order. */
    get children() {
      return z.array(categorySchema);
    },
  })
  .meta({ id: 'Category' });

export const categoryDetailSchema = z
  .object({
    id: categoryId,
    /** Parent category; null for the top level. */
    parentId: categoryId.nullable(),
    /** Name of the category for buyers. */
    name: z.string(),
    /** Slug of the category: its part of the address in the shop. */
    slug: z.string(),
    /** Text for buyers, safe to show as HTML; null for none. */
    description: z.string().nullable(),
    /** Title for search engines; null to use the name. */
    seoTitle: z.string().nullable(),
    /** Summary for search engines; null for none. */
    seoDescription: z.string().nullable(),
    /** URL of the image of the category; null for none. */
    imageUrl: z.string().nullable(),
    /** What the image shows, for people who cannot see it; empty when it says nothing more than the name. */
    imageAltText: z.string(),
    /** Position among its siblings, lowest first. */
    sortOrder: z.int(),
  })
  .meta({ id: 'CategoryDetail' });
export type CategoryDetail = z.infer<typeof categoryDetailSchema>;

/** A category with its path, as its page shows it. */
export const categoryPageSchema = categoryDetailSchema
  .extend({
    /** The categories from the top level down to this one, which is the last. */
    path: z.array(
      z.object({
        /** A category of the path. */
        id: categoryId,
        /** Its name. */
        name: z.string(),
        /** Its part of the URL in the shop. */
        slug: z.string(),
      }),
    ),
  })
  .meta({ id: 'CategoryPage' });
export type CategoryPage = z.infer<typeof categoryPageSchema>;

const categoryFields = {
  /** Unique among the categories with the same parent. */
  name: nameText(longestTexts.category),
  /** Default for a new category: made from the name, with a number appended if another category has that slug. */
  slug: slug.optional(),
  /** Text for buyers; null for none. */
  description: z.string().max(5_000).nullable().optional(),
  /** Title for search engines; null to use the name. */
  seoTitle: z.string().max(seoLengths.seoTitle).nullable().optional(),
  /** Summary for search engines; null for none. */
  seoDescription: z.string().max(seoLengths.seoDescription).nullable().optional(),
  /** URL of an image, with https and on an allowed host; null for none. */
  imageUrl: z.url().max(longestTexts.imageUrl).nullable().optional(),
  /** What the image shows, for people who cannot see it. */
  imageAltText: z.string().max(longestTexts.imageText).optional(),
  /** Parent category; null for the top level. */
  parentId: categoryId.nullable().optional(),
  /** Position among its siblings, lowest first. */
  sortOrder: z.int().min(0).max(100_000).optional(),
};

export const categoriesContract = {
  tree: query({
    summary: 'The category tree',
    access: 'public',
    caching: 'public',
    rest: { method: 'GET', path: '/categories' },
    input: z.strictObject({}),
    output: z.object({
      /** Categories of the top level, in display order, each with its subcategories. */
      categories: z.array(categorySchema),
    }),
  }),
  get: query({
    summary: 'A category with its texts, its image and its path',
    description: 'Finds the category by id or slug.',
    access: 'public',
    caching: 'public',
    rest: { method: 'GET', path: '/categories/{id}' },
    input: z.strictObject({
      id: z.string().min(1).max(255).meta({ description: 'Id or slug of the category, from `categories.tree`' }),
    }),
    output: categoryPageSchema,
    errors: ['NOT_FOUND'],
  }),
  create: mutation({
    summary: 'Add a category',
    access: { scope: 'catalog:write' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/categories', status: 201 },
    input: z.strictObject(categoryFields),
    output: categoryDetailSchema,
    errors: ['NOT_FOUND', 'SLUG_TAKEN', 'NAME_TAKEN', 'URL_NOT_ALLOWED'],
  }),
  update: mutation({
    summary: 'Change the name, slug, texts or image of a category, or move it with its subcategories',
    description: 'A category cannot be moved below itself.',
    access: { scope: 'catalog:write' },
    rest: { method: 'PATCH', path: '/categories/{id}' },
    input: z.strictObject({ id: categoryId, ...categoryFields, name: nameText(longestTexts.category).optional() }),
    output: categoryDetailSchema,
    errors: ['NOT_FOUND', 'SLUG_TAKEN', 'NAME_TAKEN', 'CATEGORY_CYCLE', 'URL_NOT_ALLOWED'],
  }),
  reorder: mutation({
    summary: 'Reorder the subcategories of a category, or the top level',
    access: { scope: 'catalog:write' },
    repeatable: true,
    rest: { method: 'PUT', path: '/categories/order' },
    input: z.strictObject({
      /** Category whose subcategories are reordered; null for the top level. */
      parentId: categoryId.nullable(),
      /** All subcategories, in the new order. */
      categoryIds: z.array(categoryId).min(1).max(1_000),
    }),
    output: done,
    errors: ['LIST_CHANGED'],
  }),
  delete: mutation({
    summary: 'Delete a category',
    description: 'Its products have no category afterwards. A category with subcategories cannot be removed until these are moved.',
    access: { scope: 'catalog:admin' },
    rest: { method: 'DELETE', path: '/categories/{id}' },
    input: z.strictObject({ id: categoryId }),
    output: done,
    errors: ['NOT_FOUND', 'CATEGORY_NOT_EMPTY'],
  }),
} as const;
