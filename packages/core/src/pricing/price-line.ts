/** The price of one line. Pure: same input, same answer. */
import type { AppliedRule, PricingRule } from '@cartwright/contracts';
import { portionOf } from './rounding.ts';

/** Who buys and how much, as far as rules care. */
export interface PriceContext {
  readonly quantity: number;
  readonly signedIn: boolean;
  readonly customerGroup: string | null;
}
export type RuleForPricing = Pick<
  PricingRule,
  'id' | 'name' | 'effect' | 'percentBasisPoints' | 'amountCents' | 'minQuantity' | 'audience' | 'customerGroup' | 'priority' | 'stackable'
>;
export interface LinePrice {
  readonly unitPriceCents: number;
  readonly appliedRules: AppliedRule[];
}

const fits = (rule: RuleForPricing, { quantity, signedIn, customerGroup }: PriceContext): boolean =>
  quantity >= rule.minQuantity &&
  (rule.audience === 'everyone' || (rule.audience === 'signed_in') === signedIn) &&
  (rule.customerGroup === null || rule.customerGroup === customerGroup);

const apply = (rule: RuleForPricing, unitCents: number): number => {
  if (rule.effect === 'fixed_price') return rule.amountCents ?? unitCents;
  if (rule.effect === 'amount_off') return Math.max(0, unitCents - (rule.amountCents ?? 0));
  return unitCents - portionOf(unitCents, rule.percentBasisPoints ?? 0, 10_000);
};

/**
 * Applies the rules that fit, highest priority first, deeper quantity breaks before shallower ones.
 * Stackable rules build on each other; an exclusive rule applies only to an untouched price and ends
 * the search. Never below zero.
 */
export const priceLine = (baseUnitPriceCents: number, rules: readonly RuleForPricing[], context: PriceContext): LinePrice => {
  const ordered = rules
    .filter((rule) => fits(rule, context))
    .toSorted((a, b) => b.priority - a.priority || b.minQuantity - a.minQuantity || (a.id < b.id ? -1 : 1));
  const appliedRules: AppliedRule[] = [];
  let unit = baseUnitPriceCents;
  for (const rule of ordered) {
    if (!rule.stackable && appliedRules.length > 0) continue;
    const next = apply(rule, unit);
    appliedRules.push({ ruleId: rule.id, name: rule.name, amountCents: (unit - next) * context.quantity });
    unit = next;
    if (!rule.stackable) break;
  }
  return { unitPriceCents: unit, appliedRules };
};
