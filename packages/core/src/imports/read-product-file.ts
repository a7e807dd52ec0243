/** A product file: the key of each row, by which rows of one product are found wherever they are, and the product of such rows. */
import type { ImportFormat, ImportMapping } from '@cartwright/contracts';
import { toHandle } from '../catalog/index.ts';
import { storableText } from '../kernel/index.ts';
import { cell, type CsvProblem, type CsvTerms } from './csv.cells.ts';
import { readProduct } from './csv.products.ts';
import { emptyFile, readHeader, readRows, type CsvColumns, type CsvFile } from './csv.rows.ts';
import type { CsvProduct } from './parsed-product.ts';
import type { FiledProduct, FiledRow, ImportName } from './import.records.ts';
import { isBigCommerce, toBigCommerce } from './bigcommerce.ts';
import { isMagento, toMagento } from './magento.ts';
import { toMapped } from './mapped-columns.ts';
import type { NumberedRow, ProductFormat } from './file-format.ts';
import { isShopify, toShopify } from './shopify.ts';
import { isWooCommerce } from './woocommerce.columns.ts';
import { toWooCommerce } from './woocommerce.ts';

/** The rows of one product: the parsed product and its problems. */
export interface CsvGroup extends FiledProduct {
  readonly product: CsvProduct | null;
  readonly problems: CsvProblem[];
}

/** What a file contains besides products. */
export interface CsvExtent {
  readonly header: CsvColumns;
  readonly rowCount: number;
  /** The columns with values that nothing is read from. */
  readonly unusedColumns: readonly { readonly name: string; readonly rowCount: number }[];
}

/**
 * How the rows of a file are read: by its mapping, else by its columns. Throws `INVALID_CSV` when a required column is missing, or two mean
 * the same, and `INVALID_MAPPING`.
 */
export const toFormat = (columns: CsvColumns, mapping: ImportMapping | null): ProductFormat => {
  if (mapping) return toMapped(columns, mapping);
  return formats[formatOf(columns) ?? 'shopify'](columns);
};

const formats: Readonly<Record<ImportFormat, (columns: CsvColumns) => ProductFormat>> = {
  shopify: toShopify,
  woocommerce: toWooCommerce,
  magento: toMagento,
  bigcommerce: toBigCommerce,
};

/** The format of a file by its columns; null when it is not known. */
export const formatOf = (columns: CsvColumns): ImportFormat | null => {
  if (isWooCommerce(columns)) return 'woocommerce';
  if (isShopify(columns)) return 'shopify';
  if (isMagento(columns)) return 'magento';
  return isBigCommerce(columns) ? 'bigcommerce' : null;
};

/** The most rows, and about the most characters, that are read before they are stored. */
const mostAtOnce = { rows: 500, characters: 500_000 } as const;

/**
 * Reads a file to its end, and passes its rows on, some at a time. Throws `INVALID_CSV` when the file as a whole cannot be read, and
 * `INVALID_MAPPING`; an invalid row is found later.
 */
export const readProductFile = async (
  file: CsvFile,
  mapping: ImportMapping | null,
  keep?: (rows: readonly FiledRow[], parts: readonly ImportName[]) => Promise<void>,
): Promise<CsvExtent> => {
  const header = await readHeader(file);
  const format = toFormat(header, mapping);
  const unused = format.unused.map((column) => ({ ...column, rowCount: 0 }));
  let position = 0;
  let rows: FiledRow[] = [];
  let parts: ImportName[] = [];
  let characters = 0;
  let handle = '';
  for await (const row of readRows(file, header)) {
    position += 1;
    for (const column of unused) if ((row.cells[column.index] ?? '').trim() !== '') column.rowCount += 1;
    if (!keep) continue;
    const numbered = { ...row, position };
    handle = format.handleOf(numbered, handle);
    const productKey = keyOf(numbered, handle);
    rows.push({ ...numbered, productKey });
    for (const part of format.partsOf?.(numbered) ?? []) parts.push({ name: keyOf(numbered, part), handle: productKey, line: row.line });
    characters += row.cells.reduce((sum, text) => sum + text.length, 0);
    if (rows.length < mostAtOnce.rows && characters < mostAtOnce.characters) continue;
    await keep(rows, parts);
    [rows, parts, characters] = [[], [], 0];
  }
  if (position === 0) throw emptyFile();
  if (rows.length > 0) await keep?.(rows, parts);
  const { delimiter, names } = header;
  return {
    header: { delimiter, names },
    rowCount: position,
    unusedColumns: unused.flatMap(({ name, rowCount }) => (rowCount > 0 ? [{ name, rowCount }] : [])),
  };
};

const longestHandle = 255;

/** What the rows of one product have in common: their handle. A row without a usable one is alone; no handle begins with a space. */
const keyOf = (row: NumberedRow, given: string): string => {
  const handle = toHandle(given);
  return handle === '' || handle.length > longestHandle ? ` ${row.line}` : handle;
};

/** The most rows of a product that are read. It can use 300 of them, for 250 variants and 50 images. */
export const mostRows = 1_000;

/** The product of rows with one key. */
export const toGroup = (filed: FiledProduct, given: readonly FiledRow[], format: ProductFormat, terms: CsvTerms): CsvGroup => {
  const rows = format.toRows(given);
  const [first] = rows;
  if (!first) return { ...filed, product: null, problems: [tooManyRows(filed, format)] };
  const handle = toHandle(cell(first, 'handle'));
  const problems: CsvProblem[] = [];
  const unfit = refuseHandle(handle, format.handleColumn);
  if (unfit) for (const { line } of given) problems.push({ line, handle, sku: null, message: unfit, code: 'INVALID_INPUT' });
  return { ...filed, product: unfit ? null : readProduct(handle, rows, problems, terms), problems };
};

/** The problem of a product whose rows are not read. */
const tooManyRows = ({ productKey, firstLine, rowCount }: FiledProduct, { handleColumn }: ProductFormat): CsvProblem => ({
  line: firstLine,
  handle: storableText(productKey, longestHandle),
  sku: null,
  message: `${rowCount} rows have this ${handleColumn}. A product can have at most ${mostRows} rows, so none of them is imported.`,
  code: 'INVALID_INPUT',
});

const refuseHandle = (handle: string, column: string): string | null => {
  if (handle === '') return `The row has no ${column}.`;
  if (handle.length > longestHandle) return `The ${column} is longer than ${longestHandle} characters.`;
  return /[\p{L}\p{N}]/u.test(handle) ? null : `The ${column} has no letter and no digit.`;
};
