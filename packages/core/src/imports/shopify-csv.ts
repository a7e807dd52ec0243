/** Reads Shopify's product CSV: its header, and its rows in groups of one handle, from any place of the file. */
import { toHandle } from '../catalog/index.ts';
import { DomainError, storableText } from '../kernel/index.ts';
import { cell, malformed, type CsvProblem, type CsvTerms, type Row } from './csv.cells.ts';
import { readProduct, type CsvProduct } from './csv.products.ts';
import { emptyFile, readHeader, readRows, type CsvFile, type CsvHeader, type CsvPlace } from './csv.rows.ts';

/** The rows of one product: the parsed product and its problems. */
export interface CsvGroup {
  readonly product: CsvProduct | null;
  readonly problems: CsvProblem[];
  readonly rowCount: number;
  /** The end of its last row. */
  readonly end: CsvPlace;
}

const required = ['Handle', 'Title', 'Variant Price'] as const;

/** The header of a product file. Throws `INVALID_CSV` when the file is not one. */
const readProductHeader = async (file: CsvFile): Promise<CsvHeader> => {
  const header = await readHeader(file);
  const missing = required.filter((name) => !header.columns.has(name));
  if (missing.length > 0)
    throw new DomainError('INVALID_CSV', `The file has no column ${missing.join(', ')}. Export it in Shopify's product format.`, {
      details: { columns: missing },
    });
  return header;
};

/** How many rows a file has. Throws `INVALID_CSV` when it cannot be read to its end. `onRow` is called for each row. */
export const countRows = async (file: CsvFile, onRow?: (count: number) => Promise<void>): Promise<number> => {
  const header = await readProductHeader(file);
  let count = 0;
  for await (const _ of readRows(file, header, header)) {
    count += 1;
    await onRow?.(count);
  }
  if (count === 0) throw emptyFile();
  return count;
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
  const header = await readProductHeader(file);
  const { columns } = header;
  let handle: string | null = null;
  let rows: Row[] = [];
  let extent = { rowCount: 0, end: { line: 0, byte: 0 } };
  for await (const row of readRows(file, header, after ?? header)) {
    const next = toHandle(cell({ ...row, columns }, 'Handle'));
    if (handle !== null && (next !== handle || next === '')) {
      yield readGroup(handle, rows, extent, header, terms);
      rows = [];
      extent = { rowCount: 0, end: extent.end };
    }
    handle = next;
    extent = { rowCount: extent.rowCount + 1, end: { line: row.line, byte: row.byte } };
    // The rows of one product are in memory together, so no more of them are kept than a product can have.
    if (rows.length < mostRows) rows.push({ ...row, columns });
  }
  if (handle !== null) yield readGroup(handle, rows, extent, header, terms);
};

/** The most rows of a product that are read. It can use 300 of them, for 250 variants and 50 images; the others are refused one by one. */
const mostRows = 1_000;

const readGroup = (
  handle: string,
  rows: Row[],
  extent: Pick<CsvGroup, 'rowCount' | 'end'>,
  { width }: CsvHeader,
  terms: CsvTerms,
): CsvGroup => {
  const problems: CsvProblem[] = [];
  if (extent.rowCount > mostRows) {
    const why =
      `${extent.rowCount} rows in succession have this Handle, and a product has at most ${mostRows}. ` +
      `None of them is imported, up to line ${extent.end.line}.`;
    return {
      product: null,
      problems: [{ line: rows[0]?.line ?? 0, handle: storableText(handle, 255), sku: null, ...malformed(why) }],
      ...extent,
    };
  }
  const unfit = refuseHandle(handle);
  if (unfit) for (const row of rows) problems.push({ line: row.line, handle, sku: null, ...malformed(unfit) });
  return {
    product: unfit ? null : readProduct(handle, rows, problems, { ...terms, width }),
    problems,
    ...extent,
  };
};

const refuseHandle = (handle: string): string | null => {
  if (handle === '') return 'The row has no Handle.';
  if (handle.length > 255) return 'The Handle is longer than 255 characters.';
  return /[\p{L}\p{N}]/u.test(handle) ? null : 'The Handle has no letter and no digit.';
};
