import { mostOfProduct, type ProductId, type ProductImageId, type ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, notFound, requireScope, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { assertImageUrl } from './image.policy.ts';
import { deleteImage, insertImages, setAltText, setImageOrder } from './product-image.store.ts';
import { lockProduct } from './product.locks.ts';
import { findProduct } from './product.queries.ts';
import { touchProduct } from './update-product.ts';

type C = ShopContract['productImages'];
type Images = z.output<C['add']['output']>;

/** Runs a change of the images of a locked product, renumbers them, and returns them. */
const change = (
  core: Core,
  actor: Actor,
  productId: ProductId,
  work: (tx: Tx, images: ProductImageId[]) => Promise<ProductImageId[]>,
): Promise<Images> => {
  requireScope(actor, 'catalog:write');
  return transact(core, async (tx) => {
    await lockProduct(tx, productId, null);
    const images = await tx.db.selectFrom('product_images').select('id').where('productId', '=', productId).orderBy('position').execute();
    const order = await work(
      tx,
      images.map(({ id }) => id as ProductImageId),
    );
    await setImageOrder(tx, productId, order);
    await touchProduct(tx, productId);
    const product = await findProduct(tx, { id: productId });
    return { images: product?.images ?? [] };
  });
};

/** Adds an image. Throws `URL_NOT_ALLOWED`, or `LIMIT_REACHED` beyond fifty. */
export const addProductImage = (core: Core, actor: Actor, input: z.output<C['add']['input']>): Promise<Images> =>
  change(core, actor, input.productId, async (tx, images) => {
    assertImageUrl(tx, input.url, 'url');
    if (images.length >= mostOfProduct.images)
      throw new DomainError('LIMIT_REACHED', `A product can have at most ${mostOfProduct.images} images.`, {
        details: { limit: mostOfProduct.images },
      });
    const id = tx.ids.next<ProductImageId>();
    await insertImages(tx, [{ ...input, id, position: images.length + 1 }]);
    return images.toSpliced((input.position ?? images.length + 1) - 1, 0, id);
  });

/** Throws `NOT_FOUND` for an image of another product. */
export const updateProductImage = (core: Core, actor: Actor, input: z.output<C['update']['input']>): Promise<Images> =>
  change(core, actor, input.productId, async (tx, images) => {
    if (!images.includes(input.imageId)) throw notFound('This image', input.imageId);
    await setAltText(tx, input.imageId, input.altText);
    return images;
  });

/** Throws `LIST_CHANGED` unless the order names every image of the product once. */
export const reorderProductImages = (core: Core, actor: Actor, input: z.output<C['reorder']['input']>): Promise<Images> =>
  change(core, actor, input.productId, (_tx, images) => {
    const named = new Set(input.imageIds);
    if (named.size !== input.imageIds.length || named.size !== images.length || images.some((id) => !named.has(id)))
      throw new DomainError('LIST_CHANGED', 'The new order must list every image of the product exactly once. Reload the images.', {
        details: { ids: images },
      });
    return Promise.resolve(input.imageIds);
  });

/** Throws `NOT_FOUND` for an image of another product. */
export const deleteProductImage = async (core: Core, actor: Actor, input: z.output<C['delete']['input']>): Promise<{ ok: true }> => {
  await change(core, actor, input.productId, async (tx, images) => {
    if (!images.includes(input.imageId)) throw notFound('This image', input.imageId);
    await deleteImage(tx, input.imageId);
    return images.filter((id) => id !== input.imageId);
  });
  return { ok: true };
};
