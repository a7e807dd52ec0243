/** A product of a file: as its rows say it, and whole, with every value that the file has no column for filled in. */
import type { ProductValues, VariantValues } from '../catalog/index.ts';
import type { CsvNote, Hiding } from './csv.cells.ts';
import type { CsvMetadata } from './csv.metadata.ts';

/** A product of a file. A value without a column in the file is undefined: the shop keeps its value. */
export interface CsvProduct extends Omit<ProductValues, 'metadata' | 'variants'> {
  readonly line: number;
  readonly metadata: CsvMetadata | undefined;
  /** What hides the product, where the file does not say whether it is published. */
  readonly hiding: Hiding | undefined;
  readonly variants: readonly CsvVariant[];
  /** Variants that are no longer offered. */
  readonly withdrawn: readonly WithdrawnVariant[];
  /** Whether `images` are all: the file has a column for them. Otherwise they are added to those of the shop. */
  readonly hasImageColumn: boolean;
  /** Every row that is imported with the product, including those with an image only. */
  readonly rows: readonly { readonly line: number; readonly sku: string | null }[];
  /** What is skipped or changed in imported rows, and why. */
  readonly notes: readonly CsvNote[];
}
/** A variant that the file has, but does not offer. */
export interface WithdrawnVariant extends Pick<VariantValues, 'options'> {
  readonly line: number;
  /** Empty where the file has none. */
  readonly sku: string;
}
/** Where a variant is in the file, and its SKU and price, which every variant has. */
interface VariantRow extends Pick<VariantValues, 'sku' | 'priceCents'> {
  readonly line: number;
  /** The file has no SKU, so the variant gets a generated one. */
  readonly isSkuGenerated: boolean;
  /** Another row of the product has the same SKU. */
  readonly isSkuShared: boolean;
}
type OptionalValues = Omit<VariantValues, 'sku' | 'priceCents' | 'metadata' | 'before'>;
/**
 * A variant of a file. A value without a column in the file is undefined: the shop keeps its value. A compare-at price may be below the
 * price, and units below 0; `toWhole` decides what that means.
 */
export type CsvVariant = VariantRow & { readonly [K in keyof OptionalValues]: OptionalValues[K] | undefined } & {
  readonly metadata: CsvMetadata | undefined;
};
/** An image of a product of a file. */
export type CsvImage = CsvProduct['images'][number];

/** A variant with every value filled in, and the existing variant that it changes; null for a new one. */
export type WholeVariant = VariantRow & VariantValues;
/** A product with every value filled in. */
export interface WholeProduct extends Omit<CsvProduct, 'variants' | 'metadata'>, Pick<ProductValues, 'metadata'> {
  readonly variants: readonly WholeVariant[];
}
