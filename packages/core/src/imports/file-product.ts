/** A product of a file: as its rows say it, and whole, with every value that the file has no column for filled in. */
import type { Metadata, productStatuses, ProductTextName } from '@cartwright/contracts';
import type { KnownVariant } from '../read-models/product-files.ts';
import type { CsvNote } from './csv.cells.ts';
import type { CsvMetadata } from './csv.metadata.ts';

export type ProductStatus = (typeof productStatuses)[number];

/** A product of a file. A value without a column in the file is undefined: the shop keeps its value. */
export interface CsvProduct {
  readonly line: number;
  readonly handle: string;
  /** The text from which the address of a new product is made. */
  readonly address: string;
  /** The currency of its prices. */
  readonly currency: string;
  readonly name: string;
  readonly texts: Readonly<Record<ProductTextName, string | null | undefined>>;
  readonly brand: string | null | undefined;
  readonly category: string | null | undefined;
  readonly tags: string[] | undefined;
  readonly metadata: CsvMetadata | undefined;
  readonly status: ProductStatus | undefined;
  readonly variants: CsvVariant[];
  readonly images: CsvImage[];
  /** Whether `images` are all: the file has a column for them. Otherwise they are added to those of the shop. */
  readonly hasImageColumn: boolean;
  /** Every row that is imported with the product, including those with an image only. */
  readonly rows: readonly { readonly line: number; readonly sku: string | null }[];
  /** What is skipped or changed in imported rows, and why. */
  readonly notes: readonly CsvNote[];
}

/** A variant of a file. A value without a column in the file is undefined: the shop keeps its value. */
export interface CsvVariant {
  readonly line: number;
  /** Empty until `withGeneratedSkus` when the file has none. */
  readonly sku: string;
  /** The file has no SKU, so the variant gets a generated one. */
  readonly isSkuGenerated: boolean;
  /** Another row of the product has the same SKU. */
  readonly isSkuShared: boolean;
  readonly options: Record<string, string> | undefined;
  readonly priceCents: number;
  /** May be below the price; `toWhole` decides what that means. */
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

/** A variant with every value filled in, and the existing variant that it changes; null for a new one. */
export type WholeVariant = { readonly [K in keyof Omit<CsvVariant, 'metadata'>]: Exclude<CsvVariant[K], undefined> } & {
  readonly metadata: Metadata;
  readonly before: KnownVariant | null;
};
export type WholeProduct = Omit<CsvProduct, 'variants' | 'metadata'> & {
  readonly metadata: Metadata | undefined;
  readonly variants: readonly WholeVariant[];
};
