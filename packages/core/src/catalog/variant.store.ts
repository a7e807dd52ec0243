/** Writes the table `variants`. */
import type { ProductId, ProductImageId, VariantId } from '@cartwright/contracts';
import { anyId, insertRows, now, rowsAs, type Tx } from '../kernel/index.ts';
import { variantIsUsed } from '../read-models/product-uses.ts';
import type { VariantFields } from '../read-models/stored-products.ts';

/** A variant that is about to be written. */
export interface NewVariant extends Omit<VariantFields, 'imageUrl' | 'onHand' | 'backorderLimit' | 'tracked'> {
  readonly id: VariantId;
  readonly productId: ProductId;
  readonly title: string;
  readonly position: number;
  readonly imageId: ProductImageId | null;
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

/** All that may change of a variant. */
export type RevisedVariant = Omit<NewVariant, 'productId' | 'position'>;

/** Tx step: sets SKU, prices, facts, options and title of variants, so that they may exchange their options. */
export const reviseVariants = async (tx: Tx, variants: readonly RevisedVariant[]): Promise<void> => {
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
