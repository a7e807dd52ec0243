/** The variant and the image of each row of a product: what its columns mean, their defaults, and every reason why a row is refused. */
import { longestTexts, mostOfProduct, sku as skuSchema } from '@cartwright/contracts';
import { z } from 'zod';
import { describeOptions, optionsKey, ownOptions, refuseImageUrl } from '../catalog/index.ts';
import { storableText, takenRefusal } from '../kernel/index.ts';
import { readCost, readPrice, readWhole } from './csv.amounts.ts';
import { cell, columnOf, hasColumn, isName, jsonIn, noName, type CsvTerms, type Refusal, type Row } from './csv.cells.ts';
import { optionNameFields, optionValueFields } from './csv.layout.ts';
import { readMetadata } from './csv.metadata.ts';
import type { CsvImage, CsvVariant, WithdrawnVariant } from './parsed-product.ts';
import { isHiddenBy, readYesOrNo } from './yes-or-no.ts';

/** Backorder limit of a variant that the file sells when it is sold out. */
const soldWithoutStock = 10_000;

/** What Shopify writes as the option of a product without options. */
export const isDefault = (name: string, value: string): boolean => name === 'Title' && value === 'Default Title';

/** Whether a row has a variant; others have an image only. */
const hasVariant = (row: Row): boolean =>
  (['price', 'option1Value', 'variantOptions', 'sku'] as const).some((field) => cell(row, field) !== '');

const isHidden = (row: Row): boolean => isHiddenBy(cell(row, 'published'), cell(row, 'status'));
/** Whether a row hides its variant, and the first row does not hide the product. */
const isHiddenApart = (row: Row, first: Row): boolean => row !== first && isHidden(row) && !isHidden(first);

/** The variants and images of a product. Refuses each row that is invalid. */
export const readVariants = (
  rows: readonly Row[],
  optionNames: readonly (string | null)[],
  terms: CsvTerms,
): { readonly variants: CsvVariant[]; readonly withdrawn: WithdrawnVariant[]; readonly images: CsvImage[] } => {
  const variants: CsvVariant[] = [];
  const withdrawn: WithdrawnVariant[] = [];
  const images = createImages(terms);
  // Images of variants come after those of the product: most are among them, with their texts and positions.
  for (const row of rows) {
    const altText = cell(row, 'imageText');
    if (altText.length > longestTexts.imageText)
      row.note(`${columnOf(row, 'imageText')} is shortened to ${longestTexts.imageText} characters.`);
    images.add(row, 'image', altText);
  }
  for (const row of rows.filter((one) => !one.isWithdrawn && !hasVariant(one) && cell(one, 'variantImage') !== '')) {
    images.add(row, 'variantImage', '');
    row.note(`The row has no variant: its ${columnOf(row, 'variantImage')} is an image of the product only.`);
  }
  for (const row of rows.filter((one) => one.isWithdrawn || hasVariant(one))) {
    if (row.isWithdrawn || isHiddenApart(row, rows[0] ?? row)) {
      withdrawn.push({ line: row.line, sku: cell(row, 'sku'), options: readOptions(row, optionNames) ?? {} });
      continue;
    }
    const imageUrl = images.add(row, 'variantImage', '');
    const variant = readVariant(row, optionNames, terms);
    if (!variant) continue;
    const taken = refuseDuplicate(variant, variants);
    if (taken) row.refuse(taken);
    variants.push({ ...variant, imageUrl: hasColumn(row, 'variantImage') ? imageUrl : undefined });
  }
  return { variants, withdrawn, images: images.inOrder() };
};

/** Collects the images of a product, each address once. */
const createImages = ({ imageHosts }: CsvTerms) => {
  const placed: { readonly image: CsvImage; readonly position: number }[] = [];
  const known = new Set<string>();
  return {
    /** Returns the address in the row; null when there is none, or when it is skipped. */
    add: (row: Row, field: ImageField, altText: string): string | null => {
      const url = readImageUrl(row, field, imageHosts);
      if (url === null || known.has(url)) return url;
      if (known.size >= mostOfProduct.images) {
        row.note(`The image is skipped: a product can have at most ${mostOfProduct.images} images.`);
        return null;
      }
      known.add(url);
      placed.push({ image: { url, altText: storableText(altText, longestTexts.imageText) }, position: positionOf(row, field) });
      return url;
    },
    inOrder: (): CsvImage[] => placed.toSorted((a, b) => a.position - b.position).map(({ image }) => image),
  };
};
type ImageField = 'image' | 'variantImage';

