/** Reads Shopify's product CSV: its header, and its rows in groups of one handle, from any place of the file. */
import { toHandle } from '../catalog/index.ts';
import { storableText } from '../kernel/index.ts';
import { cell, columnOf, type CsvProblem, type CsvTerms, type RawRow } from './csv.cells.ts';
import { toLayout } from './csv.layout.ts';
import { readProduct } from './csv.products.ts';
import { emptyFile, readHeader, readRows, type CsvFile, type CsvPlace } from './csv.rows.ts';
import type { CsvProduct } from './file-product.ts';

/** The rows of one product: the parsed product and its problems. */
export interface CsvGroup {
  readonly product: CsvProduct | null;
  readonly problems: CsvProblem[];
  readonly rowCount: number;
  /** The end of its last row. */
  readonly end: CsvPlace;
}

/** What a file contains besides products. */
export interface CsvExtent {
  readonly rowCount: number;
  /** The columns with values that nothing is read from. */
  readonly unusedColumns: readonly { readonly name: string; readonly rowCount: number }[];
}

/** Reads a file to its end. Throws `INVALID_CSV` when that is impossible. `onRow` is called for each row. */
export const measureFile = async (file: CsvFile, onRow?: (count: number) => Promise<void>): Promise<CsvExtent> => {
  const header = await readHeader(file);
  const unused = toLayout(header).unused.map((column) => ({ ...column, rowCount: 0 }));
  let rowCount = 0;
  for await (const { cells } of readRows(file, header, header)) {
    rowCount += 1;
    for (const column of unused) if ((cells[column.index] ?? '').trim() !== '') column.rowCount += 1;
    await onRow?.(rowCount);
  }
  if (rowCount === 0) throw emptyFile();
  return { rowCount, unusedColumns: unused.flatMap(({ name, rowCount: rows }) => (rows > 0 ? [{ name, rowCount: rows }] : [])) };
};

/**
 * The products of a file after a position (null for its start), one after the other; rows of one handle are adjacent.
 * The file before the position is not read again. Throws `INVALID_CSV` when the file as a whole cannot be read; an
 * invalid row becomes a problem of its own.
 */
export const readShopifyCsv = async function* (
  file: CsvFile,
  terms: CsvTerms,
  after: CsvPlace | null,
): AsyncGenerator<CsvGroup, void, undefined> {
  const header = await readHeader(file);
  const layout = toLayout(header);
  let handle: string | null = null;
  let rows: RawRow[] = [];
  let extent = { rowCount: 0, end: { line: 0, byte: 0 } };
  for await (const row of readRows(file, header, after ?? header)) {
    const next = toHandle(cell({ ...row, layout }, 'handle'));
    if (handle !== null && (next !== handle || next === '')) {
      yield readGroup(handle, rows, extent, terms);
      rows = [];
      extent = { rowCount: 0, end: extent.end };
    }
    handle = next;
    extent = { rowCount: extent.rowCount + 1, end: { line: row.line, byte: row.byte } };
    // The rows of one product are in memory together, so no more of them are kept than a product can have.
    if (rows.length < mostRows) rows.push({ ...row, layout });
  }
  if (handle !== null) yield readGroup(handle, rows, extent, terms);
};

/** The most rows of a product that are read. It can use 300 of them, for 250 variants and 50 images; the others are refused one by one. */
const mostRows = 1_000;

const readGroup = (handle: string, rows: RawRow[], extent: Pick<CsvGroup, 'rowCount' | 'end'>, terms: CsvTerms): CsvGroup => {
  const problems: CsvProblem[] = [];
  const column = rows[0] ? columnOf(rows[0], 'handle') : 'Handle';
  if (extent.rowCount > mostRows) {
    const why =
      `${extent.rowCount} rows in succession have this ${column}, and a product has at most ${mostRows}. ` +
      `None of them is imported, up to line ${extent.end.line}.`;
    return {
      product: null,
      problems: [{ line: rows[0]?.line ?? 0, handle: storableText(handle, 255), sku: null, message: why, code: 'INVALID_INPUT' }],
      ...extent,
    };
  }
  const unfit = refuseHandle(handle, column);
  if (unfit) for (const row of rows) problems.push({ line: row.line, handle, sku: null, message: unfit, code: 'INVALID_INPUT' });
  return {
    product: unfit ? null : readProduct(handle, rows, problems, terms),
    problems,
    ...extent,
  };
};

const refuseHandle = (handle: string, column: string): string | null => {
  if (handle === '') return `The row has no ${column}.`;
  if (handle.length > 255) return `The ${column} is longer than 255 characters.`;
  return /[\p{L}\p{N}]/u.test(handle) ? null : `The ${column} has no letter and no digit.`;
};
