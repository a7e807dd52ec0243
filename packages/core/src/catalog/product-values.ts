/** The products that an import writes, and what became of them. */
import type { CategoryId, Metadata, Product, ProductId, ProductTextName } from '@cartwright/contracts';
import type { KnownProduct, KnownVariant } from '../read-models/product-files.ts';

/** A variant as it is to be, and the existing variant that it changes; null for a new one. */
export interface VariantValues {
  readonly sku: string;
  readonly options: Record<string, string>;
  readonly priceCents: number;
  readonly compareAtPriceCents: number | null;
  readonly weightGrams: number | null;
  readonly barcode: string | null;
  readonly costCents: number | null;
  /** Address of the image that shows the variant, among those of the product. */
  readonly imageUrl: string | null;
  readonly metadata: Metadata;
  readonly stock: number;
  readonly backorderLimit: number;
  readonly before: KnownVariant | null;
}
/** A product as it is to be. An undefined value stays as it is, or gets the default of a new product. */
export interface ProductValues {
  readonly handle: string;
  /** The text from which the address (slug) of a new product is made. */
  readonly address: string;
  /** The currency of a new product; an existing one keeps its own. */
  readonly currency: string;
  readonly name: string;
  readonly texts: Readonly<Record<ProductTextName, string | null | undefined>>;
  readonly brand: string | null | undefined;
  /** The name of its category, which is created when there is none. */
  readonly category: string | null | undefined;
  readonly tags: string[] | undefined;
  readonly metadata: Metadata | undefined;
  readonly status: Product['status'] | undefined;
  readonly variants: readonly VariantValues[];
  /** All its images, or none to leave those of an existing product unchanged. */
  readonly images: readonly { readonly url: string; readonly altText: string }[];
}
/** A product to write under this id, and the locked product that it changes; null for a new one. */
export interface ProductWrite {
  readonly id: ProductId;
  readonly product: ProductValues;
  readonly known: KnownProduct | null;
}
/** A product with the category that it gets. */
export interface PlacedWrite extends ProductWrite {
  readonly categoryId: CategoryId | null;
}
/** A product that changes one of the shop. */
export type ProductUpdate = PlacedWrite & { readonly known: KnownProduct };

/** What the statements changed. */
export interface WrittenProducts {
  /** Existing products whose own fields or images changed. */
  readonly changed: ReadonlySet<ProductId>;
  /** The outcome of each existing variant; the others were created. */
  readonly outcomes: ReadonlyMap<VariantValues, 'updated' | 'unchanged'>;
  /** Names of the categories that were added. */
  readonly newCategories: readonly string[];
}
