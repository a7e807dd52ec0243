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
import { describeOptions, optionsKey, ownOptions, refuseImageUrl, toHandle, toSlug } from '../catalog/index.ts';
import { DomainError, revealFormulas, storableText, takenRefusal } from '../kernel/index.ts';
import { emptyFile, readHeader, readRows, type CsvFile, type CsvHeader, type CsvPlace, type CsvRow } from './csv.rows.ts';

/** A variant of a file. A value without a column in the file is undefined: the shop keeps its value. */
export interface CsvVariant {
  readonly line: number;
  readonly sku: string;
  /** The file has no SKU, so this one is generated from handle and options. */
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
  /** The currency of its prices. */
  readonly currency: string;
  readonly name: string;
  readonly description: string | null | undefined;
  readonly brand: string | null | undefined;
  readonly category: string | null | undefined;
  readonly tags: string[] | undefined;
  readonly status: ProductStatus | undefined;
  readonly variants: CsvVariant[];
  readonly images: { url: string; altText: string }[];
  /** Every row that is imported with the product, including those with an image only. */
  readonly rows: readonly { readonly line: number; readonly sku: string | null }[];
  /** What is skipped in imported rows, and why. */
  readonly notes: readonly CsvNote[];
}
export interface CsvNote {
  readonly line: number;
  readonly message: string;
  /** The code of the refusal; null for a plain note. */
  readonly code: ErrorCode | null;
}
export interface CsvProblem {
  readonly line: number;
  readonly handle: string;
  readonly sku: string | null;
  readonly message: string;
  /** The code with which other calls refuse the same value. */
  readonly code: ErrorCode;
}
/** Why a row, or a part of it, is refused. */
type Refusal = Pick<CsvProblem, 'message' | 'code'>;
/** The settings of the shop that apply to a file. */
export interface CsvTerms {
  /** The currency of prices in the file unless its column `Currency` says otherwise. */
  readonly currency: string;
  /** Allowed hosts of images; empty for any public host. */
  readonly imageHosts: readonly string[];
}
/** The rows of one product: the parsed product and its problems. */
export interface CsvGroup {
  readonly product: CsvProduct | null;
  readonly problems: CsvProblem[];
  readonly rowCount: number;
  /** The end of its last row. */
  readonly end: CsvPlace;
}

type ProductStatus = (typeof productStatuses)[number];
interface Row extends CsvRow {
  readonly columns: CsvHeader['columns'];
}
const required = ['Handle', 'Title', 'Variant Price'] as const;

/** The header of a product file. Throws `INVALID_CSV` when the file is not one. */
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

/** A cell without padding, and without the apostrophe that keeps spreadsheets from running it as a formula. */
const cell = ({ cells, columns }: Pick<Row, 'cells' | 'columns'>, name: string): string =>
  revealFormulas(cells[columns.get(name) ?? -1]?.replaceAll('\0', '').trim() ?? '');

/** Why a row cannot be read; null when it can. */
const damageOf = ({ cells }: Row, width: number): string | null => {
  if (cells.slice(width).some((extra) => extra.trim() !== ''))
    return `The row has ${cells.length} cells, and the header ${width}: a text with a separator in it stands in quotes.`;
  return cells.some((text) => text.includes('\uFFFD')) ? 'The row has characters that are not UTF-8. Save the file as CSV UTF-8.' : null;
};

/** The longest permitted text in each column of a product. */
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
/** Whether a text of any length is a valid name by the rule of every other input; an empty text is. */
const isName = (text: string): boolean => text === '' || nameText(Number.MAX_SAFE_INTEGER).safeParse(text).success;
const noName = 'shows nothing, or has a control character or one that overrides the direction of text.';

const yes = /^(true|yes|1)$/i;
const no = /^(false|no|0)$/i;

/**
 * The status of a product by the file; undefined when the file has none. A product that either column hides is never
 * public: `draft` and `archived` stay, and otherwise `Published` FALSE or an unknown word in either column gives a
 * draft.
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

/** The reason in its first row to refuse a product as a whole; null when there is none. */
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
  /** Fails the remaining rows, so that every row of a refused product has a message. */
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
  // The first row carries the fields of the product: when it is refused, nothing of the product is written.
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

/** Whether a row has a variant; others have an image only. */
const hasVariant = (row: Row): boolean => ['Variant Price', 'Option1 Value', 'Variant SKU'].some((name) => cell(row, name) !== '');

/** The variants and images of a product: each row has one of each, or a reason why not. A failed row has neither. */
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
      // Notes on skipped parts are dropped for a row that is not imported at all.
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

/** Why a variant conflicts with those before it; null when it does not. */
const refuseBeside = (variant: CsvVariant, before: readonly CsvVariant[]): Refusal | null => {
  if (!variant.isSkuMadeUp && before.some(({ sku }) => sku === variant.sku))
    return takenRefusal('SKU_TAKEN', `The SKU ${variant.sku} appears twice in this product.`, 'Give each variant its own SKU.');
  const { options } = variant;
  const twin = options && before.find((other) => other.options && optionsKey(other.options) === optionsKey(options));
  if (twin) return takenRefusal('OPTIONS_TAKEN', `Line ${twin.line} has the same option values (${describeOptions(options)}).`, ownOptions);
  return before.length >= most.variants ? malformed(`A product can have at most ${most.variants} variants.`) : null;
};

/** Adds the image of a row, or notes why it is skipped. */
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

/** Generates a SKU for a variant without one: the same each time, and a different one when options differ in characters that a slug omits. */
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

/** Reads a variant, or the reason why the row has none. */
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
  // Not by assignment, which would treat an option called __proto__ as the prototype.
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

/** Price and compare-at price by the same rules as everywhere; an empty or zero compare-at price means none. */
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
