/** Products as they are to be, for writes of many at once, and what became of them. */
import type { CategoryId, ProductId } from '@cartwright/contracts';
import type { ImageFields, ProductFields, StoredProduct, StoredVariant, VariantFields } from '../read-models/stored-products.ts';

type StockField = 'onHand' | 'backorderLimit' | 'tracked';
type Given<T> = { readonly [K in keyof T]: T[K] | undefined };
/**
 * A variant as it is to be, and the existing variant that it changes; null for a new one. An undefined value of its stock stays as it is
 * when the write has locked it, or gets the default of a new variant.
 */
export interface VariantValues extends Omit<VariantFields, StockField>, Given<Pick<VariantFields, StockField>> {
  readonly before: StoredVariant | null;
  /** The backorder limit of a variant that has none, where `backorderLimit` is undefined: another limit stays. */
  readonly backorderLimitIfNone: number | undefined;
  /** Whether no unit more is to be sold than is reserved; the other values of the stock then do not count. */
  readonly isWithdrawn: boolean | undefined;
}
type Named = Pick<ProductFields, 'handle' | 'name' | 'currency'>;
/** The values of a product that a write may leave out: an undefined one stays as it is, or gets the default of a new product. */
export type GivenFields = Given<Omit<ProductFields, keyof Named>>;
/** A product as it is to be. An existing one keeps its currency; a category that does not exist is created. */
export interface ProductValues extends Named, GivenFields {
  /** The text from which the address (slug) of a new product is made. */
  readonly address: string;
  readonly variants: readonly VariantValues[];
  /** All its images, or none to leave those of an existing product unchanged. */
  readonly images: readonly ImageFields[];
}
/** The names of a category and of those above it, the top one first. */
export type CategoryPath = readonly string[];
/** A product to write under this id, and the locked product that it changes; null for a new one. */
export interface ProductWrite {
  readonly id: ProductId;
  readonly product: ProductValues;
  readonly before: StoredProduct | null;
}
/** A product with the category that it gets. */
export interface PlacedWrite extends ProductWrite {
  readonly categoryId: CategoryId | null;
}
/** A product that changes one of the shop. */
export type ProductUpdate = PlacedWrite & { readonly before: StoredProduct };
/** What the statements changed. */
export interface WrittenProducts {
  /** Existing products whose own fields or images changed. */
  readonly changed: ReadonlySet<ProductId>;
  /** The outcome of each existing variant; the others were created. */
  readonly outcomes: ReadonlyMap<VariantValues, 'updated' | 'unchanged'>;
  /** The categories that were added, each with the names above it. */
  readonly newCategories: readonly CategoryPath[];
}