/** Images come in the order of their positions; those without one in the order of the file, after the others. */
const positionOf = (row: Row, field: ImageField): number => {
  const position = cell(row, 'imagePosition');
  return field === 'image' && /^\d{1,4}$/.test(position) ? Number(position) : Number.MAX_SAFE_INTEGER;
};

/** What to do about one SKU in two rows of a product. */
export const ownSku = 'Remove one of the lines, or give each variant its own SKU.';

/** Why a variant conflicts with those before it; null when it does not. */
const refuseDuplicate = ({ sku, options }: CsvVariant, before: readonly CsvVariant[]): Refusal | null => {
  const twin = options && before.find((other) => other.options && optionsKey(other.options) === optionsKey(options));
  if (twin && sku !== '' && twin.sku === sku)
    return takenRefusal(
      'SKU_TAKEN',
      `Line ${twin.line} has the same SKU ${sku}.`,
      'Remove one of the lines, or give each variant its own SKU.',
    );
  if (twin) return takenRefusal('OPTIONS_TAKEN', `Line ${twin.line} has the same option values (${describeOptions(options)}).`, ownOptions);
  return before.length >= mostOfProduct.variants
    ? { message: `A product can have at most ${mostOfProduct.variants} variants.`, code: 'INVALID_INPUT' }
    : null;
};

/** The address of an image; null when there is none, or when it is skipped with a note. */
const readImageUrl = (row: Row, field: ImageField, imageHosts: readonly string[]): string | null => {
  const url = cell(row, field);
  if (!url) return null;
  const refused =
    url.length > longestTexts.imageUrl ? `is longer than ${longestTexts.imageUrl} characters` : refuseImageUrl(url, imageHosts);
  if (refused === null) return url;
  row.note({ message: `The image is skipped: ${columnOf(row, field)} ${refused}.`, code: 'URL_NOT_ALLOWED' });
  return null;
};

/** Reads a variant; null when it is refused. */
const readVariant = (row: Row, optionNames: readonly (string | null)[], { currency }: CsvTerms): CsvVariant | null => {
  const priceCents = readPrice(row, 'price', currency);
  const compareAtPriceCents = cell(row, 'compareAtPrice') === '' ? 0 : readPrice(row, 'compareAtPrice', currency);
  const options = readOptions(row, optionNames);
  const sku = cell(row, 'sku');
  if (sku.length > longestTexts.sku) row.refuse(`${columnOf(row, 'sku')} is longer than ${longestTexts.sku} characters.`);
  else if (sku !== '' && !skuSchema.safeParse(sku).success)
    row.refuse(`${columnOf(row, 'sku')} shows nothing, or has a control character.`);
  const weightGrams = readWhole(row, 'weight', 'a weight in grams');
  const stock = readWhole(row, 'stock', 'a number of units');
  const policy = readSoldOutPolicy(row);
  const backorderLimit = cell(row, 'backorderLimit') === '' ? policy.backorderLimit : readWhole(row, 'backorderLimit', 'a number of units');
  if (priceCents === null || compareAtPriceCents === null) return null;
  if (!options || weightGrams === null || stock === null || backorderLimit === null) return null;
  return {
    line: row.line,
    sku,
    isSkuGenerated: sku === '',
    isSkuShared: false,
    options: hasColumn(row, 'option1Name') || hasColumn(row, 'variantOptions') ? options : undefined,
    priceCents,
    // A compare-at price of zero means none.
    compareAtPriceCents: hasColumn(row, 'compareAtPrice') ? compareAtPriceCents || null : undefined,
    weightGrams: !hasColumn(row, 'weight') ? undefined : cell(row, 'weight') === '' ? null : weightGrams,
    barcode: hasColumn(row, 'barcode') ? readBarcode(row) : undefined,
    costCents: hasColumn(row, 'cost') ? readCost(row, currency) : undefined,
    imageUrl: undefined,
    metadata: readMetadata(row, 'variant'),
    // An empty cell says nothing, as a file without the column.
    onHand: cell(row, 'stock') === '' ? undefined : stock,
    backorderLimit,
    backorderLimitIfNone: cell(row, 'backorderLimit') === '' ? policy.backorderLimitIfNone : undefined,
    isWithdrawn: undefined,
    tracked: hasColumn(row, 'tracker') ? cell(row, 'tracker') !== '' : undefined,
  };
};

