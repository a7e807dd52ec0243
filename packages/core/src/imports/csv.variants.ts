/** The variant and the image of each row of a product: what its columns mean, their defaults, and every reason why a row is refused. */
import { createHash } from 'node:crypto';
import { currencyExponent, price as priceSchema, sku as skuSchema, toDecimal, toMinorUnits } from '@cartwright/contracts';
import { describeOptions, optionsKey, ownOptions, refuseImageUrl, toSlug } from '../catalog/index.ts';
import { storableText, takenRefusal } from '../kernel/index.ts';
import {
  cell,
  columnOf,
  hasColumn,
  isName,
  malformed,
  noName,
  toPlainNumber,
  whyNoNumber,
  type CsvNote,
  type CsvTerms,
  type Refusal,
  type Row,
} from './csv.cells.ts';
import type { ProductField } from './csv.layout.ts';
import { readMetadata, type CsvMetadata } from './csv.metadata.ts';

/** A variant of a file. A value without a column in the file is undefined: the shop keeps its value. */
export interface CsvVariant {
  readonly line: number;
  readonly sku: string;
  /** The file has no SKU, so this one is generated. */
  readonly isSkuMadeUp: boolean;
  /** Another row of the product has the same SKU. */
  readonly isSkuShared: boolean;
  readonly options: Record<string, string> | undefined;
  readonly priceCents: number;
  readonly compareAtPriceCents: number | null | undefined;
  readonly weightGrams: number | null | undefined;
  readonly barcode: string | null | undefined;
  readonly costCents: number | null | undefined;
  /** Address of its image, which is one of the product's. */
  readonly imageUrl: string | null | undefined;
  readonly metadata: CsvMetadata | undefined;
  /** May be below 0; `toWhole` decides what that means. */
  readonly stock: number | undefined;
  /** How many units may be sold before they arrive. */
  readonly backorderLimit: number | undefined;
}
export interface CsvImage {
  readonly url: string;
  readonly altText: string;
}

const most = { variants: 250, images: 50 } as const;
/** Backorder limit of a variant that the file sells when it is sold out. */
const soldWithoutStock = 10_000;

/** Whether a row has a variant; others have an image only. */
const hasVariant = (row: Row): boolean => (['price', 'option1Value', 'sku'] as const).some((field) => cell(row, field) !== '');

/** Says why a row, or a value of it, is refused. */
type Refuse = (row: Row, why: string | Refusal) => void;
/** Says what is skipped or changed in a row. */
type Note = (why: Refusal) => void;

/** The variants and images of a product. Calls `refuse` for each reason to refuse a row. */
export const readVariants = (
  handle: string,
  rows: readonly Row[],
  optionNames: readonly (string | null)[],
  refuse: Refuse,
  notes: CsvNote[],
  { currency, imageHosts }: CsvTerms,
): { readonly variants: CsvVariant[]; readonly images: CsvImage[] } => {
  const variants: CsvVariant[] = [];
  const placed: { readonly image: CsvImage; readonly position: number }[] = [];
  const known = new Set<string>();
  for (const row of rows) {
    const note: Note = (why) => void notes.push({ line: row.line, ...why });
    const addImage = (field: 'image' | 'variantImage', altText: string) => {
      const url = readImageUrl(row, field, imageHosts, note);
      if (url === null || known.has(url)) return url;
      if (known.size >= most.images) {
        note(malformed(`The image was skipped: a product can have at most ${most.images} images.`));
        return null;
      }
      known.add(url);
      placed.push({ image: { url, altText: storableText(altText, 500) }, position: positionOf(row, field) });
      return url;
    };
    const altText = cell(row, 'imageText');
    if (altText.length > 500) note(malformed(`${columnOf(row, 'imageText')} was shortened to 500 characters.`));
    addImage('image', altText);
    if (!hasVariant(row)) continue;
    const imageUrl = addImage('variantImage', '');
    const variant = readVariant(handle, optionNames, row, currency, (why) => refuse(row, why), note);
    if (variant)
      variants.push({ ...withOtherSku(handle, variant, variants), imageUrl: hasColumn(row, 'variantImage') ? imageUrl : undefined });
    const taken = variant && refuseDuplicate(variant, variants.slice(0, -1));
    if (taken) refuse(row, taken);
  }
  const isShared = ({ sku }: CsvVariant) => variants.filter((other) => other.sku === sku).length > 1;
  return {
    variants: variants.map((variant) => ({ ...variant, isSkuShared: isShared(variant) })),
    images: placed.toSorted((a, b) => a.position - b.position).map(({ image }) => image),
  };
};

