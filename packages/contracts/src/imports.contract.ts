/** Import of products from CSV files, with preview, and export in the same format. */
import { z } from 'zod';
import { done, pageInput, pageOf, text } from './common.ts';
import { catalogImportId } from './ids.ts';
import {
  catalogImportSchema,
  importDecimalSign,
  importMode,
  importRowOutcomes,
  importRowSchema,
  inspectedFileSchema,
} from './imports.report.schemas.ts';
import { importMappingSchema } from './imports.schemas.ts';
import { mutation, query } from './procedure.ts';
import { productStatus } from './product.schemas.ts';

/** Most characters of one chunk of an uploaded file. */
export const importChunkSize = 200_000;
/** What stands for a zero byte of a file, which PostgreSQL cannot store in text. The import leaves it out, with a note. */
export const zeroByteMark = '\uFDD0';
const markZeroBytes = (content: string): string => content.replaceAll('\0', zeroByteMark);

export const importsContract = {
  create: mutation({
    summary: 'Import products from a CSV file',
    description:
      'The columns of the file say whether it is one of Shopify, WooCommerce, Magento or BigCommerce; for any other file, `mapping` ' +
      'says which column means what. What identifies a product, exactly as in the file: `Handle` in files of Shopify; the SKU, else ' +
      '`id:` and the ID in files of WooCommerce; the SKU in files of Magento; the SKU, else `id:` and the ID, else the name in files ' +
      'of BigCommerce; in any other file, the first of the handle, the SKU of the parent, the SKU and the name that its `mapping` ' +
      'has; with options, rows of one name are one product. A product is imported as a whole, with notes on values that were left out ' +
      'or changed, or all its rows fail and nothing of it is written. `preview` writes nothing. Importing the same file again changes ' +
      'nothing, unless units were sold meanwhile. Fields without a column do not change. Upload larger files in chunks: `begin`, ' +
      '`append`, `start`.',
    access: { scope: 'catalog:write' },
    alsoNeeds: [
      { scope: 'pricing:write', when: 'to commit, because rows set prices' },
      { scope: 'inventory:write', when: 'to commit, because rows set stock' },
    ],
    budget: 'import',
    rest: { method: 'POST', path: '/imports/products', status: 201 },
    input: z.strictObject({
      /** Name of the file, for the list of imports. */
      fileName: text(255).default('products.csv'),
      /** `preview` writes nothing; `commit` writes the products. */
      mode: importMode.default('commit'),
      /** Content of the file, with its header. */
      csv: z.string().min(1).max(20_000_000).overwrite(markZeroBytes),
      /** What the columns mean; omit it for a file of a known format. */
      mapping: importMappingSchema.optional(),
      /**
       * The sign that begins the decimals of numbers: `comma` reads `1.250` as 1250, `point` as 1.25. Without it, the prices of a product
       * and the separator of the file decide, and a number that is still unclear fails its row.
       */
      decimalSign: importDecimalSign.optional(),
    }),
    output: catalogImportSchema.extend({
      /** Outcome of the first row of each product, of each row with a variant, and of each other row that failed or has a note. */
      rows: z.array(importRowSchema),
    }),
    errors: ['INVALID_CSV', 'INVALID_MAPPING'],
  }),
  begin: mutation({
    summary: 'Begin the upload of a CSV file of any size',
    access: { scope: 'catalog:write' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/imports/products/uploads', status: 201 },
    input: z.strictObject({
      /** Name of the file, for the list of imports. */
      fileName: text(255).default('products.csv'),
    }),
    output: catalogImportSchema,
  }),
  append: mutation({
    summary: 'Upload one chunk of the file',
    description: 'Chunks are numbered from 0 and may be sent in any order. A chunk that is sent again replaces the earlier one.',
    access: { scope: 'catalog:write' },
    repeatable: true,
    rest: { method: 'PUT', path: '/imports/products/{id}/chunks' },
    input: z.strictObject({
      id: catalogImportId,
      /** Number of the chunk, from 0. */
      position: z.int().min(0).max(9_999),
      /** Text of the chunk. */
      content: z
        .string()
        .min(1)
        .max(importChunkSize)
        .refine((chunk) => chunk.isWellFormed(), 'must not begin or end within a character')
        .overwrite(markZeroBytes),
    }),
    output: done,
    errors: ['NOT_FOUND', 'IMPORT_RUNNING', 'IMPORT_ENDED'],
  }),
  inspect: query({
    summary: 'The columns of an uploaded file, and what they can become',
    description:
      'Reads the beginning of the file, so call it when the first chunk is uploaded. For a file of a known format, `start` needs no ' +
      '`mapping`. For any other file, correct the `suggestion` and send it as `mapping`.',
    access: { scope: 'catalog:write' },
    rest: { method: 'GET', path: '/imports/products/{id}/columns' },
    input: z.strictObject({ id: catalogImportId }),
    output: inspectedFileSchema,
    errors: ['NOT_FOUND', 'IMPORT_ENDED', 'IMPORT_INCOMPLETE', 'INVALID_CSV'],
  }),
  start: mutation({
    summary: 'Preview or import an uploaded file',
    description:
      'The worker processes the file; `get` shows the progress. To import a previewed file, start it again with `commit`; to try ' +
      'another `mapping`, with `preview`. An interrupted import continues where it stopped.',
    access: { scope: 'catalog:write' },
    alsoNeeds: [
      { scope: 'pricing:write', when: 'to commit, because rows set prices' },
      { scope: 'inventory:write', when: 'to commit, because rows set stock' },
    ],
    rest: { method: 'POST', path: '/imports/products/{id}/start', status: 202 },
    input: z.strictObject({
      id: catalogImportId,
      /** `preview` writes nothing; `commit` writes the products. */
      mode: importMode,
      /**
       * What the columns mean. Omit it for a file of a known format, and to import a previewed file as it was previewed; `null` removes an
       * earlier one.
       */
      mapping: importMappingSchema.nullish(),
      /**
       * The sign that begins the decimals of numbers: `comma` reads `1.250` as 1250, `point` as 1.25. Omit it to keep an earlier one; with
       * `null`, the prices of a product and the separator of the file decide, and a number that is still unclear fails its row.
       */
      decimalSign: importDecimalSign.nullish(),
    }),
    output: catalogImportSchema,
    errors: ['NOT_FOUND', 'IMPORT_RUNNING', 'IMPORT_ENDED', 'IMPORT_INCOMPLETE', 'INVALID_CSV', 'INVALID_MAPPING'],
  }),
  cancel: mutation({
    summary: 'Cancel an import that has not ended',
    description: 'Rows written so far stay and are in the report. The rest of the file is not processed.',
    access: { scope: 'catalog:write' },
    rest: { method: 'POST', path: '/imports/products/{id}/cancel' },
    input: z.strictObject({ id: catalogImportId }),
    output: catalogImportSchema,
    errors: ['NOT_FOUND', 'IMPORT_ENDED'],
  }),
  list: query({
    summary: 'Imports that were started, newest first',
    access: { scope: 'catalog:read' },
    rest: { method: 'GET', path: '/imports/products' },
    input: z.strictObject(pageInput),
    output: pageOf(catalogImportSchema),
  }),
  get: query({
    summary: 'An import with its report by row',
    access: { scope: 'catalog:read' },
    rest: { method: 'GET', path: '/imports/products/{id}' },
    input: z.strictObject({
      id: catalogImportId,
      ...pageInput,
      /** Only rows with this outcome. */
      outcome: z.enum(importRowOutcomes).optional(),
      /** `true` returns only imported rows with a note. */
      noted: z.boolean().optional(),
    }),
    output: catalogImportSchema.extend({
      /** A page of the outcomes of the rows. */
      rows: pageOf(importRowSchema),
    }),
    errors: ['NOT_FOUND'],
  }),
} as const;

/**
 * Streams the catalogue as a CSV file that can be imported again. It is not a procedure, because its response is a stream
 * of text. It checks caller, budget and input like a procedure.
 */
export const productExport = query({
  summary: 'Products as CSV',
  access: { scope: 'catalog:read' },
  rest: { method: 'GET', path: '/products/export.csv' },
  input: z.strictObject({ status: productStatus.optional() }),
  output: z.string(),
});

/** Streams the rows of failed products as a CSV file, to be corrected and imported again. It is not a procedure, like `productExport`. */
export const failedRowsExport = query({
  summary: 'Failed rows of an import as CSV',
  description:
    'The rows of the failed products as they are in the file, with a first column `reasons`. Correct them and import the file: the ' +
    'column is ignored. The rows are kept for 30 days after the import began.',
  access: { scope: 'catalog:write' },
  rest: { method: 'GET', path: '/imports/products/{id}/failed.csv' },
  input: z.strictObject({ id: catalogImportId }),
  output: z.string(),
  errors: ['NOT_FOUND'],
});
