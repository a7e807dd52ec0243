/** Shopify's product CSV. */
import { cell, columnOf } from './csv.cells.ts';
import { missingColumns, toLayout } from './csv.layout.ts';
import type { CsvColumns } from './csv.rows.ts';
import type { ProductFormat } from './file-format.ts';

/** Whether a file has the columns that Shopify's format requires. */
export const isShopify = (columns: CsvColumns): boolean => missingColumns(columns).length === 0;

/** Reads Shopify's product CSV. Throws `INVALID_CSV` when a required column is missing, or two mean the same. */
export const toShopify = (columns: CsvColumns): ProductFormat => {
  const layout = toLayout(columns);
  return {
    unused: layout.unused,
    handleColumn: columnOf({ layout }, 'handle'),
    handleOf: (row) => cell({ ...row, layout }, 'handle'),
    toRows: (rows) => rows.map((row) => ({ ...row, layout })),
  };
};
