/** Second stage: offers over several units, such as three for the price of two. */
import type { AppliedRule, UnappliedReason, UnappliedRule } from '@cartwright/contracts';
import { portionOf, safe } from '../rounding.ts';
import type { CartLineFacts, OfferContext, RuleFacts } from './engine.facts.ts';
import { stackingRefusal } from './price-unit.ts';
import { coversLine, inOrder, refusal } from './rule-fit.ts';

/** The offers of a line, and their discount. */
export interface LineOffers {
  readonly applied: AppliedRule[];
  discountCents: number;
}

/**
 * Buy-X-get-Y over all lines that a rule covers, from the highest priority down. Of every `buyQuantity +
 * getQuantity` units the cheapest `getQuantity` are reduced, by `percentBasisPoints` (null: free);
 * the most expensive ones count as bought. A unit counts for one offer only. A line with an
 * exclusive offer gets no other offer.
 */
export const priceOffers = (
  lines: readonly CartLineFacts[],
  rules: readonly RuleFacts[],
  context: OfferContext,
): { offers: LineOffers[]; unappliedRules: UnappliedRule[] } => {
  const offers = lines.map((): LineOffers => ({ applied: [], discountCents: 0 }));
  const left = lines.map((line) => line.quantity);
  const touched = lines.map(() => false);
  const closed = lines.map(() => false);
  const unappliedRules: UnappliedRule[] = [];
  for (const rule of inOrder(rules.filter((r) => r.effect === 'buy_x_get_y' && lines.some((line) => coversLine(r, line))))) {
    const covered = lines.flatMap((line, i) => (coversLine(rule, line) ? [i] : []));
    const fitting = covered.filter((i) => !(rule.fullPriceOnly && lines[i]?.repriced));
    const open = fitting.filter((i) => stackingRefusal(rule, touched[i] ?? false, closed[i] ?? false) === null);
    const buy = rule.buyQuantity ?? 1;
    const get = rule.getQuantity ?? 1;
    const groups = Math.floor(open.reduce((units, i) => units + (left[i] ?? 0), 0) / (buy + get));
    const why = refusal(rule, context) ?? noRoom(rule, { fitting, open, groups }, touched, closed);
    if (why) {
      unappliedRules.push({ ruleId: rule.id, name: rule.name, reason: why });
      continue;
    }
    const byPrice = open.toSorted((a, b) => (lines[a]?.unitPriceCents ?? 0) - (lines[b]?.unitPriceCents ?? 0) || a - b);
    for (const [i, units] of takeUnits(byPrice, left, groups * get)) {
      const amountCents = safe(portionOf(lines[i]?.unitPriceCents ?? 0, rule.percentBasisPoints ?? 10_000, 10_000) * units);
      const offer = offers[i];
      if (!offer) continue;
      offer.applied.push({ ruleId: rule.id, name: rule.name, kind: 'offer', amountCents });
      offer.discountCents += amountCents;
      touched[i] = true;
    }
    for (const [i] of takeUnits(byPrice.toReversed(), left, groups * buy)) touched[i] = true;
    if (!rule.stackable) for (const i of open) closed[i] ||= touched[i] ?? false;
  }
  return { offers, unappliedRules };
};

const noRoom = (
  rule: RuleFacts,
  { fitting, open, groups }: { fitting: readonly number[]; open: readonly number[]; groups: number },
  touched: readonly boolean[],
  closed: readonly boolean[],
): UnappliedReason | null => {
  if (fitting.length === 0) return 'price_reduced_already';
  const [first] = fitting;
  if (open.length === 0) return stackingRefusal(rule, touched[first ?? 0] ?? false, closed[first ?? 0] ?? false);
  return groups === 0 ? 'quantity_too_low' : null;
};

/** Takes `count` units from the lines in the given order; returns the number taken from each. */
const takeUnits = (order: readonly number[], left: number[], count: number): [line: number, units: number][] => {
  const taken: [number, number][] = [];
  let missing = count;
  for (const i of order) {
    const units = Math.min(missing, left[i] ?? 0);
    if (units === 0) continue;
    left[i] = (left[i] ?? 0) - units;
    missing -= units;
    taken.push([i, units]);
  }
  return taken;
};
