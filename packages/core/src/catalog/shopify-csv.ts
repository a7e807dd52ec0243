/** Reads Shopify's product CSV: rows of one handle form a product; the first carries its fields, each its variant or image. */
import { Readable } from 'node:stream';
import { price as priceSchema, toMinorUnits, type ErrorCode } from '@cartwright/contracts';
import { CsvError, parse } from 'csv-parse';
import { DomainError, revealFormulas } from '../kernel/index.ts';
import { refuseImageUrl } from './image.policy.ts';
import { toSlug } from './slug.ts';
import { textSlices } from './text-slices.ts';

export interface CsvVariant {
  readonly line: number;
  readonly sku: string;
  readonly options: Record<string, string>;
  readonly priceCents: number;
  readonly compareAtPriceCents: number | null;
  readonly weightGrams: number | null;
  readonly stock: number;
}
export interface CsvProduct {
  readonly line: number;
  readonly handle: string;
  readonly name: string;
  readonly description: string | null;
  readonly brand: string | null;
  readonly category: string | null;
  readonly tags: string[];
  readonly status: (typeof statuses)[number];
  readonly variants: CsvVariant[];
  readonly images: { url: string; altText: string }[];
}
export interface CsvProblem {
  readonly line: number;
  readonly handle: string;
  readonly sku: string | null;
  readonly message: string;
  /** The code that the same value is refused with elsewhere. */
  readonly code: ErrorCode;
}
/** Why a row is refused. */
type Refusal = Pick<CsvProblem, 'message' | 'code'>;
/** What the shop expects of a file. */
export interface CsvTerms {
  /** The shop's currency, which all prices of the file are in. */
  readonly currency: string;
  /** Hosts that images may lie on; empty for any public one. */
  readonly imageHosts: readonly string[];
}
/** The rows of one product: what they came to, and what is wrong with them. */
export interface CsvGroup {
  readonly product: CsvProduct | null;
  readonly problems: CsvProblem[];
  readonly rowCount: number;
  /** The last line of the file that belongs to it. */
  readonly lastLine: number;
}

interface Row {
  readonly record: Record<string, string>;
  readonly info: { readonly lines: number };
}
const required = ['Handle', 'Title', 'Variant Price'] as const;
const statuses = ['draft', 'active', 'archived'] as const;

const checkHeader = (header: string[]): string[] => {
  const missing = required.filter((name) => !header.includes(name));
  if (missing.length > 0)
    throw new DomainError('INVALID_CSV', `The file lacks the column ${missing.join(', ')}. Export it in Shopify's product format.`, {
      details: { missing },
    });
  return header;
};

const parserOptions = {
  columns: checkHeader,
  bom: true,
  info: true,
  skip_empty_lines: true,
  relax_column_count_less: true,
  max_record_size: 1_000_000,
} as const;

/** Of what is parsed at a time: the rows of it wait in memory until they are asked for. */
const sliceSize = 8_192;