/** Images come in the order of their positions; those without one in the order of the file, after the others. */
const positionOf = (row: Row, field: 'image' | 'variantImage'): number => {
  const position = cell(row, 'imagePosition');
  return field === 'image' && /^\d{1,4}$/.test(position) ? Number(position) : Number.MAX_SAFE_INTEGER;
};

/** Another generated SKU for a variant whose generated SKU an earlier one of the product has. */
const withOtherSku = (handle: string, variant: CsvVariant, before: readonly CsvVariant[]): CsvVariant =>
  variant.isSkuMadeUp && before.some(({ sku }) => sku === variant.sku)
    ? { ...variant, sku: makeUpOtherSku(handle, variant.options ?? {}) }
    : variant;

/** The note on a SKU that belongs to another variant. */
export const replacedSku = (given: string, owner: string, sku: string): Refusal =>
  takenRefusal('SKU_TAKEN', `The SKU ${given} belongs to ${owner}.`, `This variant was given the SKU ${sku}.`);

/** Why a variant conflicts with those before it; null when it does not. */
const refuseDuplicate = ({ options }: CsvVariant, before: readonly CsvVariant[]): Refusal | null => {
  const twin = options && before.find((other) => other.options && optionsKey(other.options) === optionsKey(options));
  if (twin) return takenRefusal('OPTIONS_TAKEN', `Line ${twin.line} has the same option values (${describeOptions(options)}).`, ownOptions);
  return before.length >= most.variants ? malformed(`A product can have at most ${most.variants} variants.`) : null;
};

/** The address of an image; null when there is none, or when it is skipped with a note. */
const readImageUrl = (row: Row, field: 'image' | 'variantImage', imageHosts: readonly string[], note: Note): string | null => {
  const url = cell(row, field);
  if (!url) return null;
  const refused = url.length > 2_048 ? 'is longer than 2048 characters' : refuseImageUrl(url, imageHosts);
  if (refused === null) return url;
  note({ message: `The image was skipped: ${columnOf(row, field)} ${refused}.`, code: 'URL_NOT_ALLOWED' });
  return null;
};

const wordsOf = (handle: string, options: Readonly<Record<string, string>>): string[] => [handle, ...Object.values(options)];
const joined = (words: readonly string[]): string => words.map((word) => toSlug(word, 255)).join('-');
const digestOf = (words: readonly string[], characters: number): string =>
  createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, characters);

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
  return `${storableText(joined(words), 240)}-${digestOf(words, 12)}`;
};

/** The SKU of a file with a digest that makes it this variant's own: the same each time. */
export const toOwnSku = (sku: string, handle: string, options: Readonly<Record<string, string>>): string =>
  `${storableText(sku, 240)}-${digestOf([sku, ...wordsOf(handle, options)], 8)}`;

