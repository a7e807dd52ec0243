/** Catalogue: products with their variants, categories, and CSV import. */
import { z } from 'zod';
import { productActions } from './catalog-actions.contract.ts';
import { cents, currency, done, instant, pageInput, pageOf, sku, slug, text, version } from './common.ts';
import { catalogImportId, categoryId, productId, variantId } from './ids.ts';
import { mutation, query } from './procedure.ts';
import { imageInput, productSchema, productStatus, productSummarySchema } from './product.schemas.ts';

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

const variantInput = z.strictObject({
  sku,
  options: z.record(text(100), text(255)).default({}),
  priceCents: cents,
  compareAtPriceCents: cents.nullable().default(null),
  weightGrams: z.int().min(0).max(10_000_000).nullable().default(null),
  /** Units on hand at the start. */
  stock: z.int().min(0).max(100_000_000).default(0),
});

export const productSorts = ['newest', 'name', 'price', '-price'] as const;

export const productsContract = {
  list: query({
    summary: 'Products, a page at a time',
    description: 'Shoppers see active products only; staff with `catalog:read` may ask for any status.',
    access: 'public',
    caching: 'public',
    rest: { method: 'GET', path: '/products' },
    input: z.strictObject({
      ...pageInput,
      q: z.string().trim().max(200).optional(),
      category: slug.optional(),
      tag: text(100).optional(),
      brand: text(100).optional(),
      status: productStatus.optional(),
      minPriceCents: cents.optional(),
      maxPriceCents: cents.optional(),
      inStock: z.boolean().optional(),
      sort: z.enum(productSorts).default('newest'),
    }),
    output: pageOf(productSummarySchema).meta({ id: 'ProductPage' }),
  }),
  get: query({
    summary: 'One product with its variants, prices and availability',
    access: 'public',
    caching: 'public',
    rest: { method: 'GET', path: '/products/{id}' },
    input: z.strictObject({ id: z.string().min(1).max(255).meta({ description: 'Id or slug of the product' }) }),
    output: productSchema,
    errors: ['NOT_FOUND'],
  }),
  create: mutation({
    summary: 'Add a product',
    access: { scope: 'catalog:write' },
    idempotency: 'optional',
    rest: { method: 'POST', path: '/products', status: 201 },
    input: z.strictObject({
      name: text(255),
      slug: slug.optional(),
      description: z.string().max(50_000).nullable().default(null),
      brand: text(100).nullable().default(null),
      categoryId: categoryId.nullable().default(null),
      tags: z.array(text(100)).max(100).default([]),
      status: productStatus.default('draft'),
      currency: currency.optional(),
      publishAt: instant.nullable().default(null),
      unpublishAt: instant.nullable().default(null),
      variants: z.array(variantInput).min(1).max(250),
      images: z.array(imageInput).max(50).default([]),
    }),
    output: productSchema,
    errors: ['SKU_TAKEN', 'SLUG_TAKEN', 'INVALID_PRICE', 'URL_NOT_ALLOWED'],
  }),
  update: mutation({
    summary: 'Change a product or the prices of its variants',
    access: { scope: 'catalog:write' },
    rest: { method: 'PATCH', path: '/products/{id}', also: [{ method: 'PUT', path: '/products/{id}' }] },
    input: z.strictObject({
      id: productId,
      /** The version that was shown; a newer one on the server is answered with `VERSION_MISMATCH`. */
      version,
      name: text(255).optional(),
      slug: slug.optional(),
      description: z.string().max(50_000).nullable().optional(),
      brand: text(100).nullable().optional(),
      categoryId: categoryId.nullable().optional(),
      tags: z.array(text(100)).max(100).optional(),
      status: productStatus.optional(),
      publishAt: instant.nullable().optional(),
      unpublishAt: instant.nullable().optional(),
      /** New variants, behind those that are there. */
      addVariants: z.array(variantInput).max(100).optional(),
      variants: z
        .array(
          z.strictObject({
            id: variantId,
            priceCents: cents.optional(),
            compareAtPriceCents: cents.nullable().optional(),
            weightGrams: z.int().min(0).nullable().optional(),
          }),
        )
        .max(250)
        .optional(),
    }),
    output: productSchema,
    errors: ['NOT_FOUND', 'VERSION_MISMATCH', 'SLUG_TAKEN', 'SKU_TAKEN', 'INVALID_PRICE'],
  }),
  ...productActions,
  delete: mutation({
    summary: 'Take a product out of the catalogue',
    description: 'The product disappears at once everywhere; orders keep what they sold.',
    access: { scope: 'catalog:admin' },
    rest: { method: 'DELETE', path: '/products/{id}' },
    input: z.strictObject({ id: productId }),
    output: done,
    errors: ['NOT_FOUND', 'INVALID_STATE'],
  }),
} as const;

