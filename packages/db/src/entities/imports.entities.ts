/** Imports of product files: their progress, the rows of the file while they are needed, and the report. */
import { importDecimalSigns, importRowOutcomes, importStatuses, type ImportMapping } from '@cartwright/contracts';
import { defineEntity, p } from '@mikro-orm/core';

/** An import of a product file, and its progress. */
export const CatalogImport = defineEntity({
  name: 'CatalogImport',
  tableName: 'catalog_imports',
  properties: {
    id: p.uuid().primary(),
    fileName: p.string().length(255),
    mode: p.enum(['preview', 'commit']),
    status: p.enum(importStatuses).default('uploading'),
    createdBy: p.uuid().nullable(),
    rowCount: p.integer().default(0),
    createdCount: p.integer().default(0),
    updatedCount: p.integer().default(0),
    unchangedCount: p.integer().default(0),
    failedCount: p.integer().default(0),
    /** Rows that were imported with a note, such as an image that was left out. */
    notedCount: p.integer().default(0),
    /** Rows that were read and, if valid, written. */
    processedCount: p.integer().default(0),
    /** The position of the first row of the last processed product; the import resumes after it. */
    cursorLine: p.integer().default(0),
    /** Written by an earlier version only. Above 0, a worker of that version wrote a part of the file, and the import ends there. */
    cursorByte: p.bigint('number').default(0),
    /** Written by an earlier version only. */
    checkedAt: p.datetime().nullable(),
    /** When the file was validated and its rows were stored. */
    stagedAt: p.datetime().nullable(),
    /** What the columns of the file mean; null when they are those of a known format. */
    mapping: p.json<ImportMapping>().nullable(),
    /** The sign that begins the decimals of its numbers, as staff say; null when the file decides. */
    decimalSign: p.enum(importDecimalSigns).nullable(),
    /** The first line of the file, while its rows are stored. */
    header: p.json<{ delimiter: string; names: string[] }>().nullable(),
    /** Columns with values that nothing is read from, with the number of those values. */
    unusedColumns: p.json<{ name: string; rowCount: number }[]>().defaultRaw(`'[]'::jsonb`),
    /** Names of the categories that the file adds. */
    newCategories: p.array().defaultRaw(`'{}'`),
    /** Why the whole file was refused. */
    problem: p.text().nullable(),
    /** Increases with each claim; the holder of an older claim can no longer write. */
    fence: p.integer().default(0),
    /** The lease of workers before version 0.2; infinite for an import that a later one works on. */
    lockedUntil: p.datetime().nullable(),
    leasedUntil: p.datetime().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    finishedAt: p.datetime().nullable(),
  },
  indexes: [
    {
      name: 'catalog_imports_open',
      expression: `create index catalog_imports_open on catalog_imports (created_at) where status in ('queued', 'running')`,
    },
  ],
});

/** A part of an uploaded file; deleted when the import has ended. */
export const CatalogImportChunk = defineEntity({
  name: 'CatalogImportChunk',
  tableName: 'catalog_import_chunks',
  properties: {
    importId: () => p.manyToOne(CatalogImport).mapToPk().fieldName('import_id').primary().deleteRule('cascade'),
    position: p.integer().primary(),
    content: p.text(),
  },
  checks: [{ name: 'catalog_import_chunks_position', expression: 'position >= 0' }],
});

/** A reported row of an import. */
export const CatalogImportRow = defineEntity({
  name: 'CatalogImportRow',
  tableName: 'catalog_import_rows',
  properties: {
    importId: () => p.manyToOne(CatalogImport).mapToPk().fieldName('import_id').primary().deleteRule('cascade'),
    line: p.integer().primary(),
    handle: p.string().length(255),
    sku: p.string().length(255).nullable(),
    outcome: p.enum(importRowOutcomes),
    message: p.text().nullable(),
    /** The error code of the API. */
    code: p.string().length(40).nullable(),
  },
});

/** A row of an uploaded file. Deleted once it is imported; those of failed products are kept. */
export const CatalogImportLine = defineEntity({
  name: 'CatalogImportLine',
  tableName: 'catalog_import_lines',
  properties: {
    importId: () => p.manyToOne(CatalogImport).mapToPk().fieldName('import_id').primary().deleteRule('cascade'),
    /** The number of the row, from 1. */
    position: p.integer().primary(),
    /** The line of the file. */
    line: p.integer(),
    /** What the rows of one product have in common. */
    productKey: p.string().length(255),
    cells: p.json<string[]>(),
    /** Why the row cannot be imported, and what is left out of it, as its text says; null for nothing. */
    remarks: p.json<{ readonly refusals?: readonly string[]; readonly notes?: readonly string[] }>().nullable(),
  },
  indexes: [
    {
      name: 'catalog_import_lines_product',
      expression: 'create index catalog_import_lines_product on catalog_import_lines (import_id, product_key, position)',
    },
  ],
});

/** A product of an uploaded file. */
export const CatalogImportKey = defineEntity({
  name: 'CatalogImportKey',
  tableName: 'catalog_import_keys',
  properties: {
    importId: () => p.manyToOne(CatalogImport).mapToPk().fieldName('import_id').primary().deleteRule('cascade'),
    productKey: p.string().length(255).primary(),
    firstPosition: p.integer(),
    firstLine: p.integer(),
    rowCount: p.integer(),
    /** Whether the product failed. */
    refused: p.boolean().default(false),
  },
  indexes: [
    {
      name: 'catalog_import_keys_position',
      expression: 'create index catalog_import_keys_position on catalog_import_keys (import_id, first_position)',
    },
  ],
});

/**
 * Names in the file of a running import: `sku` is a SKU with its first line, to report repeats; `handle` is the key of rows that belong to
 * the product of another row, whose key is in `handle`, as in files of Magento. Deleted at the end.
 */
export const CatalogImportName = defineEntity({
  name: 'CatalogImportName',
  tableName: 'catalog_import_names',
  properties: {
    importId: () => p.manyToOne(CatalogImport).mapToPk().fieldName('import_id').primary().deleteRule('cascade'),
    kind: p.enum(['handle', 'sku']).primary(),
    name: p.string().length(255).primary(),
    handle: p.string().length(255),
    line: p.integer(),
  },
});
