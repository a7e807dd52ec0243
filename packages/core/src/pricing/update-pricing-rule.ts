import { definedFields, type PricingRule, type ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { assertTargets, currenciesFor, newTargets, readPricingRule } from './pricing-rule.queries.ts';
import { changePricingRule } from './pricing-rule.store.ts';
import { announceRules, assertVersion } from './pricing.changes.ts';
import { lockPricingRule, lockRules } from './pricing.locks.ts';
import { assertNoOverlap, assertSensibleRule, changedTerms } from './rule.policy.ts';

type C = ShopContract['pricing'];

/**
 * Changes a rule, also one whose product or variant is deleted. Throws `VERSION_MISMATCH` when somebody else changed it first, and as
 * `createPricingRules`.
 */
export const updatePricingRule = (core: Core, actor: Actor, input: z.output<C['updateRule']['input']>): Promise<PricingRule> => {
  requireScope(actor, 'pricing:write');
  return transact(core, async (tx) => {
    await lockRules(tx);
    const before = await lockPricingRule(tx, input.id);
    const { id, version, ...changes } = input;
    assertVersion('rule', before, version);
    const after: PricingRule = changedTerms(before, definedFields(changes));
    assertSensibleRule(after);
    await assertTargets(tx, [newTargets(before, after)]);
    const [fallback] = await currenciesFor(tx, [after]);
    await changePricingRule(tx, { id, version }, { ...after, currency: after.currency ?? fallback ?? null });
    await assertNoOverlap(tx, [id]);
    announceRules(tx, id, [before, after]);
    return readPricingRule(tx, id);
  });
};
