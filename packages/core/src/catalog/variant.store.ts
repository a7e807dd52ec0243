/** Writes the table `variants`. */
import type { Metadata, ProductId, ProductImageId, VariantId } from '@cartwright/contracts';
import { anyId, insertRows, json, now, rowsAs, type Tx } from '../kernel/index.ts';
import { variantIsUsed } from '../read-models/product-uses.ts';

/** A variant that is about to be written. */
export interface NewVariant {
  readonly id: VariantId;
  readonly productId: ProductId;
  readonly sku: string;
  readonly title: string;
  readonly options: Record<string, string>;
  readonly position: number;
  readonly priceCents: number;
  readonly compareAtPriceCents: number | null;
  readonly weightGrams: number | null;
  readonly barcode: string | null;
  readonly costCents: number | null;
  readonly imageId: ProductImageId | null;
  readonly metadata: Metadata;
}

/** Tx step: inserts variants. Throws a unique violation for a SKU that is taken, or options that another variant of the product has. */
export const insertVariants = (tx: Tx, variants: readonly NewVariant[]): Promise<void> =>
  insertRows(
    tx,
    'variants',
    variants.map((variant) => ({
      id: variant.id,
      productId: variant.productId,
      sku: variant.sku,
      title: variant.title,
      options: variant.options,
      position: variant.position,
      priceCents: variant.priceCents,
      compareAtPriceCents: variant.compareAtPriceCents,
      weightGrams: variant.weightGrams,
      barcode: variant.barcode,
      costCents: variant.costCents,
      imageId: variant.imageId,
      metadata: variant.metadata,
    })),
  );

/** Prices and facts of a variant; an undefined value stays as it is. */
export interface OfferChange {
  readonly id: VariantId;
  readonly priceCents?: number | undefined;
  readonly compareAtPriceCents?: number | null | undefined;
  readonly weightGrams?: number | null | undefined;
  readonly barcode?: string | null | undefined;
  readonly costCents?: number | null | undefined;
  readonly imageId?: ProductImageId | null | undefined;
  readonly metadata?: Metadata | undefined;
}
/** The prices of a variant after a change, and before it. */
export interface ChangedOffer {
  readonly priceCents: number;
  readonly compareAtPriceCents: number | null;
  readonly priceCentsBefore: number;
  readonly compareAtPriceCentsBefore: number | null;
}

/** Tx step: sets prices and facts of a variant of a product. Returns null when the product has no such variant. */
export const setVariantOffer = async (tx: Tx, productId: ProductId, change: OfferChange): Promise<ChangedOffer | null> => {
  const { id, priceCents, compareAtPriceCents, weightGrams, barcode, costCents, imageId, metadata } = change;
  const offer = await tx.db
    .updateTable('variants as v')
    .from('variants as old')
    .set({
      ...(priceCents !== undefined && { priceCents }),
      ...(compareAtPriceCents !== undefined && { compareAtPriceCents }),
      ...(weightGrams !== undefined && { weightGrams }),
      ...(barcode !== undefined && { barcode }),
      ...(costCents !== undefined && { costCents }),
      ...(imageId !== undefined && { imageId }),
      ...(metadata !== undefined && { metadata: json(metadata) }),
      updatedAt: now,
    })
    .where('v.id', '=', id)
    .where('v.productId', '=', productId)
    .whereRef('old.id', '=', 'v.id')
    .returning([
      'v.priceCents',
      'v.compareAtPriceCents',
      'old.priceCents as priceCentsBefore',
      'old.compareAtPriceCents as compareAtPriceCentsBefore',
    ])
    .executeTakeFirst();
  return offer ?? null;
};

/** Tx step: sets SKUs of variants of a product. Two of them may exchange theirs, so each gives up its own before one takes a new one. */
export const setSkus = async (
  tx: Tx,
  productId: ProductId,
  wanted: readonly { readonly id: VariantId; readonly sku: string }[],
): Promise<void> => {
  await tx.db
    .updateTable('variants')
    .set((eb) => ({ sku: eb.cast<string>('id', 'text') }))
    .where('productId', '=', productId)
    .where('id', '=', anyId(wanted.map(({ id }) => id)))
    .execute();
  await tx.db
    .updateTable('variants as v')
    .from(rowsAs('w', wanted, { id: 'uuid', sku: 'text' }))
    .set((eb) => ({ sku: eb.ref('w.sku'), updatedAt: now }))
    .whereRef('v.id', '=', 'w.id')
    .where('v.productId', '=', productId)
    .execute();
};

/** Tx step: sets SKU, prices, facts, options and title of variants, so that they may exchange their options. */
export const reviseVariants = async (tx: Tx, variants: readonly Omit<NewVariant, 'productId' | 'position'>[]): Promise<void> => {
  const columns = {
    id: 'uuid',
    sku: 'text',
    title: 'text',
    options: 'jsonb',
    priceCents: 'bigint',
    compareAtPriceCents: 'bigint',
    weightGrams: 'int',
    barcode: 'text',
    costCents: 'bigint',
    imageId: 'uuid',
    metadata: 'jsonb',
  } as const;
  await tx.db
    .updateTable('variants as v')
    .from(rowsAs('w', variants, columns))
    .set(({ ref }) => ({
      sku: ref('w.sku'),
      title: ref('w.title'),
      options: ref('w.options'),
      priceCents: ref('w.priceCents'),
      compareAtPriceCents: ref('w.compareAtPriceCents'),
      weightGrams: ref('w.weightGrams'),
      barcode: ref('w.barcode'),
      costCents: ref('w.costCents'),
      imageId: ref('w.imageId'),
      metadata: ref('w.metadata'),
      updatedAt: now,
    }))
    .whereRef('v.id', '=', 'w.id')
    .execute();
};

/** Tx step: marks the variants of a product as deleted, which makes their SKUs available. */
export const markVariantsDeleted = async (tx: Tx, productId: ProductId): Promise<void> => {
  await tx.db.updateTable('variants').set({ deletedAt: now }).where('productId', '=', productId).execute();
};

/** Tx step: deletes those variants of products that were never part of an order, a sale or a pricing rule. */
export const deleteUnusedVariants = async (tx: Tx, productIds: readonly ProductId[]): Promise<void> => {
  await tx.db
    .deleteFrom('variants as v')
    .where('v.productId', '=', anyId(productIds))
    .where(({ not }) => not(variantIsUsed))
    .execute();
};