/** The options of a row; null when a name or value is refused. */
const readOptions = (row: Row, optionNames: readonly (string | null)[]): Record<string, string> | null => {
  const pairs = cell(row, 'variantOptions') === '' ? pairsOf(row, optionNames) : readPairs(row);
  if (!pairs) return null;
  const options = new Map(pairs);
  const unfit = [
    ...(pairs.some(([, value]) => value.length > longestTexts.optionValue)
      ? [`An option value is longer than ${longestTexts.optionValue} characters.`]
      : []),
    ...(pairs.every(([, value]) => isName(value)) ? [] : [`An option value ${noName}`]),
    ...(cell(row, 'variantOptions') !== '' && options.size < pairs.length ? ['Two options have the same name.'] : []),
    // Names in columns of their own are those of the product, and are checked with it.
    ...(cell(row, 'variantOptions') === '' || pairs.every(([name]) => name.length <= longestTexts.optionName && isName(name))
      ? []
      : [`The name of an option is longer than ${longestTexts.optionName} characters, or ${noName}`]),
  ];
  for (const why of unfit) row.refuse(why);
  // Not by assignment, which would treat an option called __proto__ as the prototype.
  return unfit.length > 0 ? null : Object.fromEntries(options);
};

/** The options in the column of an export for what Shopify's columns cannot say: `[["Size","S"],["Color","Red"]]`. */
const optionPairs = z.array(z.tuple([z.string().trim().min(1), z.string().trim().min(1)]));

const readPairs = (row: Row): [string, string][] | null => {
  const pairs = optionPairs.safeParse(jsonIn(cell(row, 'variantOptions'))).data ?? null;
  if (!pairs) row.refuse(`${columnOf(row, 'variantOptions')} is not a JSON list of names and values such as [["Size","S"]].`);
  return pairs;
};

const pairsOf = (row: Row, optionNames: readonly (string | null)[]): [string, string][] =>
  optionValueFields.flatMap((field, i): [string, string][] => {
    const [name, value] = [optionNames[i] ?? null, cell(row, field)];
    if (value && !name && !(i === 0 && value === 'Default Title'))
      row.note(`${columnOf(row, field)} "${value}" is skipped: the product has no ${columnOf(row, optionNameFields[i] ?? 'option1Name')}.`);
    return name && value && !isDefault(name, value) ? [[name, value]] : [];
  });

/**
 * Whether more than the units on hand are sold. A file that says so without a number keeps the limit that the shop has set, and an empty
 * cell keeps whether they are.
 */
const readSoldOutPolicy = (row: Row): Pick<CsvVariant, 'backorderLimit' | 'backorderLimitIfNone'> => {
  const text = cell(row, 'soldOutPolicy');
  const isContinued = readYesOrNo(text);
  if (isContinued === null)
    row.note(`${columnOf(row, 'soldOutPolicy')} "${text}" is skipped: it is neither yes nor no, such as continue or deny.`);
  return { backorderLimit: isContinued === false ? 0 : undefined, backorderLimitIfNone: isContinued ? soldWithoutStock : undefined };
};

/** Undefined for a barcode that is skipped: the shop keeps its own. */
const readBarcode = (row: Row): string | null | undefined => {
  const text = cell(row, 'barcode');
  if (text === '') return null;
  // What spreadsheets make of a long number; its last digits are lost.
  if (/^\d(?:[.,]\d+)?E\+\d+$/i.test(text)) {
    row.note(`${columnOf(row, 'barcode')} ${text} is skipped: a spreadsheet has shortened it. Format the column as text, and save again.`);
    return undefined;
  }
  if (text.length <= longestTexts.barcode && isName(text)) return text;
  const why = text.length > longestTexts.barcode ? `is longer than ${longestTexts.barcode} characters.` : noName;
  row.note(`${columnOf(row, 'barcode')} is skipped: it ${why}`);
  return undefined;
};
