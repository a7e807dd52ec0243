/** Matches the products of a file with those of the shop. */
import { formatMoney, mostOfProduct, type ErrorCode } from '@cartwright/contracts';
import { describeOptions, optionsKey, ownOptions } from '../catalog/index.ts';
import { counted, takenRefusal } from '../kernel/index.ts';
import type { StoredProduct, StoredVariant } from '../read-models/stored-products.ts';
import { sayOf, type CsvNote, type Say } from './csv.cells.ts';
import { ownSku } from './csv.variants.ts';
import { applyMetadata } from './csv.metadata.ts';
import type { CsvProduct, CsvVariant, WholeProduct, WholeVariant } from './parsed-product.ts';
import { giveSkus, toOwnSku } from './import.skus.ts';

/**
 * Matches rows with variants of the shop, each with one row at most: the variant with the row's SKU, else the one with
 * the same options, whose SKU then changes, else the only one of the product, when the file has no options. Where several rows have one
 * SKU, or an import gave a variant its own SKU for that reason, the options come first.
 */
const findMeant = ({ handle, variants }: CsvProduct, known: readonly StoredVariant[]): Map<CsvVariant, StoredVariant> => {
  const meant = new Map<CsvVariant, StoredVariant>();
  const free = new Set(known);
  const match = (isMeant: (variant: CsvVariant, candidate: StoredVariant) => boolean): void => {
    for (const variant of variants) {
      const found = meant.has(variant) ? undefined : known.find((candidate) => free.has(candidate) && isMeant(variant, candidate));
      if (!found) continue;
      meant.set(variant, found);
      free.delete(found);
    }
  };
  const hasOptions = ({ options }: CsvVariant, candidate: StoredVariant) =>
    options !== undefined && optionsKey(candidate.options) === optionsKey(options);
  match((variant, candidate) => candidate.sku === toOwnSku(variant.sku, handle, candidate.options) && hasOptions(variant, candidate));
  match((variant, candidate) => variant.isSkuShared && hasOptions(variant, candidate));
  match((variant, { sku }) => sku === variant.sku && !variant.isSkuShared);
  match(hasOptions);
  match(
    ({ options, isSkuGenerated }, candidate) =>
      options === undefined && known.length === 1 && (isSkuGenerated || Object.keys(candidate.options).length === 0),
  );
  return meant;
};

/**
 * Fills in the values that the file has no columns for: from the existing product, or the defaults of a new one. Those of the stock stay
 * undefined, because sales and staff change them until the write locks them.
 */
export const toWhole = (product: CsvProduct, known: StoredProduct | null): WholeProduct => {
  const meant = findMeant(product, known?.variants ?? []);
  const notes: CsvNote[] = [...product.notes];
  const noteFirst = sayOf(notes, product.line);
  const skus = giveSkus(product, known, meant, notes);
  const offered = product.variants.map((variant): WholeVariant => {
    const { line, metadata, options, weightGrams, barcode, costCents, imageUrl } = variant;
    const before = meant.get(variant) ?? null;
    const note = sayOf(notes, line);
    return {
      ...variant,
      before,
      sku: skus.get(variant) ?? variant.sku,
      options: options ?? before?.options ?? {},
      compareAtPriceCents: toCompareAtPrice(variant, before, product.currency, note),
      weightGrams: weightGrams === undefined ? (before?.weightGrams ?? null) : weightGrams,
      barcode: barcode === undefined ? (before?.barcode ?? null) : barcode,
      costCents: costCents === undefined ? (before?.costCents ?? null) : costCents,
      imageUrl: imageUrl === undefined ? (before?.imageUrl ?? null) : imageUrl,
      metadata: applyMetadata(metadata, before?.metadata ?? {}, note),
      onHand: toOnHand(variant, before, note),
    };
  });
  const variants = [...offered, ...withdrawnOf(product, known, new Set(meant.values()), notes)];
  const status = toStatus(product, known, noteFirst);
  if (known?.publishAt && known.status === 'draft' && product.status === 'draft' && product.publishAt === undefined)
    noteFirst({ message: `The product is still scheduled to be published at ${minuteOf(known.publishAt)}.`, code: null });
  if (
    !known &&
    variants.every(
      ({ onHand = 0, backorderLimit, backorderLimitIfNone = 0, tracked = true }) =>
        tracked && onHand === 0 && (backorderLimit ?? backorderLimitIfNone) === 0,
    ) &&
    product.variants.some(({ onHand }) => onHand === undefined)
  )
    noteFirst({ message: 'The file has no stock: the product is sold out until units are added.', code: null });
  const images = product.hasImageColumn ? product.images : withImages(known?.images ?? [], product.images);
  const metadata = product.metadata && applyMetadata(product.metadata, known?.metadata ?? {}, noteFirst);
  const lost = lostImages(images, variants);
  for (const { sku, line } of lost) sayOf(notes, line)({ message: lostImage(sku), code: null });
  for (const { sku } of lostImages(images, unnamedVariants(variants, known))) noteFirst({ message: lostImage(sku), code: null });
  const shown = variants.map((variant) => (lost.includes(variant) ? { ...variant, imageUrl: null } : variant));
  return { ...product, status, variants: shown, images, metadata, notes };
};

