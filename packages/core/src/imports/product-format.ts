/** How the rows of a file are read as products, and how those of Shopify's format are. */
import { cell, columnOf, type RawRow } from './csv.cells.ts';
import { missingColumns, toLayout, type CsvLayout } from './csv.layout.ts';
import type { CsvColumns, CsvRow } from './csv.rows.ts';

/** A row of a file with its number, from 1. */
export interface NumberedRow extends CsvRow {
  readonly position: number;
}

/** How the rows of a file become the rows of products. Each format of files has its own. */
export interface ProductFormat {
  /** Columns that nothing is read from. */
  readonly unused: CsvLayout['unused'];
  /** The name of the column that has the handle. */
  readonly handleColumn: string;
  /** The handle of the product that a row belongs to, which may be that of the row before. */
  handleOf(row: NumberedRow, before: string): string;
  /** The handles of rows anywhere in the file that belong to the product of this row. */
  partsOf?(row: NumberedRow): readonly string[];
  /** The rows of one product in the fields of Shopify's format. */
  toRows(rows: readonly NumberedRow[]): RawRow[];
}

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
