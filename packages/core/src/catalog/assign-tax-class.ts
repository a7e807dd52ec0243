/** The tax class of products. */
import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { notFound, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { setTaxClass } from './product.store.ts';

type Input = z.output<ShopContract['tax']['assignClass']['input']>;

/** Puts products into a tax class, all or none. Throws `NOT_FOUND` for an unknown product. */
export const assignTaxClass = (core: Core, actor: Actor, input: Input): Promise<{ changed: number }> => {
  requireScope(actor, 'pricing:write');
  return transact(core, async (tx) => {
    const wanted = [...new Set(input.productIds)];
    const rows = await setTaxClass(tx, wanted, input.taxClass);
    const unknown = wanted.find((id) => !rows.some((row) => row.id === id));
    if (unknown !== undefined) throw notFound('The product', unknown);
    const changed = rows.filter((row) => row.changed);
    for (const { id } of changed) tx.outbox.add('product.updated', id, { productId: id });
    return { changed: changed.length };
  });
};
