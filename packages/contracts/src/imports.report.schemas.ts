/** Schemas of an import: its progress, its report by row, and the columns of its file. */
import { z } from 'zod';
import { createdAt, instant } from './common.ts';
import { errorCodeSchema } from './errors.ts';
import { catalogImportId } from './ids.ts';
import { importDecimalSigns, importField, importFormats, storedMappingSchema } from './imports.schemas.ts';

export const importRowOutcomes = ['created', 'updated', 'unchanged', 'failed'] as const;
export const importStatuses = ['uploading', 'queued', 'running', 'finished', 'failed', 'cancelled'] as const;
export const importMode = z.enum(['preview', 'commit']);
export const importDecimalSign = z.enum(importDecimalSigns);
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
    decimalSign: importDecimalSign.nullable(),
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
export const inspectedFileSchema = z.object({
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
