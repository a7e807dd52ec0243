/** Reads Shopify's product CSV: rows of one handle form a product; the first carries its fields, each its variant or image. */
import { createHash } from 'node:crypto';
import { currency as currencySchema, price as priceSchema, toMinorUnits, type ErrorCode } from '@cartwright/contracts';
import { DomainError, revealFormulas } from '../kernel/index.ts';
import { emptyFile, readHeader, readRows, type CsvFile, type CsvHeader, type CsvPlace, type CsvRow } from './csv.rows.ts';
import { refuseImageUrl } from './image.policy.ts';
import { toSlug } from './slug.ts';

/** A variant of a file. What the file has no column for is undefined: the shop keeps what it has. */
export interface CsvVariant {
  readonly line: number;
  readonly sku: string;
  /** The file names none, so that this one was made up from handle and options. */
  readonly isSkuMadeUp: boolean;
  readonly options: Record<string, string> | undefined;
  readonly priceCents: number;
  readonly compareAtPriceCents: number | null | undefined;
  readonly weightGrams: number | null | undefined;
  readonly stock: number | undefined;
}
export interface CsvProduct {
  readonly line: number;
  readonly handle: string;
  /** What its prices are in. */
  readonly currency: string;
  readonly name: string;
  readonly description: string | null | undefined;
  readonly brand: string | null | undefined;
  readonly category: string | null | undefined;
  readonly tags: string[] | undefined;
  readonly status: (typeof statuses)[number] | undefined;
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
  /** The shop's currency, which prices of the file are in unless its column `Currency` says otherwise. */
  readonly currency: string;
  /** Hosts that images may lie on; empty for any public one. */
  readonly imageHosts: readonly string[];
}
/** The rows of one product: what they came to, and what is wrong with them. */
export interface CsvGroup {
  readonly product: CsvProduct | null;
  readonly problems: CsvProblem[];
  readonly rowCount: number;
  /** Where its last row ends. */
  readonly end: CsvPlace;
}

interface Row extends CsvRow {
  readonly columns: CsvHeader['columns'];
}
const required = ['Handle', 'Title', 'Variant Price'] as const;
const statuses = ['draft', 'active', 'archived'] as const;

/** The header of a file of products. Throws `INVALID_CSV` where it is none. */
const readProductHeader = async (file: CsvFile): Promise<CsvHeader> => {
  const header = await readHeader(file);
  const missing = required.filter((name) => !header.columns.has(name));
  if (missing.length > 0)
    throw new DomainError('INVALID_CSV', `The file lacks the column ${missing.join(', ')}. Export it in Shopify's product format.`, {
      details: { missing },
    });
  return header;
};

/** How many rows a file has. Throws `INVALID_CSV` where it cannot be read to its end. `onRow` is told each of them. */
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
 * Products of a file behind a place where one ended (null is its start), one after the other; rows of one handle stand
 * together. What lies before the place is not read again. Throws `INVALID_CSV` where the file as a whole cannot be read; a
 * bad row becomes a problem of its own.
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
  for await (const row of readRows(file, header, after ?? header)) {
    const next = row.cells[columns.get('Handle') ?? 0]?.trim() ?? '';
    if (handle !== null && (next !== handle || next === '')) {
      yield readGroup(handle, rows, header, terms);
      rows = [];
    }
    handle = next;
    rows.push({ ...row, columns });
  }
  if (handle !== null) yield readGroup(handle, rows, header, terms);
};

const readGroup = (handle: string, rows: Row[], { width }: CsvHeader, terms: CsvTerms): CsvGroup => {
  const problems: CsvProblem[] = [];
  const { line = 0, byte = 0 } = rows.at(-1) ?? {};
  const unnamed = handle === '' ? 'The row has no Handle.' : /[\p{L}\p{N}]/u.test(handle) ? null : 'The Handle has no letter and no digit.';
  if (unnamed) problems.push({ line, handle, sku: null, ...malformed(unnamed) });
  return {
    product: unnamed ? null : readProduct(handle, rows, problems, { ...terms, width }),
    problems,
    rowCount: rows.length,
    end: { line, byte },
  };
};

/** A cell without its padding, and without the apostrophes that keep spreadsheets from taking it for a formula. */
const cell = ({ cells, columns }: Row, name: string): string =>
  revealFormulas(cells[columns.get(name) ?? -1]?.replaceAll('\0', '').trim() ?? '');

/** What makes a row unfit as it stands; null when nothing does. */
const damageOf = ({ cells }: Row, width: number): string | null => {
  if (cells.slice(width).some((extra) => extra.trim() !== ''))
    return `The row has ${cells.length} cells, and the header ${width}: a text with a separator in it stands in quotes.`;
  return cells.some((text) => text.includes('\uFFFD')) ? 'The row has characters that are not UTF-8. Save the file as CSV UTF-8.' : null;
};

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
const statusOf = (status: string | null | undefined, published: string | null | undefined): CsvProduct['status'] =>
  status === undefined && published === undefined
    ? undefined
    : (statuses.find((known) => known === status?.toLowerCase()) ?? (/^(true|yes)$/i.test(published ?? 'true') ? 'active' : 'draft'));

const most = { variants: 250, images: 50, tags: 100 } as const;

