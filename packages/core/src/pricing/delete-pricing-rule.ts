import type { ShopContract, VariantId } from '@cartwright/contracts';
import type { z } from 'zod';
import { notFound, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { announcePricing } from './pricing.changes.ts';

type C = ShopContract['pricing'];

/** Removes a rule. */
export const deletePricingRule = (core: Core, actor: Actor, input: z.output<C['deleteRule']['input']>): Promise<{ ok: true }> => {
  requireScope(actor, 'pricing:write');
  return transact(core, async (tx) => {
    const deleted = await tx.db.deleteFrom('pricing_rules').where('id', '=', input.id).returning(['variant_id']).executeTakeFirst();
    if (!deleted) throw notFound('This rule');
    announcePricing(tx, input.id, deleted.variant_id ? [deleted.variant_id as VariantId] : []);
    return { ok: true };
  });
};
