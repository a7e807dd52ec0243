/** Import of products from CSV files, with preview, and export in the same format. */
import { z } from 'zod';
import { done, instant, pageInput, pageOf, text, createdAt } from './common.ts';
import { errorCodeSchema } from './errors.ts';
import { catalogImportId } from './ids.ts';
import { importDecimalSigns, importField, importFormats, importMappingSchema, storedMappingSchema } from './imports.schemas.ts';
import { mutation, query } from './procedure.ts';
import { productStatus } from './product.schemas.ts';

export const importRowOutcomes = ['created', 'updated', 'unchanged', 'failed'] as const;
export const importStatuses = ['uploading', 'queued', 'running', 'finished', 'failed', 'cancelled'] as const;
/** Most characters of one chunk of an uploaded file. */
export const importChunkSize = 200_000;
const importMode = z.enum(['preview', 'commit']);
const decimalSign = z.enum(importDecimalSigns);
export const importRowSchema = z
  .object({
    /** Line of the file; the header is line 1. */
    line: z.int(),
    /** Handle of the product of the row, as in the file. */
    handle: z.string(),
    /** SKU of the row; null if the row has none. */
    sku: z.string().nullable(),
    /**
     * Nothing of a `failed` row and of the other rows of its product is written. Every other row is imported as in the file, except for
     * what `message` names.
     */
    outcome: z.enum(importRowOutcomes),
    /** Every reason why the row failed, or a note on an imported row, such as an omitted image. */
    message: z.string().nullable(),
    /** Error code that other calls return for the value that failed, or that was left out or changed; null for other rows. */
    code: errorCodeSchema.nullable(),
  })
  .meta({ id: 'ImportRow' });
export type ImportRow = z.infer<typeof importRowSchema>;
export const catalogImportSchema = z
  .object({
    id: catalogImportId,
    /** Name of the file, as the uploader gave it. */
    fileName: z.string(),
    /** `preview` writes nothing; `commit` writes the products. `preview` until `imports.start` is called. */
    mode: z.enum(['preview', 'commit']),
    /**
     * `uploading`: `imports.start` was not called yet; `queued`: waits for the worker; `running`; `finished`: the whole file was processed;
     * `failed`: the whole file was rejected (`problem`); `cancelled`.
     */
    status: z.enum(importStatuses),
    /**
     * The mapping that `imports.start` or `imports.create` received: what the columns of the file mean; null when they are those of a known
     * format.
     */
    mapping: storedMappingSchema.nullable(),
    /** The sign that begins the decimals of numbers, as `imports.start` or `imports.create` received it; null for none. */
    decimalSign: decimalSign.nullable(),
    /**
     * Rows of the file; 0 until the file has been read. The counts by outcome add up to the rows of the report: of rows without a variant,
     * it has the first one of each product, and those that failed or have a note.
     */
    rowCount: z.int(),
    /** Rows processed so far. */
    processedCount: z.int(),
    /** Rows of the report with the outcome `created`. */
    createdCount: z.int(),
    /** Rows of the report with the outcome `updated`. */
    updatedCount: z.int(),
    /** Rows of the report with the outcome `unchanged`, with rows that have no variant but a note. */
    unchangedCount: z.int(),
    /** Rows of the report with the outcome `failed`, with rows of failed products that have only an image. */
    failedCount: z.int(),
    /** Rows of the report that are imported and have a note in `message`. */
    notedCount: z.int(),
    /** Columns with values that the import does not use, with the number of rows that have one. */
    unusedColumns: z.array(
      z.object({
        /** Header of the column. */
        name: z.string(),
        /** Rows with a value in the column. */
        rowCount: z.int(),
      }),
    ),
    /** Names of the categories that the import adds, or would add. */
    newCategories: z.array(z.string()),
    /** Why the whole file was rejected. */
    problem: z.string().nullable(),
    createdAt,
    /** When the import ended; null before. */
    finishedAt: instant.nullable(),
  })
  .meta({ id: 'CatalogImport' });
export type CatalogImport = z.infer<typeof catalogImportSchema>;

/** The columns of a file, and what they can become. */
const inspectedFileSchema = z.object({
  /** Format of the file by its columns; null when it is not known and needs a `mapping`. */
  format: z.enum(importFormats).nullable(),
  /** Columns of the file, in their order. */
  columns: z.array(
    z.object({
      /** Name in the first line of the file. */
      name: z.string(),
      /** Values of the first rows, each at most 200 characters long. Empty cells are omitted. */
      samples: z.array(z.string()),
    }),
  ),
  /**
   * The mapping of the latest import whose columns this file has, else one by the names of the columns and their first values. Check it:
   * it may lack required fields.
   */
  suggestion: storedMappingSchema,
  /** Fields that a column can become. */
  fields: z.array(
    z.object({
      /** Name in `mapping.columns`. */
      field: importField,
      /** Name for people. */
      label: z.string(),
      /** What the column contains. */
      meaning: z.string(),
      /** Whether every mapping has a column for the field. */
      isRequired: z.boolean(),
      /** Whether the field takes a list of columns. */
      isList: z.boolean(),
    }),
  ),
});

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
      decimalSign: decimalSign.optional(),
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
      decimalSign: decimalSign.nullish(),
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
