/** The images of many products at once. */
import type { ProductId, ProductImageId } from '@cartwright/contracts';
import type { Tx } from '../kernel/index.ts';
import { deleteImagesOf, insertImages, type NewImage } from './product-image.store.ts';
import type { ProductUpdate, ProductWrite } from './product-values.ts';

/** The images of products as new rows, in their order. */
export const newImages = (tx: Tx, pairs: readonly Pick<ProductWrite, 'id' | 'product'>[]): NewImage[] =>
  pairs.flatMap(({ id, product }) =>
    product.images.map(({ url, altText }, i) => ({ id: tx.ids.next<ProductImageId>(), productId: id, url, altText, position: i + 1 })),
  );

/** Finds the image of a product by its address. */
export const idsByUrl = (images: readonly Pick<NewImage, 'id' | 'productId' | 'url'>[]) => {
  const ids = new Map(images.map(({ id, productId, url }) => [`${productId} ${url}`, id]));
  return (productId: ProductId, url: string | null): ProductImageId | null =>
    url === null ? null : (ids.get(`${productId} ${url}`) ?? null);
};

/** The images of products after a write. */
export interface ImagesNow {
  /** The products whose images were replaced, so that none of their variants has one. */
  readonly replaced: ReadonlySet<ProductId>;
  readonly idOf: ReturnType<typeof idsByUrl>;
}

/** Replaces the images of products that get other ones, and leaves them where a product names none. */
export const replaceImages = async (tx: Tx, pairs: readonly ProductUpdate[]): Promise<ImagesNow> => {
  const differing = pairs.filter(
    ({ product, before }) =>
      product.images.length > 0 &&
      (product.images.length !== before.images.length ||
        product.images.some((image, i) => image.url !== before.images[i]?.url || image.altText !== before.images[i]?.altText)),
  );
  const replaced = new Set(differing.map(({ id }) => id));
  const images = newImages(tx, differing);
  if (differing.length > 0) {
    await deleteImagesOf(tx, [...replaced]);
    await insertImages(tx, images);
  }
  const kept = pairs.flatMap(({ id, before }) => (replaced.has(id) ? [] : before.images.map((image) => ({ ...image, productId: id }))));
  return { replaced, idOf: idsByUrl([...images, ...kept]) };
};
