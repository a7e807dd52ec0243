/** First stage: the price of one unit of a line. Each line by itself. */
import type { AppliedRule, UnappliedReason, UnappliedRule } from '@cartwright/contracts';
import { portionOf, safe } from '../rounding.ts';
import type { ListPriceFacts, RuleFacts, UnitContext, UnitFacts } from './engine.facts.ts';
import type { UnitPrice } from './engine.result.ts';
import { coversLine, inOrder, outsideWindow, refusal } from './rule-fit.ts';

/**
 * The unit price of a line, or null when the goods have no price in this currency.
 *
 * A price list's price, if one applies, replaces the base price with the variant's adjustment; then
 * follows the low-stock surcharge, if the shop has it on; then the rules from the highest priority down.
 * Stackable rules build on each other; an exclusive rule applies only to a price that no rule has changed,
 * and ends the search. Percentages are rounded half up per unit. Never below zero.
 */
export const priceUnit = (line: UnitFacts, rules: readonly RuleFacts[], context: UnitContext): UnitPrice | null => {
  const own = line.basePriceCents === null ? null : Math.max(0, line.basePriceCents + line.adjustmentCents);
  const list = chooseListPrice(line, context);
  if (own === null && !list) return null;
  const start = list?.priceCents ?? own ?? 0;
  const base = own ?? start;
  const appliedRules: AppliedRule[] = [];
  const unappliedRules: UnappliedRule[] = [];
  const skip = (rule: RuleFacts, reason: UnappliedReason) => unappliedRules.push({ ruleId: rule.id, name: rule.name, reason });
  const take = (rule: RuleFacts, kind: AppliedRule['kind'], before: number, after: number) =>
    appliedRules.push({ ruleId: rule.id, name: rule.name, kind, amountCents: safe((before - after) * line.quantity) });
  if (list && list.priceCents !== base)
    appliedRules.push({
      ruleId: list.priceListId,
      name: list.name,
      kind: 'price_list',
      amountCents: safe((base - list.priceCents) * line.quantity),
    });

  let unit = start;
  let surcharged = false;
  let touched = false;
  let closed = false;
  const ordered = inOrder(rules.filter((rule) => isUnitRule(rule) && coversLine(rule, line)));
  for (const rule of ordered.filter((r) => r.effect === 'low_stock_surcharge')) {
    const why = refusal(rule, context) ?? surchargeRefusal(rule, line, context) ?? (surcharged ? 'closed_by_exclusive' : null);
    if (why) {
      skip(rule, why);
      continue;
    }
    const next = safe(unit + portionOf(unit, rule.percentBasisPoints ?? 0, 10_000));
    take(rule, 'surcharge', unit, next);
    unit = next;
    surcharged = true;
  }
  for (const rule of ordered.filter((r) => r.effect !== 'low_stock_surcharge')) {
    const why = refusal(rule, context) ?? (line.quantity < rule.minQuantity ? 'quantity_too_low' : stackingRefusal(rule, touched, closed));
    if (why) {
      skip(rule, why);
      continue;
    }
    const next = lowered(rule, unit);
    take(rule, 'rule', unit, next);
    unit = next;
    touched = true;
    closed = !rule.stackable;
  }
  safe(unit * line.quantity);
  return { baseUnitPriceCents: base, unitPriceCents: unit, priceListId: list?.priceListId ?? null, appliedRules, unappliedRules };
};

/** Whether the rule changes the price of a single unit. */
export const isUnitRule = (rule: RuleFacts): boolean =>
  rule.effect === 'percent_off' || rule.effect === 'amount_off' || rule.effect === 'fixed_price' || rule.effect === 'low_stock_surcharge';

/** Why stacking excludes a rule: an exclusive rule applies already, or the rule is exclusive and another rule applies already. */
export const stackingRefusal = (rule: RuleFacts, touched: boolean, closed: boolean): UnappliedReason | null =>
  closed ? 'closed_by_exclusive' : touched && !rule.stackable ? 'exclusive_comes_late' : null;

const surchargeRefusal = (rule: RuleFacts, line: UnitFacts, context: UnitContext): UnappliedReason | null => {
  if (!context.lowStockSurcharge) return 'switched_off';
  return line.available === null || line.available > (rule.stockThreshold ?? 0) ? 'stock_not_low' : null;
};

const lowered = (rule: RuleFacts, unitCents: number): number => {
  if (rule.effect === 'fixed_price') return rule.amountCents ?? unitCents;
  if (rule.effect === 'amount_off') return Math.max(0, unitCents - (rule.amountCents ?? 0));
  return unitCents - portionOf(unitCents, rule.percentBasisPoints ?? 0, 10_000);
};

/**
 * The list price in force: highest priority of the lists, a group's list before a general one, the latest
 * start, then the older list; within the list the highest quantity break reached.
 */
const chooseListPrice = (line: UnitFacts, { at, buyer }: UnitContext): ListPriceFacts | null =>
  line.listPrices
    .filter(
      (p) =>
        p.minQuantity <= line.quantity &&
        (p.customerGroup === null || p.customerGroup === buyer.customerGroup) &&
        outsideWindow(p, at) === null,
    )
    .toSorted(
      (a, b) =>
        b.priority - a.priority ||
        Number(b.customerGroup !== null) - Number(a.customerGroup !== null) ||
        (b.startsAt ?? -Infinity) - (a.startsAt ?? -Infinity) ||
        (a.priceListId < b.priceListId ? -1 : a.priceListId > b.priceListId ? 1 : 0) ||
        b.minQuantity - a.minQuantity,
    )[0] ?? null;
