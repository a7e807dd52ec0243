import type { ProductId, ShopContract, VariantId } from '@cartwright/contracts';
import type { z } from 'zod';
import { notFound, requireScope, type Actor, type Core, type Reader } from '../kernel/index.ts';

type C = ShopContract['products']['costs'];

/** What the shop pays for each variant of a product; staff only. Throws `NOT_FOUND`. */
export const getProductCosts = async (core: Core, actor: Actor, { id }: z.output<C['input']>): Promise<z.output<C['output']>> => {
  requireScope(actor, 'catalog:write');
  const costs = await readCosts(core, id);
  if (costs.size === 0) throw notFound('This product', id);
  return { variants: [...costs].map(([variantId, costCents]) => ({ variantId, costCents })) };
};

/** The cost of each variant of a product that is not deleted, in the order of its page; null when it is not known. */
export const readCosts = async ({ db }: Pick<Reader, 'db'>, id: ProductId): Promise<Map<VariantId, number | null>> => {
  const rows = await db
    .selectFrom('variants')
    .select(['id', 'costCents'])
    .where('productId', '=', id)
    .where('deletedAt', 'is', null)
    .orderBy('position')
    .orderBy('id')
    .execute();
  return new Map(rows.map((row) => [row.id as VariantId, row.costCents]));
};
