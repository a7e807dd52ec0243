/** The SKUs of variants: which one a variant without its own gets, and what happens when several variants have the same. */
import { createHash } from 'node:crypto';
import { toSlug, type SkuOwner } from '../catalog/index.ts';
import { storableText, takenRefusal } from '../kernel/index.ts';
import type { StoredProduct, StoredVariant } from '../read-models/stored-products.ts';
import type { CsvNote, Refusal } from './csv.cells.ts';
import type { CsvProduct, CsvVariant, WholeProduct, WholeVariant } from './parsed-product.ts';

type Options = Readonly<Record<string, string>>;

const wordsOf = (handle: string, options: Options): string[] => [handle, ...Object.values(options)];
const joined = (words: readonly string[]): string => words.map((word) => toSlug(word, 255)).join('-');
const digestOf = (words: readonly string[], characters: number): string =>
  createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, characters);

/**
 * Generates a SKU for a variant without one: the same each time, and a different one when options differ in characters that a
 * slug omits.
 */
const generateSku = (handle: string, options: Options): string => {
  const words = wordsOf(handle, options);
  const isExact = words.every((word) => toSlug(word, 255) === word.toLowerCase().replaceAll(' ', '-'));
  return isExact && joined(words).length <= 255 ? joined(words) : generateOtherSku(handle, options);
};

/** The generated SKU for a variant when the plain one belongs to another variant: a digest makes it unique. */
const generateOtherSku = (handle: string, options: Options): string => {
  const words = wordsOf(handle, options);
  return `${storableText(joined(words), 240)}-${digestOf(words, 12)}`;
};

/** The SKU of a file with a digest that makes it this variant's own: the same each time. */
export const toOwnSku = (sku: string, handle: string, options: Options): string =>
  `${storableText(sku, 240)}-${digestOf([sku, ...wordsOf(handle, options)], 8)}`;

/** The variants of a file with generated SKUs for those without one, each a different one. */
export const withGeneratedSkus = (handle: string, variants: readonly CsvVariant[]): CsvVariant[] => {
  const given: CsvVariant[] = [];
  for (const variant of variants) {
    const { options = {} } = variant;
    const generated = variant.isSkuGenerated ? generateSku(handle, options) : variant.sku;
    const isTaken = variant.isSkuGenerated && given.some(({ sku }) => sku === generated);
    given.push({ ...variant, sku: isTaken ? generateOtherSku(handle, options) : generated });
  }
  const isShared = (sku: string) => given.filter((other) => other.sku === sku).length > 1;
  return given.map((variant) => ({ ...variant, isSkuShared: isShared(variant.sku) }));
};

/** Every SKU that a variant of the products may get. */
export const possibleSkus = (products: readonly CsvProduct[]): string[] =>
  products.flatMap(({ handle, variants }) =>
    variants.flatMap(({ sku, isSkuGenerated, options = {} }) => [
      sku,
      isSkuGenerated ? generateOtherSku(handle, options) : toOwnSku(sku, handle, options),
    ]),
  );

/** The note on a SKU that belongs to another variant. */
const replacedSku = (given: string, owner: string, sku: string): Refusal =>
  takenRefusal('SKU_TAKEN', `The SKU ${given} belongs to ${owner}.`, `This variant gets the SKU ${sku}.`);

/**
 * The SKU of each row. A variant of the shop keeps its SKU where several rows have one, or where the row has none. Of new variants
 * with one SKU the first has it, and each other one its own, with a note.
 */
