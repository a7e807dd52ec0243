/** Reads Shopify's product CSV: rows of one handle form a product; the first carries its fields, each its variant or image. */
import { createHash } from 'node:crypto';
import {
  currency as currencySchema,
  nameText,
  price as priceSchema,
  productStatuses,
  sku as skuSchema,
  toMinorUnits,
  type ErrorCode,
} from '@cartwright/contracts';
import { DomainError, revealFormulas, storableText } from '../kernel/index.ts';
import { describeOptions, optionsKey } from './create-product.ts';
import { emptyFile, readHeader, readRows, type CsvFile, type CsvHeader, type CsvPlace, type CsvRow } from './csv.rows.ts';
import { refuseImageUrl } from './image.policy.ts';
import { toHandle, toSlug } from './slug.ts';

/** A variant of a file. What the file has no column for is undefined: the shop keeps what it has. */
export interface CsvVariant {
  readonly line: number;
  readonly sku: string;
  /** The file names none, so that this one is made from handle and options. */
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
  readonly status: ProductStatus | undefined;
  readonly variants: CsvVariant[];
  readonly images: { url: string; altText: string }[];
  /** Every row that is imported with the product, those of images alone included. */
  readonly rows: readonly { readonly line: number; readonly sku: string | null }[];
  /** What is left out of rows that are imported, and why. */
  readonly notes: readonly CsvNote[];
}
export interface CsvNote {
  readonly line: number;
  readonly message: string;
  /** The code of what was refused; null for news. */
  readonly code: ErrorCode | null;
}
export interface CsvProblem {
  readonly line: number;
  readonly handle: string;
  readonly sku: string | null;
  readonly message: string;
  /** The code that the same value is refused with elsewhere. */
  readonly code: ErrorCode;
}
/** Why a row, or a part of it, is refused. */
type Refusal = Pick<CsvProblem, 'message' | 'code'>;
/** The settings of the shop that apply to a file. */
export interface CsvTerms {
  /** The shop's currency, which prices of the file are in unless its column `Currency` says otherwise. */
  readonly currency: string;
  /** Hosts that images may lie on; empty for any public one. */
  readonly imageHosts: readonly string[];
}
/** The rows of one product: the parsed product and its problems. */
export interface CsvGroup {
  readonly product: CsvProduct | null;
  readonly problems: CsvProblem[];
  readonly rowCount: number;
  /** Where its last row ends. */
  readonly end: CsvPlace;
}

type ProductStatus = (typeof productStatuses)[number];
interface Row extends CsvRow {
  readonly columns: CsvHeader['columns'];
}
const required = ['Handle', 'Title', 'Variant Price'] as const;