const categoryFields = {
  name: text(100),
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
    rest: { method: 'POST', path: '/categories', status: 201 },
    input: z.strictObject(categoryFields),
    output: categoryDetailSchema,
    errors: ['NOT_FOUND', 'SLUG_TAKEN', 'INVALID_STATE'],
  }),
  update: mutation({
    summary: 'Rename a category or move it, with everything below it',
    description: 'A category cannot be moved below itself.',
    access: { scope: 'catalog:write' },
    rest: { method: 'PATCH', path: '/categories/{id}' },
    input: z.strictObject({ id: categoryId, ...categoryFields, name: text(100).optional() }),
    output: categoryDetailSchema,
    errors: ['NOT_FOUND', 'SLUG_TAKEN', 'INVALID_STATE'],
  }),
  delete: mutation({
    summary: 'Remove a category',
    description: 'Its products lose it; a category with others below it stays until these are moved.',
    access: { scope: 'catalog:admin' },
    rest: { method: 'DELETE', path: '/categories/{id}' },
    input: z.strictObject({ id: categoryId }),
    output: done,
    errors: ['NOT_FOUND', 'INVALID_STATE'],
  }),
} as const;

export const importRowOutcomes = ['created', 'updated', 'unchanged', 'failed'] as const;
export const importStatuses = ['uploading', 'queued', 'running', 'finished', 'failed'] as const;
/** Characters that one piece of an uploaded file may have. */
export const importChunkSize = 200_000;
export const importRowSchema = z
  .object({
    /** Line of the file, the header being line 1. */
    line: z.int(),
    handle: z.string(),
    sku: z.string().nullable(),
    outcome: z.enum(importRowOutcomes),
    message: z.string().nullable(),
  })
  .meta({ id: 'ImportRow' });
export type ImportRow = z.infer<typeof importRowSchema>;
export const catalogImportSchema = z
  .object({
    id: catalogImportId,
    fileName: z.string(),
    mode: z.enum(['preview', 'commit']),
    status: z.enum(importStatuses),
    /** Rows of the file; 0 until it was looked through. */
    rowCount: z.int(),
    /** Rows that are done with. */
    processedCount: z.int(),
    createdCount: z.int(),
    updatedCount: z.int(),
    unchangedCount: z.int(),
    failedCount: z.int(),
    /** Why the file as a whole was refused. */
    problem: z.string().nullable(),
    createdAt: instant,
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'CatalogImport' });
export type CatalogImport = z.infer<typeof catalogImportSchema>;

const importMode = z.enum(['preview', 'commit']);

export const importsContract = {
  create: mutation({
    summary: "Import products from a CSV file in Shopify's product format",
    description:
      'Good rows are taken, bad rows are reported with line and reason. `preview` writes no product. The same file twice changes nothing. Larger files are uploaded in pieces: `begin`, `append`, `start`.',
    access: { scope: 'catalog:write' },
    budget: 'import',
    rest: { method: 'POST', path: '/imports/products', status: 201 },
    input: z.strictObject({
      fileName: text(255).default('products.csv'),
      mode: importMode.default('commit'),
      csv: z.string().min(1).max(20_000_000),
    }),
    output: catalogImportSchema.extend({ rows: z.array(importRowSchema) }),
    errors: ['INVALID_CSV'],
  }),
  begin: mutation({
    summary: 'Begin the upload of a CSV file of any size',
    access: { scope: 'catalog:write' },
    idempotency: 'optional',
    rest: { method: 'POST', path: '/imports/products/uploads', status: 201 },
    input: z.strictObject({ fileName: text(255).default('products.csv') }),
    output: catalogImportSchema,
  }),
  append: mutation({
    summary: 'Upload one piece of the file',
    description: 'Pieces are numbered from 0 and may come in any order; one that is sent again takes the place of the first.',
    access: { scope: 'catalog:write' },
    repeatable: true,
    rest: { method: 'PUT', path: '/imports/products/{id}/chunks' },
    input: z.strictObject({
      id: catalogImportId,
      position: z.int().min(0).max(9_999),
      content: z.string().min(1).max(importChunkSize),
    }),
    output: done,
    errors: ['NOT_FOUND', 'INVALID_STATE'],
  }),
  start: mutation({
    summary: 'Have an uploaded file previewed or imported',
    description:
      'The worker does it; `get` tells how far it is. A file that was previewed is imported by starting it again with `commit`. Work that is cut short goes on where it stopped.',
    access: { scope: 'catalog:write' },
    rest: { method: 'POST', path: '/imports/products/{id}/start', status: 202 },
    input: z.strictObject({ id: catalogImportId, mode: importMode }),
    output: catalogImportSchema,
    errors: ['NOT_FOUND', 'INVALID_STATE'],
  }),
  list: query({
    summary: 'Imports, newest first',
    access: { scope: 'catalog:read' },
    rest: { method: 'GET', path: '/imports/products' },
    input: z.strictObject(pageInput),
    output: pageOf(catalogImportSchema),
  }),
  get: query({
    summary: 'An import with its report, row by row',
    access: { scope: 'catalog:read' },
    rest: { method: 'GET', path: '/imports/products/{id}' },
    input: z.strictObject({ id: catalogImportId, ...pageInput, outcome: z.enum(importRowOutcomes).optional() }),
    output: catalogImportSchema.extend({ rows: pageOf(importRowSchema) }),
    errors: ['NOT_FOUND'],
  }),
} as const;

/**
 * The catalogue as a CSV file that imports back to itself, sent as it is read. Not a procedure, because its
 * answer is a stream of text: served beside the REST table with the same checks of caller, budget and input.
 */
export const productExport = query({
  summary: 'Products as CSV',
  access: { scope: 'catalog:read' },
  rest: { method: 'GET', path: '/products/export.csv' },
  input: z.strictObject({ status: productStatus.optional() }),
  output: z.string(),
});
