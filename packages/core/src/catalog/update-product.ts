import { mostOfProduct, type Product, type ProductId, type ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { anyId, DomainError, notFound, requireScope, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { assertCategory } from './category.locks.ts';
import { changeVariants } from './change-variants.ts';
import { appendVariants, assertOptionsDiffer, assertPrices, optionsOf, requireStockRules } from './create-product.ts';
import { lockProduct } from './product.locks.ts';
import { findProduct } from './product.queries.ts';
import { raiseProductVersions, setProductFields, setProductOptions } from './product.store.ts';
import { nameSkuOwner, type GivenSku } from './sku.queries.ts';
import { deleteRedirect, keepPresentSlug } from './slug.store.ts';
import { explainTaken } from './taken-names.ts';
import { setSkus } from './variant.store.ts';

type Input = z.output<ShopContract['products']['update']['input']>;

/** Changes a product, and the prices and SKUs of its variants. Throws `VERSION_MISMATCH` when somebody else changed it first. */
export const updateProduct = (core: Core, actor: Actor, input: Input): Promise<Product> => {
  requireScope(actor, 'catalog:write');
  const answer = transact(core, async (tx) => {
    await lockProduct(tx, input.id, input.version);
    if (input.categoryId) await assertCategory(tx, input.categoryId);
    const { id, version: _, variants, addVariants, ...fields } = input;
    try {
      if (fields.slug !== undefined) await changeSlug(tx, id, fields.slug);
      await setProductFields(tx, id, fields);
      if (variants) await changeSkus(tx, id, variants);
      if (addVariants && addVariants.length > 0) await extendProduct(tx, actor, id, addVariants);
    } catch (error) {
      throw explainTaken(error, 'addVariants');
    }
    if (variants) await assertOwnImages(tx, id, variants);
    if (variants) await changeVariants(tx, actor, id, variants);
    tx.outbox.add('product.updated', id, { productId: id });
    const product = await findProduct(tx, { id });
    if (!product) throw notFound('This product', id);
    return product;
  });
  return answer.catch(async (error: unknown) => Promise.reject(await nameSkuOwner(core, error, skusOf(input))));
};

const skusOf = ({ variants = [], addVariants = [] }: Input): GivenSku[] => [
  ...variants.flatMap(({ id, sku }, i) => (sku === undefined ? [] : [{ sku, path: `variants.${i}.sku`, variantId: id }])),
  ...addVariants.map(({ sku }, i) => ({ sku, path: `addVariants.${i}.sku` })),
];

/** Throws `NOT_FOUND` for an image of another product. */
const assertOwnImages = async (tx: Tx, productId: ProductId, changes: NonNullable<Input['variants']>): Promise<void> => {
  const wanted = new Set(changes.flatMap(({ imageId }) => imageId ?? []));
  if (wanted.size === 0) return;
  const own = await tx.db
    .selectFrom('product_images')
    .select('id')
    .where('productId', '=', productId)
    .where('id', '=', anyId([...wanted]))
    .execute();
  if (own.length < wanted.size)
    throw notFound(
      'This image of the product',
      [...wanted].find((id) => !own.some((image) => image.id === id)),
    );
};

const changeSkus = async (tx: Tx, productId: ProductId, changes: NonNullable<Input['variants']>): Promise<void> => {
  const wanted = changes.flatMap(({ id, sku }) => (sku === undefined ? [] : [{ id, sku }]));
  if (wanted.length > 0) await setSkus(tx, productId, wanted);
};

/** Tx step: a change that shows in the product although its own row is the same. */
export const touchProduct = async (tx: Tx, id: ProductId): Promise<void> => {
  await raiseProductVersions(tx, [id]);
  tx.outbox.add('product.updated', id, { productId: id });
};

/** The earlier slug keeps leading to this product, and the new one no longer leads to another. */
const changeSlug = async (tx: Tx, id: ProductId, slug: string): Promise<void> => {
  await keepPresentSlug(tx, id, slug);
  await deleteRedirect(tx, slug);
};

const extendProduct = async (tx: Tx, actor: Actor, id: ProductId, variants: NonNullable<Input['addVariants']>): Promise<void> => {
  requireStockRules(actor, variants);
  variants.forEach((variant, i) => assertPrices(variant, `addVariants.${i}.compareAtPriceCents`));
  const rows = await tx.db.selectFrom('variants').select('options').where('productId', '=', id).orderBy('position').orderBy('id').execute();
  if (rows.length + variants.length > mostOfProduct.variants)
    throw new DomainError(
      'LIMIT_REACHED',
      `A product can have at most ${mostOfProduct.variants} variants. This one would have ${rows.length + variants.length}.`,
      { details: { limit: mostOfProduct.variants } },
    );
  assertOptionsDiffer(
    variants,
    rows.map(({ options }) => options),
    'addVariants',
  );
  await appendVariants(tx, actor, id, variants, rows.length);
  const options = optionsOf([...rows, ...variants].map((variant) => variant.options));
  await setProductOptions(tx, id, options);
};
