import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { notFound, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { announcePricing } from './pricing.changes.ts';
import { removeShippingMethod } from './shipping-method.store.ts';

type C = ShopContract['shipping'];

/** Removes a method. Throws `NOT_FOUND`. */
export const deleteShippingMethod = (core: Core, actor: Actor, { id }: z.output<C['delete']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'pricing:write');
  return transact(core, async (tx) => {
    if (!(await removeShippingMethod(tx, id))) throw notFound('This shipping method', id);
    announcePricing(tx, id);
    return { ok: true };
  });
};
