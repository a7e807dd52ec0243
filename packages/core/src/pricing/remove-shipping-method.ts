import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { notFound, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { announcePricing } from './pricing.changes.ts';

type C = ShopContract['shipping'];

/** Removes a method. Throws `NOT_FOUND`. */
export const removeShippingMethod = (core: Core, actor: Actor, { id }: z.output<C['remove']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'pricing:write');
  return transact(core, async (tx) => {
    const deleted = await tx.db.deleteFrom('shipping_methods').where('id', '=', id).returning('id').executeTakeFirst();
    if (!deleted) throw notFound('This shipping method');
    announcePricing(tx, id);
    return { ok: true };
  });
};
