/** The variant and the image of each row of a product: what its columns mean, their defaults, and why a row is refused. */
import { createHash } from 'node:crypto';
import { price as priceSchema, sku as skuSchema, toDecimal, toMinorUnits } from '@cartwright/contracts';
import { describeOptions, optionsKey, ownOptions, refuseImageUrl, toSlug } from '../catalog/index.ts';
import { storableText, takenRefusal } from '../kernel/index.ts';
import { cell, damageOf, isName, malformed, noName, type CsvNote, type CsvTerms, type Refusal, type Row } from './csv.cells.ts';
import type { CsvHeader } from './csv.rows.ts';

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
export interface CsvImage {
  readonly url: string;
  readonly altText: string;
}
export type Terms = CsvTerms & Pick<CsvHeader, 'width'>;

const most = { variants: 250, images: 50 } as const;

/** Whether a row has a variant; others have an image only. */
const hasVariant = (row: Row): boolean => ['Variant Price', 'Option1 Value', 'Variant SKU'].some((name) => cell(row, name) !== '');

/** The variants and images of a product: each row has one of each, or a reason why not. A failed row has neither. */
export const readVariants = (
  handle: string,
  rows: readonly Row[],
  optionNames: readonly (string | null)[],
  fail: (row: Row, why: string | Refusal) => void,
  notes: CsvNote[],
  { currency, imageHosts, width }: Terms,
): { readonly variants: CsvVariant[]; readonly images: CsvImage[] } => {
  const variants: CsvVariant[] = [];
  const images: CsvImage[] = [];
  for (const row of rows) {
    const note = (why: Refusal) => void notes.push({ line: row.line, ...why });
    const damaged = damageOf(row, width);
    const variant = damaged === null && hasVariant(row) ? readVariant(handle, optionNames, row, currency, note) : null;
    const refused = damaged === null ? variant && ('code' in variant ? variant : refuseDuplicate(variant, variants)) : malformed(damaged);
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
const refuseDuplicate = (variant: CsvVariant, before: readonly CsvVariant[]): Refusal | null => {
  if (!variant.isSkuMadeUp && before.some(({ sku }) => sku === variant.sku))
    return takenRefusal('SKU_TAKEN', `The SKU ${variant.sku} appears twice in this product.`, 'Give each variant its own SKU.');
  const { options } = variant;
  const twin = options && before.find((other) => other.options && optionsKey(other.options) === optionsKey(options));
  if (twin) return takenRefusal('OPTIONS_TAKEN', `Line ${twin.line} has the same option values (${describeOptions(options)}).`, ownOptions);
  return before.length >= most.variants ? malformed(`A product can have at most ${most.variants} variants.`) : null;
};

/** Adds the image of a row, or notes why it is skipped. */
const readImage = (row: Row, images: CsvImage[], imageHosts: readonly string[], note: (why: Refusal) => void): void => {
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

/**
 * Generates a SKU for a variant without one: the same each time, and a different one when options differ in characters that a
 * slug omits.
 */
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

/** Price and compare-at price by the same rules as everywhere; an empty or zero compare-at price means none. */
const readPrices = (
  price: string,
  compareAt: string,
  currency: string,
): { priceCents: number; compareAtPriceCents: number | null } | Refusal => {
  const priceCents = toPrice(price, currency);
  if (priceCents === null) return impossible(noAmount('Variant Price', price, currency));
  const before = compareAt === '' ? 0 : toPrice(compareAt, currency);
  if (before === null) return impossible(noAmount('Variant Compare At Price', compareAt, currency));
  if (before === 0) return { priceCents, compareAtPriceCents: null };
  if (before < priceCents) return impossible(`Variant Compare At Price ${compareAt} is below Variant Price ${price}.`);
  return { priceCents, compareAtPriceCents: before };
};

const noAmount = (column: string, given: string, currency: string): string =>
  `${column} "${given}" is not a price in ${currency}. Write it like ${toDecimal(1_999, currency)}.`;

const impossible = (message: string): Refusal => ({ message, code: 'INVALID_PRICE' });

const toPrice = (amount: string, currency: string): number | null => priceSchema.safeParse(toMinorUnits(amount, currency)).data ?? null;
