/** Which pricing rules are valid, each by itself and together with the others. */
import type { FieldIssue, PricingRule, PricingRuleEffect, PricingRuleId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { DomainError, type Tx } from '../kernel/index.ts';
import { endsTooEarly } from './pricing.changes.ts';

/** What staff decide about a rule. */
export type RuleTerms = Omit<PricingRule, 'id' | 'version' | 'createdAt' | 'updatedAt'>;

/** Whether a rule has an amount of money, which is in the currency of the rule. */
export const hasAmounts = ({ amountCents, minSubtotalCents }: Pick<RuleTerms, 'amountCents' | 'minSubtotalCents'>): boolean =>
  amountCents !== null || minSubtotalCents !== null;

/**
 * The terms of a rule after a change. The currency of its amounts goes with the last of them, unless the change names one: it would
 * restrict the rule to that currency.
 */
export const changedTerms = <R extends RuleTerms>(before: R, changes: Partial<RuleTerms>): R => {
  const after = { ...before, ...changes };
  return changes.currency === undefined && hasAmounts(before) && !hasAmounts(after) ? { ...after, currency: null } : after;
};

const percentEffects: readonly PricingRuleEffect[] = ['percent_off', 'order_percent_off', 'low_stock_surcharge'];
const amountEffects: readonly PricingRuleEffect[] = ['amount_off', 'fixed_price', 'order_amount_off'];
const cartEffects: readonly PricingRuleEffect[] = ['order_percent_off', 'order_amount_off', 'free_shipping'];

const issuesOf = (rule: RuleTerms): FieldIssue[] => {
  const issues: FieldIssue[] = [];
  const bad = (path: keyof RuleTerms, message: string) => issues.push({ path, message });
  const { effect } = rule;
  const needs = (field: keyof RuleTerms, wanted: boolean, optional = false) => {
    const there = rule[field] !== null;
    if (wanted && !there && !optional) bad(field, `is required for ${effect}`);
    if (!wanted && there) bad(field, `does not apply to ${effect}`);
  };
  needs('percentBasisPoints', percentEffects.includes(effect) || effect === 'buy_x_get_y', effect === 'buy_x_get_y');
  needs('amountCents', amountEffects.includes(effect));
  needs('buyQuantity', effect === 'buy_x_get_y');
  needs('getQuantity', effect === 'buy_x_get_y');
  needs('stockThreshold', effect === 'low_stock_surcharge');
  needs('minSubtotalCents', cartEffects.includes(effect), true);
  if (rule.fullPriceOnly && !['buy_x_get_y', 'order_percent_off', 'order_amount_off'].includes(effect))
    bad('fullPriceOnly', `does not apply to ${effect}`);
  if ([rule.variantId, rule.productId, rule.categoryId, rule.collectionId].filter((scope) => scope !== null).length > 1)
    bad('variantId', 'is a second scope: a rule applies to one variant, product, category or collection, or to everything');
  if (endsTooEarly(rule)) bad('endsAt', 'must be after startsAt');
  return issues;
};

/**
 * Throws `INVALID_PRICE` with every invalid field of a rule, or `INVALID_INPUT` when its end is one of them; `prefix` is the path of the
 * rule in the input.
 */
export const assertSensibleRule = (rule: RuleTerms, prefix = ''): void => {
  const fields = issuesOf(rule).map(({ path, message }) => ({ path: `${prefix}${path}`, message }));
  const [first] = fields;
  if (first)
    throw new DomainError(endsTooEarly(rule) ? 'INVALID_INPUT' : 'INVALID_PRICE', `${first.path} ${first.message}.`, {
      fields,
    });
};

/**
 * Tx step, after the write: throws `RULES_OVERLAP` when one of these rules and another exclusive one would apply to the
 * same goods, buyers, quantity and time at the same priority, which would make the price ambiguous. The lock lets
 * concurrent writers see each other.
 */
export const assertNoOverlap = async (tx: Tx, ids: readonly string[]): Promise<void> => {
  const { rows } = await sql<{ id: PricingRuleId; name: string; otherId: PricingRuleId; otherName: string }>`
    select a.id, a.name, b.id as "otherId", b.name as "otherName"
    from pricing_rules a join pricing_rules b on b.id <> a.id and b.active and not b.stackable
      and b.effect in ('percent_off', 'amount_off', 'fixed_price')
      and (a.variant_id, a.product_id, a.category_id, a.collection_id, a.customer_group, a.code, a.currency)
        is not distinct from (b.variant_id, b.product_id, b.category_id, b.collection_id, b.customer_group, b.code, b.currency)
      and a.audience = b.audience and a.min_quantity = b.min_quantity and a.priority = b.priority
      and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
    where a.id = any(${ids}::uuid[]) and a.active and not a.stackable and a.effect in ('percent_off', 'amount_off', 'fixed_price')
    order by a.id, b.id limit 1`.execute(tx.db);
  const clash = rows[0];
  if (clash)
    throw new DomainError(
      'RULES_OVERLAP',
      `"${clash.name}" and "${clash.otherName}" would apply to the same goods at the same time. ` +
        'Give them different priorities or dates, or make them stackable.',
      { details: { ruleId: clash.id, otherRuleId: clash.otherId } },
    );
};
