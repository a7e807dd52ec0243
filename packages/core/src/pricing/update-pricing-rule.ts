import type { PricingRule, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { announceRules, toRuleRow, assertTargets, currenciesFor } from './pricing-rule.store.ts';
import { assertVersion, sent } from './pricing.changes.ts';
import { lockPricingRule, lockRules } from './pricing.locks.ts';
import { readPricingRule } from './pricing-rule.queries.ts';
import { assertNoOverlap, assertSensibleRule } from './rule.policy.ts';

type C = ShopContract['pricing'];

/** Changes a rule. Throws `VERSION_MISMATCH` when somebody else changed it first, and as `createPricingRules`. */
export const updatePricingRule = (core: Core, actor: Actor, input: z.output<C['updateRule']['input']>): Promise<PricingRule> => {
  requireScope(actor, 'pricing:write');
  return transact(core, async (tx) => {
    await lockRules(tx);
    const before = await lockPricingRule(tx, input.id);
    const { id, version, ...changes } = input;
    assertVersion('rule', before, version);
    const given = sent(changes);
    const after: PricingRule = { ...before, ...given };
    assertSensibleRule(after);
    await assertTargets(tx, [after]);
    const [fallback] = await currenciesFor(tx, [after]);
    await tx.db
      .updateTable('pricing_rules')
      .set({ ...toRuleRow({ ...after, currency: after.currency ?? fallback ?? null }), version: version + 1, updated_at: sql`now()` })
      .where('id', '=', id)
      .execute();
    await assertNoOverlap(tx, [id]);
    announceRules(tx, id, [before, after]);
    return readPricingRule(tx, id);
  });
};
