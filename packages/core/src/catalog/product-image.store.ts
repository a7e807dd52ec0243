/** Writes the table `product_images`. */
import type { ProductId, ProductImageId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { insertRows, type Tx } from '../kernel/index.ts';

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
  await sql`update product_images set alt_text = ${altText} where id = ${id}`.execute(tx.db);
};

/** Tx step: numbers the images of a product in this order. Takes two statements, because positions are unique at every moment. */
export const setImageOrder = async (tx: Tx, productId: ProductId, order: readonly ProductImageId[]): Promise<void> => {
  await sql`update product_images set position = -position where product_id = ${productId}`.execute(tx.db);
  await sql`
    update product_images g set position = o.place from unnest(${order}::uuid[]) with ordinality as o(id, place) where g.id = o.id and g.product_id = ${productId}`.execute(
    tx.db,
  );
};

/** Tx step: deletes an image. */
export const deleteImage = async (tx: Tx, id: ProductImageId): Promise<void> => {
  await sql`delete from product_images where id = ${id}`.execute(tx.db);
};

/** Tx step: deletes all images of products. */
export const deleteImagesOf = async (tx: Tx, productIds: readonly ProductId[]): Promise<void> => {
  await sql`delete from product_images where product_id = any(${productIds}::uuid[])`.execute(tx.db);
};
