/** Writes the table `slug_redirects`: earlier slugs, under which products can still be found. */
import type { ProductId } from '@cartwright/contracts';
import { anyId, now, type Tx } from '../kernel/index.ts';

/** Tx step: keeps the present slug of a product as an earlier one, unless it is the next one too. */
export const keepPresentSlug = async (tx: Tx, productId: ProductId, next: string): Promise<void> => {
  await tx.db
    .insertInto('slug_redirects')
    .columns(['slug', 'productId'])
    .expression((eb) => eb.selectFrom('products').select(['slug', 'id']).where('id', '=', productId).where('slug', '<>', next))
    .onConflict((conflict) => conflict.column('slug').doUpdateSet((eb) => ({ productId: eb.ref('excluded.productId'), createdAt: now })))
    .execute();
};

/** Tx step: a slug no longer leads to the product that had it earlier. */
export const deleteRedirect = async (tx: Tx, slug: string): Promise<void> => {
  await tx.db.deleteFrom('slug_redirects').where('slug', '=', slug).execute();
};

/** Tx step: deletes the earlier slugs of products. */
export const deleteRedirectsOf = async (tx: Tx, productIds: readonly ProductId[]): Promise<void> => {
  await tx.db.deleteFrom('slug_redirects').where('productId', '=', anyId(productIds)).execute();
};