/** Why a product is refused whole, from its first row; null when it is not. */
const refuseProduct = (first: Row, tags: readonly string[]): string | null => {
  const tooLong = longest.find(([column, characters]) => cell(first, column).length > characters);
  if (tooLong) return `${tooLong[0]} is longer than ${tooLong[1]} characters.`;
  if (tags.length > most.tags) return `A product has at most ${most.tags} tags.`;
  return tags.some((tag) => tag.length > 100) ? 'A tag is longer than 100 characters.' : null;
};
const tagsOf = (cells: string): string[] => [
  ...new Set(
    cells
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
];

const readProduct = (
  handle: string,
  rows: Row[],
  problems: CsvProblem[],
  { currency: ownCurrency, imageHosts, width }: Terms,
): CsvProduct | null => {
  const first = rows[0];
  if (!first) return null;
  const field = (name: string) => (first.columns.has(name) ? cell(first, name) || null : undefined);
  const fail = (row: Row, why: string | Refusal) =>
    problems.push({ line: row.line, handle, sku: cell(row, 'Variant SKU') || null, ...(typeof why === 'string' ? malformed(why) : why) });
  const failAll = (why: string) => {
    for (const row of rows) fail(row, why);
    return null;
  };
  const damaged = damageOf(first, width);
  if (damaged) return failAll(damaged);
  const name = field('Title');
  if (!name) {
    fail(first, 'The first row of a product needs a Title.');
    for (const row of rows.slice(1)) fail(row, 'The product has no Title.');
    return null;
  }
  const tags = tagsOf(cell(first, 'Tags'));
  const refused = refuseProduct(first, tags);
  if (refused) return failAll(refused);
  const currency = cell(first, 'Currency') || ownCurrency;
  if (!currencySchema.safeParse(currency).success) return failAll(`Currency "${currency}" is not an ISO 4217 code such as EUR.`);
  const { variants, images } = readVariants(handle, rows, fail, { currency, imageHosts, width });
  if (variants.length === 0) {
    if (!problems.some((p) => p.handle === handle)) fail(first, 'The product has no row with a price.');
    return null;
  }
  return {
    line: first.line,
    handle: toSlug(handle, 255),
    currency,
    name,
    description: field('Body (HTML)'),
    brand: field('Vendor'),
    category: field('Type'),
    tags: first.columns.has('Tags') ? tags : undefined,
    status: statusOf(field('Status'), field('Published')),
    variants,
    images,
  };
};

type Terms = CsvTerms & Pick<CsvHeader, 'width'>;

/** Variants and images of a product: each row brings one of each, or says why not. */
const readVariants = (
  handle: string,
  rows: readonly Row[],
  fail: (row: Row, why: string | Refusal) => void,
  { currency, imageHosts, width }: Terms,
): Pick<CsvProduct, 'variants' | 'images'> => {
  const [first] = rows;
  const optionNames = [1, 2, 3].map((n) => (first && cell(first, `Option${n} Name`)) || null);
  const variants: CsvVariant[] = [];
  const images: CsvProduct['images'] = [];
  for (const row of rows) {
    const damaged = damageOf(row, width);
    if (damaged) {
      fail(row, damaged);
      continue;
    }
    const url = cell(row, 'Image Src');
    const refused = url.length > 2_048 ? 'is longer than 2048 characters' : refuseImageUrl(url, imageHosts);
    if (url && images.length >= most.images) fail(row, `A product has at most ${most.images} images.`);
    else if (url && refused === null) images.push({ url, altText: cell(row, 'Image Alt Text').slice(0, 500) });
    else if (url) fail(row, { message: `Image Src ${refused}.`, code: 'URL_NOT_ALLOWED' });
    if (!cell(row, 'Variant Price') && !cell(row, 'Option1 Value')) continue;
    const variant = readVariant(handle, optionNames, row, currency);
    if ('code' in variant) fail(row, variant);
    else if (variants.some((v) => v.sku === variant.sku))
      fail(row, { message: `The SKU ${variant.sku} stands twice in this product.`, code: 'SKU_TAKEN' });
    else if (variants.length >= most.variants) fail(row, `A product has at most ${most.variants} variants.`);
    else variants.push(variant);
  }
  return { variants, images };
};

/** A SKU for a variant that the file gives none: the same one each time, and another one for each variant. */
const makeUpSku = (handle: string, options: Readonly<Record<string, string>>): string => {
  const whole = [toSlug(handle, 255), ...Object.values(options).map((value) => toSlug(value))].join('-');
  return whole.length <= 64 ? whole : `${whole.slice(0, 51)}-${createHash('sha256').update(whole).digest('hex').slice(0, 12)}`;
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
  const given = text('Variant SKU');
  if (given.length > 64) return malformed('Variant SKU is longer than 64 characters.');
  if (Object.values(options).some((value) => value.length > 255)) return malformed('An option value is longer than 255 characters.');
  const { columns } = row;
  return {
    line: row.line,
    sku: given || makeUpSku(handle, options),
    isSkuMadeUp: given === '',
    options: columns.has('Option1 Name') ? options : undefined,
    priceCents: prices.priceCents,
    compareAtPriceCents: columns.has('Variant Compare At Price') ? prices.compareAtPriceCents : undefined,
    weightGrams: columns.has('Variant Grams') ? Number.parseInt(grams, 10) || null : undefined,
    stock: columns.has('Variant Inventory Qty') ? Number(stock) : undefined,
  };
};

const malformed = (message: string): Refusal => ({ message, code: 'INVALID_INPUT' });

/** The price and the struck-out one by the same rules as everywhere; a file that strikes out nothing says so by no amount or by 0. */
const readPrices = (
  price: string,
  compareAt: string,
  currency: string,
): { priceCents: number; compareAtPriceCents: number | null } | Refusal => {
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
