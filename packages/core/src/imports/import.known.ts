/** Matches the products of a file with those of the shop. */
import { toDecimal, type ErrorCode } from '@cartwright/contracts';
import { describeOptions, optionsKey, ownOptions } from '../catalog/index.ts';
import { takenRefusal } from '../kernel/index.ts';
import type { KnownProduct, KnownVariant } from '../read-models/product-files.ts';
import type { CsvNote } from './csv.cells.ts';
import type { CsvProduct } from './csv.products.ts';
import type { CsvVariant } from './csv.variants.ts';

/** A variant with every value filled in, and the existing variant that it changes; null for a new one. */
export type WholeVariant = { readonly [K in keyof CsvVariant]: Exclude<CsvVariant[K], undefined> } & {
  readonly before: KnownVariant | null;
};
export type WholeProduct = Omit<CsvProduct, 'variants'> & { readonly variants: readonly WholeVariant[] };

/**
 * Matches rows with variants of the shop, each with one row at most: the variant with the row's SKU, else the one with
 * the same options, whose SKU then changes, else the only one of the product, when the file has no options.
 */
const findMeant = (variants: readonly CsvVariant[], known: readonly KnownVariant[]): Map<CsvVariant, KnownVariant> => {
  const meant = new Map<CsvVariant, KnownVariant>();
  const free = new Set(known);
  const match = (isMeant: (variant: CsvVariant, candidate: KnownVariant) => boolean): void => {
    for (const variant of variants) {
      const found = meant.has(variant) ? undefined : known.find((candidate) => free.has(candidate) && isMeant(variant, candidate));
      if (!found) continue;
      meant.set(variant, found);
      free.delete(found);
    }
  };
  match((variant, { sku }) => sku === variant.sku);
  match(({ options }, candidate) => options !== undefined && optionsKey(candidate.options) === optionsKey(options));
  match(
    ({ options, isSkuMadeUp }, candidate) =>
      options === undefined && known.length === 1 && (isSkuMadeUp || Object.keys(candidate.options).length === 0),
  );
  return meant;
};

/** Fills in the values that the file has no columns for: from the existing product, or the defaults of a new one. */
export const toWhole = (product: CsvProduct, known: KnownProduct | null): WholeProduct => {
  const meant = findMeant(product.variants, known?.variants ?? []);
  const notes: CsvNote[] = [...product.notes];
  const variants = product.variants.map((variant): WholeVariant => {
    const { line, isSkuMadeUp, options, priceCents, compareAtPriceCents, weightGrams, barcode, costCents, imageUrl, metadata } = variant;
    const before = meant.get(variant) ?? null;
    const sku = before && isSkuMadeUp ? before.sku : variant.sku;
    const struck = compareAtPriceCents === undefined ? (before?.compareAtPriceCents ?? null) : compareAtPriceCents;
    const isOdd = struck !== null && struck < priceCents;
    if (isOdd) {
      const [old, price] = [struck, priceCents].map((cents) => toDecimal(cents, product.currency));
      notes.push({
        line,
        message: `The compare-at price in the shop, ${old}, is removed: the price is now ${price}.`,
        code: 'INVALID_PRICE',
      });
    }
    return {
      ...variant,
      before,
      sku,
      options: options ?? before?.options ?? {},
      compareAtPriceCents: isOdd ? null : struck,
      weightGrams: weightGrams === undefined ? (before?.weightGrams ?? null) : weightGrams,
      barcode: barcode === undefined ? (before?.barcode ?? null) : barcode,
      costCents: costCents === undefined ? (before?.costCents ?? null) : costCents,
      imageUrl: imageUrl === undefined ? (before?.imageUrl ?? null) : imageUrl,
      metadata: metadata ?? before?.metadata ?? {},
      stock: variant.stock ?? before?.onHand ?? 0,
      backorderLimit: variant.backorderLimit ?? before?.backorderLimit ?? 0,
    };
  });
  if (known?.publishAt && known.status === 'draft' && product.status === 'draft')
    notes.push({
      line: product.line,
      message: `The product is still scheduled to be published at ${known.publishAt}.`,
      code: null,
    });
  return { ...product, variants, notes };
};

const mostVariants = 250;

/** Why a product cannot be written over the existing one; null when it can. */
export const refuseOver = (product: WholeProduct, known: KnownProduct | null): { message: string; code: ErrorCode } | null => {
  const { currency, variants } = product;
  if (known && known.currency !== currency)
    return {
      message: `The shop sells this product in ${known.currency}, but the file has prices in ${currency}.`,
      code: 'CURRENCY_MISMATCH',
    };
  const changed = new Set(variants.map(({ before }) => before?.id));
  const kept = (known?.variants ?? []).filter(({ id }) => !changed.has(id));
  if (kept.length + variants.length > mostVariants)
    return {
      message: `A product can have at most ${mostVariants} variants. This one would have ${kept.length + variants.length}.`,
      code: 'INVALID_INPUT',
    };
  const seen = new Map<string, string>();
  for (const { sku, options } of [...kept, ...variants]) {
    const twin = seen.get(optionsKey(options));
    if (twin !== undefined)
      return takenRefusal(
        'OPTIONS_TAKEN',
        `The variants ${twin} and ${sku} of this product would have the same option values (${describeOptions(options)}).`,
        ownOptions,
      );
    seen.set(optionsKey(options), sku);
  }
  return null;
};