/** A text in slices that the parser turns into a few dozen rows each, where a whole piece of a file would be thousands. */
const inSlices = async function* (text: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string, void, undefined> {
  for await (const part of text) yield* textSlices(part, sliceSize);
};

/** Rows as they are parsed; never more than a few of them in memory. Throws `INVALID_CSV`. */
const readRows = async function* (text: AsyncIterable<string> | Iterable<string>): AsyncGenerator<Row, void, undefined> {
  const source = Readable.from(inSlices(text));
  const parser = parse(parserOptions);
  source.on('error', (error) => parser.destroy(error));
  try {
    for await (const row of source.pipe(parser)) yield row as Row;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new DomainError('INVALID_CSV', `The file is not readable as CSV: ${error.message}`, { cause: error });
  } finally {
    source.destroy();
    parser.destroy();
  }
};

const emptyFile = () => new DomainError('INVALID_CSV', 'The file is empty: it has no row with a product.');

/** How many rows a file has. Throws `INVALID_CSV` where it cannot be read to its end. */
export const countRows = async (text: AsyncIterable<string> | Iterable<string>): Promise<number> => {
  let count = 0;
  for await (const _ of readRows(text)) count += 1;
  if (count === 0) throw emptyFile();
  return count;
};

/**
 * Products of a file, one after the other; rows of one handle stand together. Those that end by line `afterLine` are passed
 * over, and nothing is made of them. Throws `INVALID_CSV` where the file as a whole cannot be read; a bad row becomes a
 * problem of its own.
 */
export const readShopifyCsv = async function* (
  text: AsyncIterable<string> | Iterable<string>,
  terms: CsvTerms,
  afterLine: number,
): AsyncGenerator<CsvGroup, void, undefined> {
  const isNew = (group: readonly Row[]) => (group.at(-1)?.info.lines ?? 0) > afterLine;
  let handle: string | null = null;
  let rows: Row[] = [];
  for await (const row of readRows(text)) {
    const next = row.record['Handle']?.trim() ?? '';
    if (handle !== null && (next !== handle || next === '')) {
      if (isNew(rows)) yield readGroup(handle, rows, terms);
      rows = [];
    }
    handle = next;
    rows.push(row);
  }
  if (handle === null) throw emptyFile();
  if (isNew(rows)) yield readGroup(handle, rows, terms);
};

const readGroup = (handle: string, rows: Row[], terms: CsvTerms): CsvGroup => {
  const problems: CsvProblem[] = [];
  const lastLine = rows.at(-1)?.info.lines ?? 0;
  if (handle === '') problems.push({ line: lastLine, handle, sku: null, ...malformed('The row has no Handle.') });
  return { product: handle === '' ? null : readProduct(handle, rows, problems, terms), problems, rowCount: rows.length, lastLine };
};

/** A cell without its padding, and without the apostrophes that keep spreadsheets from taking it for a formula. */
const cell = ({ record }: Row, name: string): string => revealFormulas(record[name]?.replaceAll('\0', '').trim() ?? '');

/** Columns of a product with the most characters that each may have. */
const longest = [
  ['Title', 255],
  ['Body (HTML)', 50_000],
  ['Vendor', 100],
  ['Type', 100],
  ['Option1 Name', 100],
  ['Option2 Name', 100],
  ['Option3 Name', 100],
] as const;

/** Newer files say the status itself, older ones whether a product is published. */
const statusOf = (status: string | null, published: string | null): CsvProduct['status'] =>
  statuses.find((known) => known === status?.toLowerCase()) ?? (/^(true|yes)$/i.test(published ?? 'true') ? 'active' : 'draft');

const readProduct = (handle: string, rows: Row[], problems: CsvProblem[], { currency, imageHosts }: CsvTerms): CsvProduct | null => {
  const first = rows[0];
  if (!first) return null;
  const field = (name: string) => cell(first, name) || null;
  const fail = (row: Row, why: string | Refusal) =>
    problems.push({
      line: row.info.lines,
      handle,
      sku: cell(row, 'Variant SKU') || null,
      ...(typeof why === 'string' ? malformed(why) : why),
    });
  const name = field('Title');
  if (!name) {
    fail(first, 'The first row of a product needs a Title.');
    for (const row of rows.slice(1)) fail(row, 'The product has no Title.');
    return null;
  }
  const tooLong = longest.find(([column, most]) => (field(column)?.length ?? 0) > most);
  if (tooLong) {
    for (const row of rows) fail(row, `${tooLong[0]} is longer than ${tooLong[1]} characters.`);
    return null;
  }
  const optionNames = [1, 2, 3].map((n) => field(`Option${n} Name`));
  const variants: CsvVariant[] = [];
  const images: { url: string; altText: string }[] = [];
  for (const row of rows) {
    const url = cell(row, 'Image Src');
    const refused = url.length > 2_048 ? 'is longer than 2048 characters' : refuseImageUrl(url, imageHosts);
    if (url && refused === null) images.push({ url, altText: cell(row, 'Image Alt Text').slice(0, 500) });
    else if (url) fail(row, { message: `Image Src ${refused}.`, code: 'URL_NOT_ALLOWED' });
    if (!cell(row, 'Variant Price') && !cell(row, 'Option1 Value')) continue;
    const variant = readVariant(handle, optionNames, row, currency);
    if ('code' in variant) fail(row, variant);
    else if (variants.some((v) => v.sku === variant.sku))
      fail(row, { message: `The SKU ${variant.sku} stands twice in this product.`, code: 'SKU_TAKEN' });
    else variants.push(variant);
  }
  if (variants.length === 0) {
    if (!problems.some((p) => p.handle === handle)) fail(first, 'The product has no row with a price.');
    return null;
  }
  return {
    line: first.info.lines,
    handle: toSlug(handle),
    name,
    description: field('Body (HTML)'),
    brand: field('Vendor'),
    category: field('Type'),
    tags: [
      ...new Set(
        (field('Tags') ?? '')
          .split(',')
          .map((t) => t.trim().slice(0, 100))
          .filter(Boolean),
      ),
    ],
    status: statusOf(field('Status'), field('Published')),
    variants,
    images,
  };
};

/** A variant, or why the row is none. */
const readVariant = (handle: string, optionNames: (string | null)[], row: Row, currency: string): CsvVariant | Refusal => {
  const text = (name: string) => cell(row, name);
  const prices = readPrices(text('Variant Price'), text('Variant Compare At Price'), currency);
  if ('code' in prices) return prices;
  const stock = text('Variant Inventory Qty') || '0';
  if (!/^\d{1,8}$/.test(stock)) return malformed(`Variant Inventory Qty "${stock}" is not a whole number of 0 or more.`);
  const grams = text('Variant Grams') || '0';
  if (!/^\d{1,8}(\.0+)?$/.test(grams)) return malformed(`Variant Grams "${grams}" is not a whole number.`);
  const options: Record<string, string> = {};
  optionNames.forEach((name, i) => {
    const value = text(`Option${i + 1} Value`);
    if (name && value && !(name === 'Title' && value === 'Default Title')) options[name] = value;
  });
  const sku = text('Variant SKU') || [toSlug(handle), ...Object.values(options).map(toSlug)].join('-').slice(0, 64);
  if (sku.length > 64) return malformed('Variant SKU is longer than 64 characters.');
  if (Object.values(options).some((value) => value.length > 255)) return malformed('An option value is longer than 255 characters.');
  return { line: row.info.lines, sku, options, ...prices, weightGrams: Number.parseInt(grams, 10) || null, stock: Number(stock) };
};

const malformed = (message: string): Refusal => ({ message, code: 'INVALID_INPUT' });

/** The price and the struck-out one by the same rules as everywhere; a file that strikes out nothing says so by no amount or by 0. */
const readPrices = (
  price: string,
  compareAt: string,
  currency: string,
): Pick<CsvVariant, 'priceCents' | 'compareAtPriceCents'> | Refusal => {
  const priceCents = toPrice(price, currency);
  if (priceCents === null) return impossible(`Variant Price "${price}" is not an amount.`);
  const before = compareAt === '' ? 0 : toPrice(compareAt, currency);
  if (before === null) return impossible(`Variant Compare At Price "${compareAt}" is not an amount.`);
  if (before === 0) return { priceCents, compareAtPriceCents: null };
  if (before < priceCents) return impossible(`Variant Compare At Price ${compareAt} is below Variant Price ${price}.`);
  return { priceCents, compareAtPriceCents: before };
};

const impossible = (message: string): Refusal => ({ message, code: 'INVALID_PRICE' });

const toPrice = (amount: string, currency: string): number | null => priceSchema.safeParse(toMinorUnits(amount, currency)).data ?? null;