/** Reads a variant; null when it is refused. */
const readVariant = (
  handle: string,
  optionNames: readonly (string | null)[],
  row: Row,
  currency: string,
  refuse: (why: string | Refusal) => void,
  note: Note,
): CsvVariant | null => {
  const prices = readPrices(row, currency, refuse, note);
  const options = readOptions(row, optionNames, refuse, note);
  const given = cell(row, 'sku');
  if (given.length > 255) refuse(`${columnOf(row, 'sku')} is longer than 255 characters.`);
  else if (given !== '' && !skuSchema.safeParse(given).success)
    refuse(`${columnOf(row, 'sku')} shows nothing, or has a control character.`);
  const weightGrams = readWhole(row, 'weight', 'a weight in grams', refuse, note);
  const stock = readWhole(row, 'stock', 'a number of units', refuse, note);
  const backorderLimit = readBackorderLimit(row, refuse, note);
  if (hasColumn(row, 'tracker') && cell(row, 'tracker') === '' && backorderLimit !== soldWithoutStock)
    note(
      malformed(
        `${columnOf(row, 'tracker')} is empty, but the shop counts the units of every variant: this one has ${Math.max(0, stock ?? 0)}.`,
      ),
    );
  if (!prices || !options || weightGrams === null || stock === null || backorderLimit === null) return null;
  return {
    line: row.line,
    sku: given || makeUpSku(handle, options),
    isSkuMadeUp: given === '',
    isSkuShared: false,
    options: hasColumn(row, 'option1Name') ? options : undefined,
    priceCents: prices.priceCents,
    compareAtPriceCents: hasColumn(row, 'compareAtPrice') ? prices.compareAtPriceCents : undefined,
    weightGrams: hasColumn(row, 'weight') ? weightGrams || null : undefined,
    barcode: hasColumn(row, 'barcode') ? readBarcode(row, note) : undefined,
    costCents: hasColumn(row, 'cost') ? readCost(row, currency, note) : undefined,
    imageUrl: undefined,
    metadata: readMetadata(row, 'variant', (message) => note(malformed(message))),
    stock: hasColumn(row, 'stock') ? stock : undefined,
    backorderLimit,
  };
};

const optionFields = ['option1Value', 'option2Value', 'option3Value'] as const;
const optionNameFields = ['option1Name', 'option2Name', 'option3Name'] as const;

/** The options of a row; null when a value is refused. */
const readOptions = (
  row: Row,
  optionNames: readonly (string | null)[],
  refuse: (why: string | Refusal) => void,
  note: Note,
): Record<string, string> | null => {
  const pairs = optionFields.flatMap((field, i): [string, string][] => {
    const [name, value] = [optionNames[i] ?? null, cell(row, field)];
    if (value && !name && !(i === 0 && value === 'Default Title'))
      note(
        malformed(
          `${columnOf(row, field)} "${value}" was skipped: the product has no ${columnOf(row, optionNameFields[i] ?? 'option1Name')}.`,
        ),
      );
    return name && value && !(name === 'Title' && value === 'Default Title') ? [[name, value]] : [];
  });
  const tooLong = pairs.some(([, value]) => value.length > 255);
  const unfit = !pairs.every(([, value]) => isName(value));
  if (tooLong) refuse('An option value is longer than 255 characters.');
  if (unfit) refuse(`An option value ${noName}`);
  // Not by assignment, which would treat an option called __proto__ as the prototype.
  return tooLong || unfit ? null : Object.fromEntries(pairs);
};

/** A whole number. Decimals are rounded, with a note; null when the cell is refused. */
const readWhole = (
  row: Row,
  field: 'weight' | 'stock' | 'backorderLimit',
  what: string,
  refuse: (why: string | Refusal) => void,
  note: Note,
): number | null => {
  const text = cell(row, field);
  if (text === '') return 0;
  const plain = toPlainNumber(text, row.layout);
  const given = plain === null ? Number.NaN : Number(plain);
  if (!(Math.abs(given) < 100_000_000)) {
    refuse(`${columnOf(row, field)} "${text}" ${whyNoNumber(text, row.layout, what)}. Write it like 120.`);
    return null;
  }
  // Units are never rounded up: nobody has the part of a unit.
  const whole = field === 'weight' ? Math.round(given) : Math.floor(given);
  if (whole !== given) note(malformed(`${columnOf(row, field)} ${text} was rounded to ${whole}.`));
  if (whole >= 0 || field === 'stock') return whole;
  refuse(`${columnOf(row, field)} "${text}" is below 0.`);
  return null;
};