export const giveSkus = (
  { handle, variants }: CsvProduct,
  known: StoredProduct | null,
  meant: ReadonlyMap<CsvVariant, StoredVariant>,
  notes: CsvNote[],
): Map<CsvVariant, string> => {
  const keeps = (variant: CsvVariant, before: StoredVariant) =>
    variant.isSkuGenerated || variant.isSkuShared || before.sku === toOwnSku(variant.sku, handle, before.options);
  const skus = new Map([...meant].filter(([variant, before]) => keeps(variant, before)).map(([variant, before]) => [variant, before.sku]));
  const changed = new Set([...meant].filter(([variant]) => !skus.has(variant)).map(([, before]) => before));
  const owners = new Map((known?.variants ?? []).filter((variant) => !changed.has(variant)).map(({ sku }) => [sku, 'another variant']));
  for (const variant of variants) {
    if (skus.has(variant)) continue;
    const owner = variant.isSkuShared ? owners.get(variant.sku) : undefined;
    const sku = owner === undefined ? variant.sku : toOwnSku(variant.sku, handle, variant.options ?? {});
    if (owner !== undefined) notes.push({ line: variant.line, ...replacedSku(variant.sku, owner, sku) });
    skus.set(variant, sku);
    owners.set(sku, `line ${variant.line}`);
  }
  return skus;
};

/** The first imported row with a SKU. */
export interface SkuPlace {
  readonly handle: string;
  readonly line: number;
}
/** Who has the SKUs that the products of a batch may get. */
export interface SkusInUse {
  /** Earlier rows of the file. */
  readonly inFile: ReadonlyMap<string, SkuPlace>;
  /** Products of the shop. */
  readonly inShop: ReadonlyMap<string, SkuOwner>;
}

const isForeign = (sku: string, { handle }: WholeProduct, known: StoredProduct | null, { inFile, inShop }: SkusInUse): boolean =>
  (inFile.get(sku) ?? { handle }).handle !== handle || (inShop.get(sku)?.productId ?? known?.id) !== known?.id;

/**
 * Replaces SKUs that other products have: a generated one by another, one that an earlier row of the file has by one of the variant's own,
 * with a note. A variant of the shop keeps the SKU that it has. A new one with a SKU of the shop stays as it is, to be refused: it may be
 * the same variant under another handle.
 */
export const giveFreeSkus = (product: WholeProduct, known: StoredProduct | null, used: SkusInUse): WholeProduct => {
  const notes = [...product.notes];
  const variants = product.variants.map((variant): WholeVariant => {
    const { before, isSkuGenerated, options, line } = variant;
    if (!isForeign(variant.sku, product, known, used)) return variant;
    if (isSkuGenerated) return before ? variant : { ...variant, sku: generateOtherSku(product.handle, options) };
    const place = used.inFile.get(variant.sku);
    if (!before && !place) return variant;
    const sku = before?.sku ?? toOwnSku(variant.sku, product.handle, options);
    const owner = place ? `line ${place.line}, of the product ${place.handle}` : `the product ${used.inShop.get(variant.sku)?.handle}`;
    notes.push({ line, ...replacedSku(variant.sku, owner, sku) });
    return { ...variant, sku };
  });
  for (const { before, sku, line } of variants)
    if (before && before.sku !== sku) notes.push({ line, message: `The SKU changes from ${before.sku} to ${sku}.`, code: null });
  return { ...product, variants, notes };
};

/** Why a product with a SKU of another product is refused; null when it has none. */
export const refuseForeignSku = (product: WholeProduct, known: StoredProduct | null, used: SkusInUse): Refusal | null => {
  const variant = product.variants.find(({ sku }) => isForeign(sku, product, known, used));
  if (!variant) return null;
  const foreign = variant.sku;
  const place = used.inFile.get(foreign);
  const where =
    place && place.handle !== product.handle
      ? `${foreign} appears in line ${place.line}, in the product ${place.handle}`
      : `${foreign} belongs to the product with the handle ${used.inShop.get(foreign)?.handle}`;
  return takenRefusal(
    'SKU_TAKEN',
    variant.isSkuGenerated
      ? `The variant of line ${variant.line} has no SKU, and another variant has the one that is made for it: ${where}.`
      : `Another variant already has this SKU: ${where}.`,
    'Use another SKU, or give this row the handle of that product.',
  );
};
