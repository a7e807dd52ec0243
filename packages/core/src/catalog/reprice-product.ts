import type { Product, ProductId, ShopContract, VariantId } from '@cartwright/contracts';
import type { z } from 'zod';
import { changeOnHand, lockFreedStock } from '../inventory/index.ts';
import { DomainError, notFound, requireScope, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { lockProduct } from './product.locks.ts';
import { findProduct } from './product.queries.ts';
import { touchProduct, updateVariants } from './update-product.ts';

type C = ShopContract['products'];
interface Priced {
  readonly id: VariantId;
  readonly priceCents: number;
  readonly compareAtPriceCents: number | null;
}

/** The affected variants: one, or all of the product. Throws `NOT_FOUND`. */
const variantsOf = async (tx: Tx, productId: ProductId, only: VariantId | undefined): Promise<Priced[]> => {
  const all = tx.db
    .selectFrom('variants')
    .select((eb) => [eb.ref('id').$castTo<VariantId>().as('id'), 'priceCents', 'compareAtPriceCents'])
    .where('productId', '=', productId)
    .orderBy('position')
    .orderBy('id');
  const variants = await (only === undefined ? all : all.where('id', '=', only)).execute();
  if (variants.length === 0)
    throw only === undefined ? notFound('A variant of this product') : notFound('This variant of the product', only);
  return variants;
};

type Change = Parameters<typeof updateVariants>[3][number];
type Target = Pick<z.output<C['setPrice']['input']>, 'id' | 'version' | 'variantId'>;

/** `field` names the input field in the error for a price above the compare-at price. */
const reprice = (core: Core, actor: Actor, target: Target, change: (variant: Priced) => Change, field?: string): Promise<Product> => {
  requireScope(actor, 'catalog:write');
  requireScope(actor, 'pricing:write');
  return transact(core, async (tx) => {
    await lockProduct(tx, target.id, target.version ?? null);
    const variants = await variantsOf(tx, target.id, target.variantId);
    await updateVariants(tx, actor, target.id, variants.map(change), field === undefined ? undefined : () => field);
    await touchProduct(tx, target.id);
    const product = await findProduct(tx, { id: target.id });
    if (!product) throw notFound('This product', target.id);
    return product;
  });
};

/** Sets a price, of all variants or of one. Throws `INVALID_PRICE` above the compare-at price. */
export const setProductPrice = (core: Core, actor: Actor, input: z.output<C['setPrice']['input']>): Promise<Product> =>
  reprice(core, actor, input, ({ id }) => ({ id, priceCents: input.priceCents }), 'priceCents');

/** Lowers prices by a percentage of the price before any discount, rounded half up; 0 removes the discount. */
export const discountProduct = (core: Core, actor: Actor, input: z.output<C['discount']['input']>): Promise<Product> =>
  reprice(core, actor, input, ({ id, priceCents, compareAtPriceCents }) => {
    const full = BigInt(compareAtPriceCents ?? priceCents);
    const lowered = Number((full * BigInt(10_000 - input.percentBasisPoints) * 2n + 10_000n) / 20_000n);
    return { id, priceCents: lowered, compareAtPriceCents: input.percentBasisPoints === 0 ? null : Number(full) };
  });

/** Sets the units on hand. Throws `VARIANT_REQUIRED` when the product has several variants and none is named. */
export const setProductStock = (core: Core, actor: Actor, input: z.output<C['setStock']['input']>): Promise<Product> => {
  requireScope(actor, 'inventory:write');
  return transact(core, async (tx) => {
    await lockProduct(tx, input.id, input.version ?? null);
    const [variant, another] = await variantsOf(tx, input.id, input.variantId);
    if (!variant || another)
      throw new DomainError('VARIANT_REQUIRED', 'The product has several variants. Send variantId to say which stock to set.');
    const stock = (await lockFreedStock(tx, [variant.id])).get(variant.id);
    if (!stock) throw notFound('The stock of this variant');
    await changeOnHand(tx, actor, [{ stock, delta: input.onHand - stock.onHand, kind: 'adjusted', reason: input.reason }]);
    const product = await findProduct(tx, { id: input.id });
    if (!product) throw notFound('This product', input.id);
    return product;
  });
};