/** How many units may be sold before they arrive; undefined when the file does not say. */
const readBackorderLimit = (row: Row, refuse: (why: string | Refusal) => void, note: Note): number | null | undefined => {
  if (hasColumn(row, 'backorderLimit')) return readWhole(row, 'backorderLimit', 'a number of units', refuse, note);
  if (!hasColumn(row, 'soldOutPolicy')) return undefined;
  return /^continue$/i.test(cell(row, 'soldOutPolicy')) ? soldWithoutStock : 0;
};

const longestBarcode = 100;

/** Undefined for a barcode that is skipped: the shop keeps its own. */
const readBarcode = (row: Row, note: Note): string | null | undefined => {
  const text = cell(row, 'barcode');
  if (text === '') return null;
  if (text.length <= longestBarcode && isName(text)) return text;
  const why = text.length > longestBarcode ? `is longer than ${longestBarcode} characters.` : noName;
  note(malformed(`${columnOf(row, 'barcode')} was skipped: it ${why}`));
  return undefined;
};

/** Undefined for a cost that is skipped: the shop keeps its own. */
const readCost = (row: Row, currency: string, note: Note): number | null | undefined => {
  const text = cell(row, 'cost');
  if (text === '') return null;
  const costCents = toPrice(row, 'cost', currency);
  if (costCents !== null) return costCents;
  note(impossible(`${noAmount(row, 'cost', currency)} The cost was skipped.`));
  return undefined;
};

/**
 * Price and compare-at price; null when one of them is refused. An empty compare-at price, one of zero, and one below the price mean none,
 * the last with a note.
 */
const readPrices = (
  row: Row,
  currency: string,
  refuse: (why: Refusal) => void,
  note: Note,
): { priceCents: number; compareAtPriceCents: number | null } | null => {
  const priceCents = toPrice(row, 'price', currency);
  if (priceCents === null) refuse(impossible(noAmount(row, 'price', currency)));
  const compareAt = cell(row, 'compareAtPrice');
  const before = compareAt === '' ? 0 : toPrice(row, 'compareAtPrice', currency);
  if (before === null) refuse(impossible(noAmount(row, 'compareAtPrice', currency)));
  if (priceCents === null || before === null) return null;
  if (before > 0 && before < priceCents)
    note(
      impossible(
        `${columnOf(row, 'compareAtPrice')} ${compareAt} was skipped: it is below ${columnOf(row, 'price')} ${cell(row, 'price')}.`,
      ),
    );
  return { priceCents, compareAtPriceCents: before >= priceCents && before > 0 ? before : null };
};

const noAmount = (row: Row, field: ProductField, currency: string): string => {
  const text = cell(row, field);
  const why = whyNoNumber(text, readingOf(text, row, currency), `a price in ${currency}`);
  return `${columnOf(row, field)} "${text}" ${why}. Write it like ${toDecimal(1_999, currency)}.`;
};

const impossible = (message: string): Refusal => ({ message, code: 'INVALID_PRICE' });

/** The currency in front of or behind an amount, in its own signs only. */
const withoutCurrency = (amount: string, currency: string): string => {
  const sign = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
    .formatToParts(0)
    .find(({ type }) => type === 'currency')?.value;
  const own = [currency, ...(sign ? [sign] : [])].find((mark) => amount.startsWith(mark) || amount.endsWith(mark));
  return own === undefined ? amount : amount.replace(own, '').trim();
};

/** Whether a comma in a price may begin decimals. In currencies with three of them, three digits behind a comma always may: `1,234` KWD. */
const readingOf = (text: string, { layout }: Row, currency: string): { readonly hasDecimalComma: boolean } => ({
  hasDecimalComma: layout.hasDecimalComma || (currencyExponent(currency) === 3 && /^\D*\d{1,3},\d{3}\D*$/.test(text)),
});

const toPrice = (row: Row, field: ProductField, currency: string): number | null => {
  const text = cell(row, field);
  const reading = readingOf(text, row, currency);
  const plain = toPlainNumber(text, reading) ?? toPlainNumber(withoutCurrency(text, currency), reading);
  return plain === null ? null : (priceSchema.safeParse(toMinorUnits(plain, currency)).data ?? null);
};
