/** Third stage: promotions on the sum of the lines in scope, spread over those lines. */
import type { AppliedRule, UnappliedReason, UnappliedRule } from '@cartwright/contracts';
import { portionOf, prorate, sum } from '../rounding.ts';
import type { CartLineFacts, OfferContext, RuleFacts } from './engine.facts.ts';
import { stackingRefusal } from './price-unit.ts';
import { coversLine, inOrder, refusal } from './rule-fit.ts';

/** Whether a rule reduces the order as a whole, not its lines. */
export const isOrderRule = (rule: RuleFacts): boolean => rule.effect === 'order_percent_off' || rule.effect === 'order_amount_off';

/**
 * Promotions of the order, including promo codes, from the highest priority down. `remaining` is what
 * each line costs before this stage and is lowered by it. A stackable promotion reduces the amount that the
 * ones before it have left; an exclusive one applies only if it is first, and then alone. The discount never
 * exceeds the value of the lines in scope, and is spread over them by value, to the last minor unit.
 */
export const priceOrder = (
  lines: readonly CartLineFacts[],
  remaining: number[],
  rules: readonly RuleFacts[],
  context: OfferContext,
): { promotions: AppliedRule[]; unappliedRules: UnappliedRule[] } => {
  const promotions: AppliedRule[] = [];
  const unappliedRules: UnappliedRule[] = [];
  let closed = false;
  for (const rule of inOrder(rules.filter((r) => isOrderRule(r) && lines.some((line) => coversLine(r, line))))) {
    const inScope = lines.flatMap((line, i) => (coversLine(rule, line) && !(rule.fullPriceOnly && line.repriced) ? [i] : []));
    const weights = inScope.map((i) => remaining[i] ?? 0);
    const worth = sum(weights);
    const units = inScope.reduce((n, i) => n + (lines[i]?.quantity ?? 0), 0);
    const why: UnappliedReason | null =
      refusal(rule, context) ??
      (inScope.length === 0 ? 'price_reduced_already' : null) ??
      (units < rule.minQuantity ? 'quantity_too_low' : null) ??
      (worth < (rule.minSubtotalCents ?? 0) ? 'subtotal_too_low' : null) ??
      stackingRefusal(rule, promotions.length > 0, closed) ??
      (worth === 0 ? 'nothing_left' : null);
    if (why) {
      unappliedRules.push({ ruleId: rule.id, name: rule.name, reason: why });
      continue;
    }
    const amountCents = Math.min(
      worth,
      rule.effect === 'order_percent_off' ? portionOf(worth, rule.percentBasisPoints ?? 0, 10_000) : (rule.amountCents ?? 0),
    );
    prorate(amountCents, weights).forEach((part, n) => {
      const i = inScope[n];
      if (i !== undefined) remaining[i] = (remaining[i] ?? 0) - part;
    });
    promotions.push({ ruleId: rule.id, name: rule.name, kind: 'order', amountCents });
    closed = !rule.stackable;
  }
  return { promotions, unappliedRules };
};
