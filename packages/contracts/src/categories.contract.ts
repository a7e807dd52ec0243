/** Categories: the tree that products hang on. */
import { z } from 'zod';
import { done, slug, nameText } from './common.ts';
import { categoryId } from './ids.ts';
import { mutation, query } from './procedure.ts';

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
    name: z.string(),
    slug: z.string(),
    productCount: z.int(),
    get children() {
      return z.array(categorySchema);
    },
  })
  .meta({ id: 'Category' });

export const categoryDetailSchema = z
  .object({
    id: categoryId,
    parentId: categoryId.nullable(),
    name: z.string(),
    slug: z.string(),
    description: z.string().nullable(),
    sortOrder: z.int(),
  })
  .meta({ id: 'CategoryDetail' });
export type CategoryDetail = z.infer<typeof categoryDetailSchema>;

const categoryFields = {
  /** Identifies the category among those with the same parent. */
  name: nameText(100),
  /** Made from the name, when a new category has none, with a number behind it where another category has it. */
  slug: slug.optional(),
  description: z.string().max(5_000).nullable().optional(),
  /** The category above; null for the top. */
  parentId: categoryId.nullable().optional(),
  /** Place among its siblings, smallest first. */
  sortOrder: z.int().min(0).max(100_000).optional(),
};

export const categoriesContract = {
  tree: query({
    summary: 'The category tree',
    access: 'public',
    caching: 'public',
    rest: { method: 'GET', path: '/categories' },
    input: z.strictObject({}),
    output: z.object({ categories: z.array(categorySchema) }),
  }),
  create: mutation({
    summary: 'Add a category',
    access: { scope: 'catalog:write' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/categories', status: 201 },
    input: z.strictObject(categoryFields),
    output: categoryDetailSchema,
    errors: ['NOT_FOUND', 'SLUG_TAKEN', 'NAME_TAKEN'],
  }),
  update: mutation({
    summary: 'Rename a category or move it, with everything below it',
    description: 'A category cannot be moved below itself.',
    access: { scope: 'catalog:write' },
    rest: { method: 'PATCH', path: '/categories/{id}' },
    input: z.strictObject({ id: categoryId, ...categoryFields, name: nameText(100).optional() }),
    output: categoryDetailSchema,
    errors: ['NOT_FOUND', 'SLUG_TAKEN', 'NAME_TAKEN', 'CATEGORY_CYCLE'],
  }),
  reorder: mutation({
    summary: 'Put the categories below one, or those at the top, in order',
    access: { scope: 'catalog:write' },
    repeatable: true,
    rest: { method: 'PUT', path: '/categories/order' },
    input: z.strictObject({
      /** Whose children are put in order; null for the top of the tree. */
      parentId: categoryId.nullable(),
      /** All of them, first to last. */
      categoryIds: z.array(categoryId).min(1).max(1_000),
    }),
    output: done,
    errors: ['CONFLICT'],
  }),
  delete: mutation({
    summary: 'Remove a category',
    description: 'Its products lose it; a category with others below it stays until these are moved.',
    access: { scope: 'catalog:admin' },
    rest: { method: 'DELETE', path: '/categories/{id}' },
    input: z.strictObject({ id: categoryId }),
    output: done,
    errors: ['NOT_FOUND', 'CATEGORY_NOT_EMPTY'],
  }),
} as const;
