import type { Product, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { notFound, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { changeVariants, type VariantChange } from './change-variants.ts';
import { lockProduct } from './product.locks.ts';
import { findProduct, readVariants } from './product.queries.ts';
import type { RevisedVariant } from './variant.store.ts';
import { touchProduct } from './update-product.ts';

type C = ShopContract['products'];
type Target = Pick<z.output<C['setPrice']['input']>, 'id' | 'version' | 'variantId'>;

/** `field` names the input field in the error for a price above the compare-at price. */
const reprice = (
  core: Core,
  actor: Actor,
  target: Target,
  change: (variant: RevisedVariant) => VariantChange,
  field?: string,
): Promise<Product> => {
  requireScope(actor, 'catalog:write');
  requireScope(actor, 'pricing:write');
  return transact(core, async (tx) => {
    await lockProduct(tx, target.id, target.version ?? null);
    const variants = await readVariants(tx, target.id, target.variantId);
    await changeVariants(tx, actor, target.id, variants.map(change), field === undefined ? undefined : () => field);
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
