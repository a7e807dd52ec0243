import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { notFound, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { deleteRule } from './pricing-rule.store.ts';
import { announcePricing } from './pricing.changes.ts';

type C = ShopContract['pricing'];

/** Removes a rule. */
export const deletePricingRule = (core: Core, actor: Actor, input: z.output<C['deleteRule']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'pricing:write');
  return transact(core, async (tx) => {
    const deleted = await deleteRule(tx, input.id);
    if (!deleted) throw notFound('This rule', input.id);
    announcePricing(tx, input.id, deleted.variantId ? [deleted.variantId] : []);
    return { ok: true };
  });
};