/** The status of a product. One that a file hides without saying whether it is published is not published, and never hidden in silence. */
const toStatus = ({ status, hiding, publishAt }: CsvProduct, known: StoredProduct | null, note: Say): CsvProduct['status'] => {
  if (!hiding && !known && status === undefined && publishAt) {
    note({ message: `The product is a draft until it is published at ${minuteOf(publishAt)}.`, code: null });
    return 'draft';
  }
  if (!hiding || status === 'draft' || status === 'archived') return status;
  const hidden = known ? hiding.status : 'draft';
  // What is hidden at least as much stays as it is.
  if (known && ['draft', 'archived', hidden].includes(known.status)) return undefined;
  const isNow = hidden === 'draft' ? 'a draft' : hidden;
  note({ message: `${hiding.because}, and no column says whether the product is published: it is imported as ${isNow}.`, code: null });
  return hidden;
};

/**
 * The variants of the shop that the file names, but does not offer, each as it is in the shop, without units to sell. The others are left
 * out.
 */
const withdrawnOf = ({ withdrawn }: CsvProduct, known: StoredProduct | null, taken: Set<StoredVariant>, notes: CsvNote[]): WholeVariant[] =>
  withdrawn.flatMap(({ line, sku, options }) => {
    const free = (known?.variants ?? []).filter((variant) => !taken.has(variant));
    const before =
      free.find((variant) => sku !== '' && variant.sku === sku) ??
      free.find((variant) => optionsKey(variant.options) === optionsKey(options));
    const note = sayOf(notes, line);
    if (!before) {
      note({ message: `The variant ${sku || describeOptions(options)} is left out: the file does not offer it.`, code: null });
      return [];
    }
    taken.add(before);
    note({ message: `The variant ${before.sku} is no longer sold: the file does not offer it, so it has no units for sale.`, code: null });
    const kept = { onHand: undefined, backorderLimit: undefined, backorderLimitIfNone: undefined, tracked: undefined };
    return [{ ...before, ...kept, line, before, isWithdrawn: true, isSkuGenerated: false, isSkuShared: false }];
  });

/** The variants of the shop that the file does not name. */
const unnamedVariants = (variants: readonly WholeVariant[], known: StoredProduct | null): readonly StoredVariant[] => {
  const named = new Set(variants.map(({ before }) => before?.id));
  return (known?.variants ?? []).filter(({ id }) => !named.has(id));
};

/** The variants whose image is not among the new ones of their product; none when the product keeps its images. */
const lostImages = <T extends { readonly imageUrl: string | null }>(images: CsvProduct['images'], variants: readonly T[]): T[] =>
  images.length === 0 ? [] : variants.filter(({ imageUrl }) => imageUrl !== null && !images.some(({ url }) => url === imageUrl));

const lostImage = (sku: string): string => `The image of the variant ${sku} is removed: it is no longer an image of the product.`;
/** `2026-12-01 09:00 UTC`. */
const minuteOf = (instant: string): string => `${instant.slice(0, 16).replace('T', ' ')} UTC`;

