/** Writes the table `product_images`. */
import type { ProductId, ProductImageId } from '@cartwright/contracts';
import { anyId, insertRows, rowsAs, type Tx } from '../kernel/index.ts';

/** An image that is about to be written. */
export interface NewImage {
  readonly id: ProductImageId;
  readonly productId: ProductId;
  readonly url: string;
  readonly altText: string;
  readonly position: number;
}

/** Tx step: inserts images of products. */
export const insertImages = (tx: Tx, images: readonly NewImage[]): Promise<void> =>
  insertRows(
    tx,
    'product_images',
    images.map(({ id, productId, url, altText, position }) => ({ id, productId, url, altText, position })),
  );

/** Tx step: sets the alternative text of an image. */
export const setAltText = async (tx: Tx, id: ProductImageId, altText: string): Promise<void> => {
  await tx.db.updateTable('product_images').set({ altText }).where('id', '=', id).execute();
};

/** Tx step: numbers the images of a product in this order. Takes two statements, because positions are unique at every moment. */
export const setImageOrder = async (tx: Tx, productId: ProductId, order: readonly ProductImageId[]): Promise<void> => {
  await tx.db
    .updateTable('product_images')
    .set((eb) => ({ position: eb.neg('position') }))
    .where('productId', '=', productId)
    .execute();
  const places = order.map((id, index) => ({ id, position: index + 1 }));
  await tx.db
    .updateTable('product_images as g')
    .from(rowsAs('o', places, { id: 'uuid', position: 'int' }))
    .set((eb) => ({ position: eb.ref('o.position') }))
    .whereRef('g.id', '=', 'o.id')
    .where('g.productId', '=', productId)
    .execute();
};

/** Tx step: deletes an image. */
export const deleteImage = async (tx: Tx, id: ProductImageId): Promise<void> => {
  await tx.db.deleteFrom('product_images').where('id', '=', id).execute();
};

/** Tx step: deletes all images of products. */
export const deleteImagesOf = async (tx: Tx, productIds: readonly ProductId[]): Promise<void> => {
  await tx.db.deleteFrom('product_images').where('productId', '=', anyId(productIds)).execute();
};
