/** The catalogue as CSV files: imports, previewed before they are taken, and the export that imports back. */
import { z } from 'zod';
import { done, instant, pageInput, pageOf, text } from './common.ts';
import { errorCodeSchema } from './errors.ts';
import { catalogImportId } from './ids.ts';
import { mutation, query } from './procedure.ts';
import { productStatus } from './product.schemas.ts';

export const importRowOutcomes = ['created', 'updated', 'unchanged', 'failed'] as const;
export const importStatuses = ['uploading', 'queued', 'running', 'finished', 'failed', 'cancelled'] as const;
/** Characters that one piece of an uploaded file may have. */
export const importChunkSize = 200_000;
export const importRowSchema = z
  .object({
    /** Line of the file, the header being line 1. */
    line: z.int(),
    handle: z.string(),
    sku: z.string().nullable(),
    /** Nothing of a `failed` row is written. Every other row is in the shop as the file says, less what `message` names. */
    outcome: z.enum(importRowOutcomes),
    /** Why the row failed, or a note on an imported row, such as an image that was left out. */
    message: z.string().nullable(),
    /** The code that the same values are refused with in other calls; null where nothing was refused. */
    code: errorCodeSchema.nullable(),
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
    /** Imported rows with a note in `message`. */
    notedCount: z.int(),
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
      'Products are identified by `Handle`, exactly as the file gives it. A row is either imported, with a note on what was left out, or it failed and nothing of it is written. `preview` writes no product. The same file twice changes nothing, and what it has no column for stays as it is. Larger files are uploaded in pieces: `begin`, `append`, `start`.',
    access: { scope: 'catalog:write' },
    alsoNeeds: [
      { scope: 'pricing:write', when: 'to commit, because rows set prices' },
      { scope: 'inventory:write', when: 'to commit, because rows set stock' },
    ],
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
    uniqueBy: 'key',
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
      content: z
        .string()
        .min(1)
        .max(importChunkSize)
        .refine((part) => part.isWellFormed(), 'must not begin or end within a character'),
    }),
    output: done,
    errors: ['NOT_FOUND', 'IMPORT_RUNNING', 'IMPORT_ENDED'],
  }),
  start: mutation({
    summary: 'Have an uploaded file previewed or imported',
    description:
      'The worker does it; `get` tells how far it is. A file that was previewed is imported by starting it again with `commit`. Work that is cut short goes on where it stopped.',
    access: { scope: 'catalog:write' },
    alsoNeeds: [
      { scope: 'pricing:write', when: 'to commit, because rows set prices' },
      { scope: 'inventory:write', when: 'to commit, because rows set stock' },
    ],
    rest: { method: 'POST', path: '/imports/products/{id}/start', status: 202 },
    input: z.strictObject({ id: catalogImportId, mode: importMode }),
    output: catalogImportSchema,
    errors: ['NOT_FOUND', 'IMPORT_RUNNING', 'IMPORT_ENDED', 'IMPORT_INCOMPLETE'],
  }),
  cancel: mutation({
    summary: 'Call off an import that has not ended',
    description: 'What was written by then stays, and stands in the report; the rest of the file is not looked at.',
    access: { scope: 'catalog:write' },
    rest: { method: 'POST', path: '/imports/products/{id}/cancel' },
    input: z.strictObject({ id: catalogImportId }),
    output: catalogImportSchema,
    errors: ['NOT_FOUND', 'IMPORT_ENDED'],
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
    input: z.strictObject({
      id: catalogImportId,
      ...pageInput,
      outcome: z.enum(importRowOutcomes).optional(),
      /** `true` for imported rows with a note only. */
      noted: z.boolean().optional(),
    }),
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