/** The images of the shop and those of the file that it lacks, as many as a product may have; none when it lacks none. */
const withImages = (known: StoredProduct['images'], added: CsvProduct['images']): CsvProduct['images'] => {
  const missing = added.filter(({ url }) => !known.some((image) => image.url === url));
  return missing.length === 0 ? [] : [...known.map(({ url, altText }) => ({ url, altText })), ...missing].slice(0, mostOfProduct.images);
};

/**
 * Units on hand: undefined where the file has no column for them, or where they are not counted, so that the shop keeps its own. A number
 * below 0 means none. Orders that wait for the variant get units that arrive, with a note, because a second import of the same file would
 * add units again.
 */
const toOnHand = (variant: Pick<CsvVariant, 'onHand' | 'tracked'>, before: StoredVariant | null, note: Say): number | undefined => {
  const { onHand: given } = variant;
  if (given === undefined) return undefined;
  if (before && !(variant.tracked ?? before.tracked)) {
    if (variant.tracked === undefined) note(`The stock of ${given} is skipped: the shop does not track the stock of this variant.`);
    return undefined;
  }
  const waiting = before?.waiting ?? 0;
  // Other programs write units that are owed as a number below 0.
  if (given < -waiting) note(`The stock of ${given} is imported as 0.`);
  if (given > (before?.onHand ?? 0) && waiting > 0)
    note(
      `Paid orders wait for ${counted(waiting, 'unit')} and get them first. Leave out the stock column before this file is imported again.`,
    );
  return Math.max(0, given);
};

/** The compare-at price of the file, or of the shop where the file has no column for it. One below the price means none, with a note. */
const toCompareAtPrice = (
  { priceCents, compareAtPriceCents: given }: CsvVariant,
  before: StoredVariant | null,
  currency: string,
  note: Say,
): number | null => {
  const compareAtPriceCents = given === undefined ? (before?.compareAtPriceCents ?? null) : given;
  if (compareAtPriceCents === null || compareAtPriceCents >= priceCents) return compareAtPriceCents;
  const [compareAt, price] = [compareAtPriceCents, priceCents].map((cents) => formatMoney(cents, currency));
  const message =
    given === undefined
      ? `The compare-at price in the shop, ${compareAt}, is removed: the price of the file is ${price}.`
      : `The compare-at price ${compareAt} is skipped: it is below the price ${price}.`;
  note({ message, code: 'INVALID_PRICE' });
  return null;
};

/** Why a product cannot be written over the existing one; null when it can. */
export const refuseOver = (product: WholeProduct, known: StoredProduct | null): { message: string; code: ErrorCode } | null => {
  const { currency, variants } = product;
  if (known && known.currency !== currency)
    return {
      message: `The shop sells this product in ${known.currency}, but the file has prices in ${currency}.`,
      code: 'CURRENCY_MISMATCH',
    };
  if (variants.length === 0)
    return { message: 'None of the variants of this product is offered, so a new product has none.', code: 'INVALID_INPUT' };
  const kept = unnamedVariants(variants, known);
  if (kept.length + variants.length > mostOfProduct.variants)
    return {
      message: `A product can have at most ${mostOfProduct.variants} variants. This one would have ${kept.length + variants.length}.`,
      code: 'INVALID_INPUT',
    };
  const seen = new Map<string, { readonly name: string; readonly isSkuShared: boolean }>();
  const named = [
    ...kept.map(({ sku, options }) => ({ name: `variant ${sku} of the shop`, options, isSkuShared: false })),
    // A SKU that was made for a row is not in the file.
    ...variants.map(({ sku, options, line, isSkuGenerated, isSkuShared }) => ({
      name: isSkuGenerated || isSkuShared ? `variant of line ${line}` : `variant ${sku}`,
      options,
      isSkuShared,
    })),
  ];
  for (const { name, options, isSkuShared } of named) {
    const twin = seen.get(optionsKey(options));
    if (twin?.isSkuShared && isSkuShared)
      return takenRefusal('SKU_TAKEN', `The ${twin.name} and the ${name} have the same SKU and the same options.`, ownSku);
    if (twin)
      return takenRefusal(
        'OPTIONS_TAKEN',
        `The ${twin.name} and the ${name} would have the same option values (${describeOptions(options)}).`,
        ownOptions,
      );
    seen.set(optionsKey(options), { name, isSkuShared });
  }
  return null;
};