/** The header of a file of products. Throws `INVALID_CSV` where it is none. */
const readProductHeader = async (file: CsvFile): Promise<CsvHeader> => {
  const header = await readHeader(file);
  const missing = required.filter((name) => !header.columns.has(name));
  if (missing.length > 0)
    throw new DomainError('INVALID_CSV', `The file has no column ${missing.join(', ')}. Export it in Shopify's product format.`, {
      details: { missing },
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

/** So many rows of a product are read. It can use 300 of them, for 250 variants and 50 images; the others are refused one by one. */
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
    const why = `${extent.rowCount} rows in succession have this Handle, and a product has at most ${mostRows}. None of them is imported, up to line ${extent.end.line}.`;
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

/** A cell without its padding, and without the apostrophes that keep spreadsheets from taking it for a formula. */
const cell = ({ cells, columns }: Pick<Row, 'cells' | 'columns'>, name: string): string =>
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

/** Columns of a product that become names. */
const names = ['Title', 'Vendor', 'Type', 'Option1 Name', 'Option2 Name', 'Option3 Name'] as const;
/** Whether a text of any length fits as a name by the rule of every other input; no text does. */
const isName = (text: string): boolean => text === '' || nameText(Number.MAX_SAFE_INTEGER).safeParse(text).success;
const noName = 'shows nothing, or has a control character or one that overrides the direction of text.';

const yes = /^(true|yes|1)$/i;
const no = /^(false|no|0)$/i;

/**
 * What the file says of a product's status; undefined where it says nothing. A product that either column hides is never
 * public: `Published` FALSE makes a draft of an active one, and so does a word that is none of those that are known.
 */
const statusOf = (
  status: string | null | undefined,
  published: string | null | undefined,
): { readonly status: ProductStatus | undefined; readonly note: string | null } => {
  if (!status && !published) return { status: undefined, note: null };
  const stated = productStatuses.find((known) => known === status?.toLowerCase());
  const draft = 'the product is imported as a draft.';
  if (status && !stated) return { status: 'draft', note: `Status "${status}" is not one of ${productStatuses.join(', ')}: ${draft}` };
  if (stated === 'draft' || stated === 'archived') return { status: stated, note: null };
  if (!published || yes.test(published)) return { status: stated ?? 'active', note: null };
  return { status: 'draft', note: no.test(published) ? null : `Published "${published}" is neither TRUE nor FALSE: ${draft}` };
};

const most = { variants: 250, images: 50, tags: 100 } as const;

/** Why a product is refused whole, from its first row; null when it is not. */
const refuseProduct = (first: Row, tags: readonly string[], optionNames: readonly (string | null)[]): string | null => {
  const tooLong = longest.find(([column, characters]) => cell(first, column).length > characters);
  if (tooLong) return `${tooLong[0]} is longer than ${tooLong[1]} characters.`;
  const unfit = names.find((column) => !isName(cell(first, column)));
  if (unfit) return `${unfit} ${noName}`;
  const twice = optionNames.findIndex((name, i) => name !== null && optionNames.indexOf(name) !== i);
  if (twice > 0)
    return `Option${optionNames.indexOf(optionNames[twice] ?? null) + 1} Name and Option${twice + 1} Name are both "${optionNames[twice]}".`;
  if (tags.length > most.tags) return `A product can have at most ${most.tags} tags.`;
  if (tags.some((tag) => tag.length > 100)) return 'A tag is longer than 100 characters.';
  return tags.every(isName) ? null : `A tag ${noName}`;
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
  const failed = new Set<number>();
  const fail = (row: Row, why: string | Refusal) => {
    failed.add(row.line);
    problems.push({ line: row.line, handle, sku: cell(row, 'Variant SKU') || null, ...(typeof why === 'string' ? malformed(why) : why) });
  };
  /** Fails what has not failed yet, so that no row of a refused product is without a word. */
  const failRest = (why: string) => {
    for (const row of rows) if (!failed.has(row.line)) fail(row, why);
    return null;
  };
  const damaged = damageOf(first, width);
  if (damaged) return failRest(damaged);
  const name = field('Title');
  if (!name) {
    fail(first, 'The first row of a product needs a Title.');
    return failRest('The product has no Title.');
  }
  const tags = tagsOf(cell(first, 'Tags'));
  const optionNames = [1, 2, 3].map((n) => cell(first, `Option${n} Name`) || null);
  const refused = refuseProduct(first, tags, optionNames);
  if (refused) return failRest(refused);
  const currency = cell(first, 'Currency') || ownCurrency;
  if (!currencySchema.safeParse(currency).success) return failRest(`Currency "${currency}" is not an ISO 4217 code such as EUR.`);
  const { status, note } = statusOf(field('Status'), field('Published'));
  const notes: CsvNote[] = note === null ? [] : [{ line: first.line, ...malformed(note) }];
  const { variants, images } = readVariants(handle, rows, optionNames, fail, notes, { currency, imageHosts, width });
  // The first row carries what is the product's: where it is refused, nothing of the product is written.
  if (failed.has(first.line)) return failRest(`The first row of this product, line ${first.line}, was refused.`);
  if (variants.length === 0) return failRest('The product has no row with a price that can be imported.');
  const kept = rows.filter(({ line }) => !failed.has(line));
  const skus = new Map(variants.map(({ line, sku }) => [line, sku]));
  return {
    line: first.line,
    handle,
    currency,
    name,
    description: field('Body (HTML)'),
    brand: field('Vendor'),
    category: field('Type'),
    tags: first.columns.has('Tags') ? tags : undefined,
    status,
    variants,
    images,
    rows: kept.map(({ line }) => ({ line, sku: skus.get(line) ?? null })),
    notes,
  };
};

type Terms = CsvTerms & Pick<CsvHeader, 'width'>;

/** Whether a row speaks of a variant; others bring an image only. */
const hasVariant = (row: Row): boolean => ['Variant Price', 'Option1 Value', 'Variant SKU'].some((name) => cell(row, name) !== '');

/** Variants and images of a product: each row brings one of each, or says why not. A row that fails brings neither. */
const readVariants = (
  handle: string,
  rows: readonly Row[],
  optionNames: readonly (string | null)[],
  fail: (row: Row, why: string | Refusal) => void,
  notes: CsvNote[],
  { currency, imageHosts, width }: Terms,
): Pick<CsvProduct, 'variants' | 'images'> => {
  const variants: CsvVariant[] = [];
  const images: CsvProduct['images'] = [];
  for (const row of rows) {
    const note = (why: Refusal) => void notes.push({ line: row.line, ...why });
    const damaged = damageOf(row, width);
    const variant = damaged === null && hasVariant(row) ? readVariant(handle, optionNames, row, currency, note) : null;
    const refused = damaged === null ? variant && ('code' in variant ? variant : refuseBeside(variant, variants)) : malformed(damaged);
    if (refused) {
      // What was left out of a row that is not imported at all is no news.
      for (let last = notes.at(-1); last?.line === row.line && row !== rows[0]; last = notes.at(-1)) notes.pop();
      fail(row, refused);
      continue;
    }
    if (variant && !('code' in variant))
      variants.push(
        variant.isSkuMadeUp && variants.some(({ sku }) => sku === variant.sku)
          ? { ...variant, sku: makeUpOtherSku(handle, variant.options ?? {}) }
          : variant,
      );
    readImage(row, images, imageHosts, note);
  }
  return { variants, images };
};

/** Why a variant cannot stand beside those before it; null when it can. */
const refuseBeside = (variant: CsvVariant, before: readonly CsvVariant[]): Refusal | null => {
  if (!variant.isSkuMadeUp && before.some(({ sku }) => sku === variant.sku))
    return { message: `The SKU ${variant.sku} appears twice in this product.`, code: 'SKU_TAKEN' };
  const { options } = variant;
  const twin = options && before.find((other) => other.options && optionsKey(other.options) === optionsKey(options));
  if (twin) return { message: `Line ${twin.line} has the same option values (${describeOptions(options)}).`, code: 'OPTIONS_TAKEN' };
  return before.length >= most.variants ? malformed(`A product can have at most ${most.variants} variants.`) : null;
};

/** Adds the image of a row, or notes why it is left out. */
const readImage = (row: Row, images: CsvProduct['images'], imageHosts: readonly string[], note: (why: Refusal) => void): void => {
  const url = cell(row, 'Image Src');
  if (!url) return;
  const refused = url.length > 2_048 ? 'is longer than 2048 characters' : refuseImageUrl(url, imageHosts);
  if (refused !== null) return note({ message: `The image was skipped: Image Src ${refused}.`, code: 'URL_NOT_ALLOWED' });
  if (images.length >= most.images) return note(malformed(`The image was skipped: a product can have at most ${most.images} images.`));
  const altText = cell(row, 'Image Alt Text');
  if (altText.length > 500) note(malformed('Image Alt Text was shortened to 500 characters.'));
  images.push({ url, altText: storableText(altText, 500) });
};

const wordsOf = (handle: string, options: Readonly<Record<string, string>>): string[] => [handle, ...Object.values(options)];
const joined = (words: readonly string[]): string => words.map((word) => toSlug(word, 255)).join('-');

/** A SKU for a variant that the file gives none: the same one each time, and another one where words differ in what a slug leaves out. */
const makeUpSku = (handle: string, options: Readonly<Record<string, string>>): string => {
  const words = wordsOf(handle, options);
  const isExact = words.every((word) => toSlug(word, 255) === word.toLowerCase().replaceAll(' ', '-'));
  return isExact && joined(words).length <= 255 ? joined(words) : makeUpOtherSku(handle, options);
};

/** The generated SKU for a variant when the plain one belongs to another variant: a digest makes it unique. */
export const makeUpOtherSku = (handle: string, options: Readonly<Record<string, string>>): string => {
  const words = wordsOf(handle, options);
  const digest = createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 12);
  return `${storableText(joined(words), 240)}-${digest}`;
};

/** A variant, or why the row is none. */
const readVariant = (
  handle: string,
  optionNames: readonly (string | null)[],
  row: Row,
  currency: string,
  note: (why: Refusal) => void,
): CsvVariant | Refusal => {
  const text = (name: string) => cell(row, name);
  const prices = readPrices(text('Variant Price'), text('Variant Compare At Price'), currency);
  if ('code' in prices) return prices;
  const stock = text('Variant Inventory Qty') || '0';
  if (!/^\d{1,8}$/.test(stock)) return malformed(`Variant Inventory Qty "${stock}" is not a whole number of 0 or more.`);
  const grams = text('Variant Grams') || '0';
  if (!/^\d{1,8}(\.0+)?$/.test(grams)) return malformed(`Variant Grams "${grams}" is not a whole number.`);
  const pairs = optionNames.flatMap((name, i): [string, string][] => {
    const value = text(`Option${i + 1} Value`);
    if (value && !name && !(i === 0 && value === 'Default Title'))
      note(malformed(`Option${i + 1} Value "${value}" was skipped: the product has no Option${i + 1} Name.`));
    return name && value && !(name === 'Title' && value === 'Default Title') ? [[name, value]] : [];
  });
  // Not by assignment, which would take an option called __proto__ for something else.
  const options = Object.fromEntries(pairs);
  const given = text('Variant SKU');
  if (given.length > 255) return malformed('Variant SKU is longer than 255 characters.');
  if (given !== '' && !skuSchema.safeParse(given).success) return malformed('Variant SKU shows nothing, or has a control character.');
  if (pairs.some(([, value]) => value.length > 255)) return malformed('An option value is longer than 255 characters.');
  if (!pairs.every(([, value]) => isName(value))) return malformed(`An option value ${noName}`);
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
