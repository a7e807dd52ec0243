/** Reads of pricing rules, for staff. */
import type { Currency, PricingRule, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import {
  equalsIfGiven,
  likeText,
  notFound,
  requireScope,
  selectPage,
  type Actor,
  type Core,
  type Reader,
  type Tx,
} from '../kernel/index.ts';
import { countTargets, readCurrencies } from '../read-models/rule-targets.ts';
import { ruleRecord } from './pricing.queries.ts';
import type { RuleTerms } from './rule.policy.ts';

type C = ShopContract['pricing'];

/** A page of rules, newest first. */
export const listPricingRules = (
  core: Core,
  actor: Actor,
  input: z.output<C['listRules']['input']>,
): Promise<z.output<C['listRules']['output']>> => {
  requireScope(actor, 'pricing:read');
  const { q = null, effect = null, variantId = null, productId = null, active = null } = input;
  const like = q === null ? null : `%${likeText(q)}%`;
  let rules = core.db
    .selectFrom('pricing_rules')
    .select(ruleRecord.fields)
    .where((eb) =>
      eb.and([
        equalsIfGiven(eb.ref('effect'), 'text', effect),
        equalsIfGiven(eb.ref('variantId'), 'uuid', variantId),
        equalsIfGiven(eb.ref('productId'), 'uuid', productId),
        equalsIfGiven(eb.ref('active'), 'boolean', active),
      ]),
    )
    .orderBy('id', 'desc');
  if (like !== null) rules = rules.where((eb) => eb.or([eb('name', 'ilike', like), eb('code', 'ilike', like)]));
  return selectPage(rules, input, ruleRecord.of);
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

/** Throws `NOT_FOUND` when a variant, product, category, collection or code of a rule does not exist. */
export const assertTargets = async (tx: Tx, rules: readonly RuleTerms[]): Promise<void> => {
  const distinct = (of: (rule: RuleTerms) => string | null) => [...new Set(rules.flatMap((rule) => of(rule) ?? []))];
  const wanted = {
    variants: distinct((r) => r.variantId),
    products: distinct((r) => r.productId),
    categories: distinct((r) => r.categoryId),
    collections: distinct((r) => r.collectionId),
    codes: distinct((r) => r.code),
  };
  const known = await countTargets(tx, wanted);
  if (known.variants !== wanted.variants.length || known.products !== wanted.products.length)
    throw notFound('A variant or product of these rules');
  if (known.categories !== wanted.categories.length) throw notFound('A category of these rules');
  if (known.collections !== wanted.collections.length) throw notFound('A collection of these rules');
  if (known.codes !== wanted.codes.length) throw notFound('A promo code of these rules');
};

/** The currency of each rule with amounts that names none: that of its goods, otherwise the shop's. */
export const currenciesFor = async (tx: Tx, rules: readonly RuleTerms[]): Promise<(Currency | null)[]> => {
  const currencies = await readCurrencies(tx, rules);
  return rules.map(({ amountCents, minSubtotalCents }, i) =>
    amountCents === null && minSubtotalCents === null ? null : (currencies[i] ?? null),
  );
};
