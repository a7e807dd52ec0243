import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { answerGone, anyId, requireScope, transact, type Actor, type Core } from '../kernel/index.ts';
import { assertTargets, currenciesFor, ruleRecord } from './pricing-rule.queries.ts';
import { insertPricingRules } from './pricing-rule.store.ts';
import { announceRules } from './pricing.changes.ts';
import { lockRules } from './pricing.locks.ts';
import { assertNoOverlap, assertSensibleRule } from './rule.policy.ts';

type C = ShopContract['pricing'];

/** The rules of the first call may have been changed or deleted since; the list of rules shows them. */
const madeBefore = (): Promise<z.output<C['createRules']['output']>> =>
  Promise.reject(answerGone('The rules were added by an earlier request with this Idempotency-Key.'));

/**
 * Adds rules, all or none. Throws `INVALID_PRICE` for an invalid one, `RULES_OVERLAP` for one that would make the price
 * ambiguous, `NOT_FOUND` for an unknown variant, product, category, collection or code.
 */
export const createPricingRules = (
  core: Core,
  actor: Actor,
  input: z.output<C['createRules']['input']>,
): Promise<z.output<C['createRules']['output']>> => {
  requireScope(actor, 'pricing:write');
  input.rules.forEach((rule, i) => assertSensibleRule(rule, `rules.${i}.`));
  return transact(
    core,
    { once: { answers: true, subject: ({ rules: [first] }: z.output<C['createRules']['output']>) => first?.id ?? '', again: madeBefore } },
    async (tx) => {
      await lockRules(tx);
      await assertTargets(tx, input.rules, (i) => `rules.${i}.`);
      const currencies = await currenciesFor(tx, input.rules);
      const rules = input.rules.map((rule, i) => ({ ...rule, currency: rule.currency ?? currencies[i] ?? null }));
      const ids = await insertPricingRules(tx, rules);
      await assertNoOverlap(tx, ids);
      const rows = await tx.db.selectFrom('pricing_rules').select(ruleRecord.fields).where('id', '=', anyId(ids)).orderBy('id').execute();
      announceRules(tx, ids[0] ?? tx.ids.next(), input.rules);
      return { rules: rows.map(ruleRecord.of) };
    },
  );
};
