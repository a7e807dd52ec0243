import type { Product, ProductId, ShopContract, VariantId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { changeOnHand, lockFreedStock } from '../inventory/index.ts';
import { DomainError, notFound, requireScope, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { findProduct } from './product.queries.ts';
import { lockProduct, touchProduct, updateVariants } from './update-product.ts';

type C = ShopContract['products'];
interface Priced {
  readonly id: VariantId;
  readonly priceCents: number;
  readonly compareAtPriceCents: number | null;
}

/** The variants that are meant: one, or all of the product. Throws `NOT_FOUND`. */
const variantsOf = async (tx: Tx, productId: ProductId, only: VariantId | undefined): Promise<Priced[]> => {
  const { rows } = await sql<Priced>`
    select id, price_cents as "priceCents", compare_at_price_cents as "compareAtPriceCents" from variants
    where product_id = ${productId} and id = coalesce(${only ?? null}::uuid, id) order by position, id`.execute(tx.db);
  if (rows.length === 0) throw notFound('A variant of this product');
  return rows;
};

const answer = async (tx: Tx, id: ProductId): Promise<Product> => {
  await touchProduct(tx, id);
  const product = await findProduct(tx, { id });
  if (!product) throw notFound('This product');
  return product;
};

/** Sets a price, of all variants or of one. Throws `INVALID_PRICE` above the struck-out price. */
export const setProductPrice = (core: Core, actor: Actor, input: z.output<C['setPrice']['input']>): Promise<Product> => {
  requireScope(actor, 'catalog:write');
  return transact(core, async (tx) => {
    await lockProduct(tx, input.id, input.version ?? null);
    const variants = await variantsOf(tx, input.id, input.variantId);
    await updateVariants(
      tx,
      actor,
      input.id,
      variants.map(({ id }) => ({ id, priceCents: input.priceCents })),
      () => 'priceCents',
    );
    return answer(tx, input.id);
  });
};

/** Lowers prices by a share of what they were before any discount, rounded half up; 0 takes the discount back. */
export const discountProduct = (core: Core, actor: Actor, input: z.output<C['discount']['input']>): Promise<Product> => {
  requireScope(actor, 'catalog:write');
  return transact(core, async (tx) => {
    await lockProduct(tx, input.id, input.version ?? null);
    const variants = await variantsOf(tx, input.id, input.variantId);
    await updateVariants(
      tx,
      actor,
      input.id,
      variants.map(({ id, priceCents, compareAtPriceCents }) => {
        const full = BigInt(compareAtPriceCents ?? priceCents);
        const lowered = Number((full * BigInt(10_000 - input.percentBasisPoints) * 2n + 10_000n) / 20_000n);
        return { id, priceCents: lowered, compareAtPriceCents: input.percentBasisPoints === 0 ? null : Number(full) };
      }),
    );
    return answer(tx, input.id);
  });
};

/** Sets the units on hand. Throws `INVALID_STATE` when the product has several variants and none is named. */
export const setProductStock = (core: Core, actor: Actor, input: z.output<C['setStock']['input']>): Promise<Product> => {
  requireScope(actor, 'inventory:write');
  return transact(core, async (tx) => {
    await lockProduct(tx, input.id, input.version ?? null);
    const [variant, another] = await variantsOf(tx, input.id, input.variantId);
    if (!variant || another)
      throw new DomainError('INVALID_STATE', 'This product has several variants: say whose stock it is by variantId.');
    const stock = (await lockFreedStock(tx, [variant.id])).get(variant.id);
    if (!stock) throw notFound('The stock of this variant');
    await changeOnHand(tx, actor, stock, { delta: input.onHand - stock.onHand, kind: 'adjusted', reason: input.reason });
    const product = await findProduct(tx, { id: input.id });
    if (!product) throw notFound('This product');
    return product;
  });
};
