/** Fourth stage: the price of shipping, and the rules that make it free. */
import type { AppliedRule, UnappliedReason, UnappliedRule } from '@cartwright/contracts';
import { safe, sum } from '../rounding.ts';
import type { CartLineFacts, CartTerms, Destination, OfferContext, RuleFacts, ShippingMethodFacts } from './engine.facts.ts';
import type { ShippingOption } from './engine.result.ts';
import { coversLine, inOrder, refusal } from './rule-fit.ts';

/** The shipping methods of a cart, and the chosen one. */
export interface ChosenShipping {
  readonly options: ShippingOption[];
  readonly chosen: ShippingOption | null;
  readonly promotions: AppliedRule[];
  readonly unappliedRules: UnappliedRule[];
  readonly unavailable: boolean;
}

/**
 * The shipping methods for these lines to the destination, cheapest first, and the chosen one: the choice of the buyer if
 * it applies, otherwise the cheapest. `goodsCents` is the value of the lines after every discount. Without a
 * destination there are no options and no cost.
 */
export const chooseShipping = (
  lines: readonly CartLineFacts[],
  goodsCents: number,
  rules: readonly RuleFacts[],
  context: OfferContext,
  terms: CartTerms,
): ChosenShipping => {
  const { destination, shippingMethods, shipsForFree, shippingMethodId } = terms;
  const none = { options: [], chosen: null, promotions: [], unappliedRules: [], unavailable: false };
  if (!destination || lines.length === 0) return none;
  const { winner, unappliedRules } = freeShippingRule(lines, goodsCents, rules, context);
  const weight = sum(lines.map((line) => safe(line.weightGrams * line.quantity)));
  const options = shippingMethods
    .flatMap((method) => {
      const fullPriceCents = serves(method, destination) ? priceOf(method, weight, goodsCents) : null;
      if (fullPriceCents === null) return [];
      const free = winner !== null || (method.freeFromCents !== null && goodsCents >= method.freeFromCents);
      const option: ShippingOption = { methodId: method.id, name: method.name, priceCents: free ? 0 : fullPriceCents, fullPriceCents };
      return [{ option, position: method.position }];
    })
    .toSorted(
      (a, b) => a.option.priceCents - b.option.priceCents || a.position - b.position || (a.option.methodId < b.option.methodId ? -1 : 1),
    )
    .map(({ option }) => option);
  const chosen = shippingMethodId === null ? (options[0] ?? null) : (options.find((o) => o.methodId === shippingMethodId) ?? null);
  // A shop with methods cannot ship a cart that none of them fits, also when they are all in other currencies.
  const unavailable = chosen === null && !shipsForFree;
  if (!winner || !chosen) return { options, chosen, promotions: [], unappliedRules, unavailable };
  const method = shippingMethods.find((m) => m.id === chosen.methodId);
  const freeFrom = method?.freeFromCents ?? Infinity;
  const freeAnyway = goodsCents >= freeFrom;
  if (freeAnyway || chosen.fullPriceCents === 0)
    return { options, chosen, promotions: [], unappliedRules: [...unappliedRules, unapplied(winner, 'nothing_left')], unavailable };
  const promotion: AppliedRule = { ruleId: winner.id, name: winner.name, kind: 'shipping', amountCents: chosen.fullPriceCents };
  return { options, chosen, promotions: [promotion], unappliedRules, unavailable };
};

const unapplied = (rule: RuleFacts, reason: UnappliedReason): UnappliedRule => ({ ruleId: rule.id, name: rule.name, reason });

/** The first matching rule that makes shipping free; every later one has nothing left to do. */
const freeShippingRule = (lines: readonly CartLineFacts[], goodsCents: number, rules: readonly RuleFacts[], context: OfferContext) => {
  const unappliedRules: UnappliedRule[] = [];
  let winner: RuleFacts | null = null;
  for (const rule of inOrder(rules.filter((r) => r.effect === 'free_shipping' && lines.some((line) => coversLine(r, line))))) {
    const units = lines.reduce((n, line) => n + (coversLine(rule, line) ? line.quantity : 0), 0);
    const why =
      refusal(rule, context) ??
      (units < rule.minQuantity ? 'quantity_too_low' : null) ??
      (goodsCents < (rule.minSubtotalCents ?? 0) ? 'subtotal_too_low' : null) ??
      (winner ? 'nothing_left' : null);
    if (why) unappliedRules.push(unapplied(rule, why));
    else winner = rule;
  }
  return { winner, unappliedRules };
};

const serves = (method: ShippingMethodFacts, { countryCode, region }: Destination): boolean =>
  (method.countries.length === 0 && method.regions.length === 0) ||
  method.countries.includes(countryCode) ||
  (region !== null && method.regions.includes(`${countryCode}-${region}`));

/** The price of the first band for this weight and value; null when there is none. */
const priceOf = (method: ShippingMethodFacts, weight: number, goodsCents: number): number | null =>
  method.bands.find(
    (band) =>
      weight >= band.minWeightGrams &&
      (band.maxWeightGrams === null || weight < band.maxWeightGrams) &&
      goodsCents >= band.minSubtotalCents &&
      (band.maxSubtotalCents === null || goodsCents < band.maxSubtotalCents),
  )?.priceCents ?? null;
