/** Fourth stage: the price of shipping, and the rules that make it free. */
import type { AppliedRule, UnappliedReason, UnappliedRule, VariantId } from '@cartwright/contracts';
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
  /** Variants whose weight is not known, so that a method which serves the destination could not be priced. */
  readonly unknownWeights: VariantId[];
}

/**
 * The shipping methods for these lines to the destination, cheapest first, and the chosen one: the choice of the buyer if
 * it applies, otherwise the cheapest. `goodsCents` is the value of the lines after every discount. Without a
 * destination there are no options and no cost. Methods that are priced by weight are not offered while the weight of a unit is unknown.
 */
export const chooseShipping = (
  lines: readonly CartLineFacts[],
  goodsCents: number,
  rules: readonly RuleFacts[],
  context: OfferContext,
  terms: CartTerms,
): ChosenShipping => {
  const { destination, shippingMethods, shipsForFree, shippingMethodId } = terms;
  const none = { options: [], chosen: null, promotions: [], unappliedRules: [], unavailable: false, unknownWeights: [] };
  if (!destination || lines.length === 0) return none;
  const { winner, unappliedRules } = freeShippingRule(lines, goodsCents, rules, context);
  const weight = weigh(lines, terms.defaultWeightGrams);
  const serving = shippingMethods.filter((method) => serves(method, destination));
  const options = serving
    .flatMap((method) => {
      const fullPriceCents = priceOf(method, weight.grams, goodsCents);
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
  const offer = { options, chosen, unavailable, unknownWeights: serving.some(isByWeight) ? weight.unknown : [] };
  if (!winner || !chosen) return { ...offer, promotions: [], unappliedRules };
  const method = shippingMethods.find((m) => m.id === chosen.methodId);
  const freeFrom = method?.freeFromCents ?? Infinity;
  const freeAnyway = goodsCents >= freeFrom;
  if (freeAnyway || chosen.fullPriceCents === 0)
    return { ...offer, promotions: [], unappliedRules: [...unappliedRules, unapplied(winner, 'nothing_left')] };
  const promotion: AppliedRule = { ruleId: winner.id, name: winner.name, kind: 'shipping', amountCents: chosen.fullPriceCents };
  return { ...offer, promotions: [promotion], unappliedRules };
};

/** The weight of all lines; null while that of a variant is unknown. */
const weigh = (lines: readonly CartLineFacts[], defaultWeightGrams: number | null) => {
  const weights = lines.map(({ weightGrams }) => weightGrams ?? defaultWeightGrams);
  const unknown = lines.flatMap((line, i) => (weights[i] === null ? [line.variantId as VariantId] : []));
  const grams = unknown.length > 0 ? null : sum(lines.map((line, i) => safe((weights[i] ?? 0) * line.quantity)));
  return { grams, unknown };
};

const isByWeight = (method: ShippingMethodFacts): boolean =>
  method.bands.some((band) => band.minWeightGrams > 0 || band.maxWeightGrams !== null);

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

const serves = (method: ShippingMethodFacts, { countryCode, region, within = [] }: Destination): boolean =>
  (method.countries.length === 0 && method.regions.length === 0) ||
  method.countries.includes(countryCode) ||
  (region !== null && [region, ...within].some((code) => method.regions.includes(`${countryCode}-${code}`)));

/** The price of the first band for this weight and value; null when there is none, or when it depends on an unknown weight. */
const priceOf = (method: ShippingMethodFacts, weight: number | null, goodsCents: number): number | null => {
  if (weight === null && isByWeight(method)) return null;
  const grams = weight ?? 0;
  const band = method.bands.find(
    (band) =>
      grams >= band.minWeightGrams &&
      (band.maxWeightGrams === null || grams < band.maxWeightGrams) &&
      goodsCents >= band.minSubtotalCents &&
      (band.maxSubtotalCents === null || goodsCents < band.maxSubtotalCents),
  );
  return band?.priceCents ?? null;
};
