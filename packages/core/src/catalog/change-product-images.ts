import type { ProductId, ProductImageId, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, notFound, requireScope, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { assertImageUrl } from './image.policy.ts';
import { findProduct } from './product.queries.ts';
import { lockProduct } from './product.locks.ts';
import { touchProduct } from './update-product.ts';

type C = ShopContract['productImages'];
type Images = z.output<C['add']['output']>;
const mostImages = 50;

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
    const { rows } = await sql<{
      id: ProductImageId;
    }>`select id from product_images where product_id = ${productId} order by position`.execute(tx.db);
    await number(
      tx,
      productId,
      await work(
        tx,
        rows.map((row) => row.id),
      ),
    );
    await touchProduct(tx, productId);
    const product = await findProduct(tx, { id: productId });
    return { images: product?.images ?? [] };
  });
};

/** Takes two steps, because positions are unique at every moment. */
const number = async (tx: Tx, productId: ProductId, order: readonly ProductImageId[]): Promise<void> => {
  await sql`update product_images set position = -position where product_id = ${productId}`.execute(tx.db);
  await sql`
    update product_images g set position = o.place from unnest(${order}::uuid[]) with ordinality as o(id, place) where g.id = o.id and g.product_id = ${productId}`.execute(
    tx.db,
  );
};

/** Adds an image. Throws `URL_NOT_ALLOWED`, or `LIMIT_REACHED` beyond fifty. */
export const addProductImage = (core: Core, actor: Actor, input: z.output<C['add']['input']>): Promise<Images> =>
  change(core, actor, input.productId, async (tx, images) => {
    assertImageUrl(tx, input.url, 'url');
    if (images.length >= mostImages) throw new DomainError('LIMIT_REACHED', `A product can have at most ${mostImages} images.`);
    const id = tx.ids.next<ProductImageId>();
    await tx.db
      .insertInto('product_images')
      .values({ id, product_id: input.productId, url: input.url, alt_text: input.altText, position: images.length + 1 })
      .execute();
    return images.toSpliced((input.position ?? images.length + 1) - 1, 0, id);
  });

/** Throws `NOT_FOUND` for an image of another product. */
export const updateProductImage = (core: Core, actor: Actor, input: z.output<C['update']['input']>): Promise<Images> =>
  change(core, actor, input.productId, async (tx, images) => {
    if (!images.includes(input.imageId)) throw notFound('This image');
    await sql`update product_images set alt_text = ${input.altText} where id = ${input.imageId}`.execute(tx.db);
    return images;
  });

/** Throws `CONFLICT` unless the order names every image of the product once. */
export const reorderProductImages = (core: Core, actor: Actor, input: z.output<C['reorder']['input']>): Promise<Images> =>
  change(core, actor, input.productId, (_tx, images) => {
    const named = new Set(input.imageIds);
    if (named.size !== input.imageIds.length || named.size !== images.length || images.some((id) => !named.has(id)))
      throw new DomainError('CONFLICT', 'The new order must list every image of the product exactly once. Reload the images.', {
        details: { imageIds: images },
      });
    return Promise.resolve(input.imageIds);
  });

/** Throws `NOT_FOUND` for an image of another product. */
export const removeProductImage = async (core: Core, actor: Actor, input: z.output<C['remove']['input']>): Promise<{ ok: true }> => {
  await change(core, actor, input.productId, async (tx, images) => {
    if (!images.includes(input.imageId)) throw notFound('This image');
    await sql`delete from product_images where id = ${input.imageId}`.execute(tx.db);
    return images.filter((id) => id !== input.imageId);
  });
  return { ok: true };
};
