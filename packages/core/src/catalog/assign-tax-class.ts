/** The tax class of products. */
import type { ProductId, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { notFound, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';

type Input = z.output<ShopContract['tax']['assignClass']['input']>;

/** Puts products into a tax class, all or none. Throws `NOT_FOUND` for an unknown product. */
export const assignTaxClass = (core: Core, actor: Actor, input: Input): Promise<{ changed: number }> => {
  requireScope(actor, 'pricing:write');
  return transact(core, async (tx) => {
    const wanted = [...new Set(input.productIds)];
    const { rows } = await sql<{ id: ProductId; changed: boolean }>`
      update products p set tax_class = ${input.taxClass}, version = p.version + (old.tax_class <> ${input.taxClass})::int, updated_at = now()
      from products old where p.id = any(${wanted}::uuid[]) and p.deleted_at is null and old.id = p.id
      returning p.id, old.tax_class <> ${input.taxClass} as changed`.execute(tx.db);
    if (rows.length !== wanted.length) throw notFound('A product of this list');
    const changed = rows.filter((row) => row.changed);
    for (const { id } of changed) tx.outbox.add('product.updated', id, { productId: id });
    return { changed: changed.length };
  });
};
