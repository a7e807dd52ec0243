/** Reads of pricing rules, for staff. */
import type { Currency, PricingRule, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, notFound, requireScope, type Actor, type Core, type Reader, type Tx } from '../kernel/index.ts';
import { listRulesWithTargets, ruleRecord } from '../read-models/pricing-rule-list.ts';
import { findTargets, readCurrencies, type RuleTargets } from '../read-models/rule-targets.ts';
import type { RuleTerms } from './rule.policy.ts';

type C = ShopContract['pricing'];

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

/**
 * Throws `NOT_FOUND` with the fields when a variant, product, category, collection or code of a rule does not exist. `pathOf` tells where
 * a rule is in the input.
 */
export const assertTargets = async (tx: Tx, rules: readonly RuleTerms[], pathOf: (index: number) => string = () => ''): Promise<void> => {
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
  return rules.map(({ amountCents, minSubtotalCents }, i) =>
    amountCents === null && minSubtotalCents === null ? null : (currencies[i] ?? null),
  );
};
