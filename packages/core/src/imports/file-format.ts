/** How the rows of a file are read as products. */
import type { RawRow } from './csv.cells.ts';
import type { CsvLayout } from './csv.layout.ts';
import type { CsvRow } from './csv.rows.ts';

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
