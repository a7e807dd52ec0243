/** Reads of pricing rules, for staff. */
import { pricingRuleSchema, type Currency, type PricingRule, type ShopContract } from '@cartwright/contracts';
import { PricingRule as StoredRule } from '@cartwright/db';
import type { z } from 'zod';
import { DomainError, notFound, requireScope, storedRecord, type Actor, type Core, type Reader, type Tx } from '../kernel/index.ts';
import { listRulesWithTargets } from '../read-models/pricing-rule-list.ts';
import { findTargets, readCurrencies, type RuleTargets } from '../read-models/rule-targets.ts';
import { hasAmounts, type RuleTerms } from './rule.policy.ts';

type C = ShopContract['pricing'];

/** A pricing rule as it is stored and shown. */
export const ruleRecord = storedRecord(StoredRule, pricingRuleSchema);

/** A page of rules with what they apply to, newest first. */
export const listPricingRules = (
  core: Core,
  actor: Actor,
  input: z.output<C['listRules']['input']>,
): Promise<z.output<C['listRules']['output']>> => {
  requireScope(actor, 'pricing:read');
  return listRulesWithTargets(core, input);
};

/** One rule. Throws `NOT_FOUND`. */
export const getPricingRule = async (core: Core, actor: Actor, { id }: z.output<C['getRule']['input']>): Promise<PricingRule> => {
  requireScope(actor, 'pricing:read');
  return readPricingRule(core, id);
};

/** One rule, for whoever may see it. Throws `NOT_FOUND`. */
export const readPricingRule = async ({ db }: Pick<Reader, 'db'>, id: string): Promise<PricingRule> => {
  const row = await db.selectFrom('pricing_rules').select(ruleRecord.fields).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('This rule', id);
  return ruleRecord.of(row);
};

const targets = [
  { kind: 'variants', field: 'variantId', noun: 'variant' },
  { kind: 'products', field: 'productId', noun: 'product' },
  { kind: 'categories', field: 'categoryId', noun: 'category' },
  { kind: 'collections', field: 'collectionId', noun: 'collection' },
  { kind: 'codes', field: 'code', noun: 'promo code' },
] as const;
/** The fields of a rule that name what it is for. */
type TargetsOfRule = Pick<RuleTerms, (typeof targets)[number]['field']>;

/** What a change names anew. What the rule was for before may have been deleted since, which keeps nobody from switching it off. */
export const newTargets = (before: TargetsOfRule, after: TargetsOfRule): TargetsOfRule => ({
  ...after,
  ...Object.fromEntries(targets.flatMap(({ field }) => (after[field] === before[field] ? [[field, null]] : []))),
});

/**
 * Throws `NOT_FOUND` with the fields when a variant, product, category, collection or code of a rule does not exist. `pathOf` tells where
 * a rule is in the input.
 */
export const assertTargets = async (
  tx: Tx,
  rules: readonly TargetsOfRule[],
  pathOf: (index: number) => string = () => '',
): Promise<void> => {
  const wanted = Object.fromEntries(targets.map(({ kind, field }) => [kind, [...new Set(rules.flatMap((rule) => rule[field] ?? []))]]));
  const known = await findTargets(tx, wanted as unknown as RuleTargets);
  const missing = targets.flatMap(({ kind, field, noun }) =>
    rules.flatMap(({ [field]: value }, i) =>
      value === null || known[kind]?.includes(value) ? [] : [{ path: `${pathOf(i)}${field}`, noun, value }],
    ),
  );
  const [first] = missing;
  if (!first) return;
  const next = first.noun === 'promo code' ? 'Create it under Promo codes first, or leave the code out.' : `Choose another ${first.noun}.`;
  throw new DomainError('NOT_FOUND', `No ${first.noun} ${first.value} exists. ${next}`, {
    fields: missing.map(({ path, noun, value }) => ({ path, message: `is not a ${noun} of this shop; "${value}" was given` })),
  });
};

/** The currency of each rule with amounts that names none: that of its goods, otherwise the shop's. */
export const currenciesFor = async (tx: Tx, rules: readonly RuleTerms[]): Promise<(Currency | null)[]> => {
  const currencies = await readCurrencies(tx, rules);
  return rules.map((rule, i) => (hasAmounts(rule) ? (currencies[i] ?? null) : null));
};
