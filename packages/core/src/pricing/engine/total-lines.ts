/** The totals of a cart: offers, promotions, shipping and tax over lines with a final unit price. */
import { portionOf, safe, sum } from '../rounding.ts';
import { chooseShipping } from './choose-shipping.ts';
import type { CartLineFacts, CartTerms, OfferContext, RuleFacts, TaxRateFacts } from './engine.facts.ts';
import type { CartTotals, LineTotals, TaxTotal } from './engine.result.ts';
import { priceOffers } from './price-offers.ts';
import { priceOrder } from './price-order.ts';

/** The tax class of goods without a class of their own. */
export const standardTaxClass = 'standard';

/**
 * Pure: same input, same answer. Offers come first, then promotions of the order, then shipping, then tax.
 * Each stage stacks by itself: an exclusive promotion of the order does not undo a rule on a unit price.
 * Tax is calculated per line after all discounts, half up, and for shipping by the shipping tax class.
 * Throws `INVALID_PRICE` when a sum exceeds the safe integers.
 */
export const totalLines = (
  lines: readonly CartLineFacts[],
  rules: readonly RuleFacts[],
  context: OfferContext,
  terms: CartTerms,
): CartTotals => {
  const lineTotals = lines.map((line) => safe(line.unitPriceCents * line.quantity));
  const offers = priceOffers(lines, rules, context);
  const remaining = lineTotals.map((total, i) => total - (offers.offers[i]?.discountCents ?? 0));
  const order = priceOrder(lines, remaining, rules, context);
  const goodsCents = sum(remaining);
  const shipping = chooseShipping(lines, goodsCents, rules, context, terms);
  const shippingCents = shipping.chosen?.priceCents ?? 0;
  const taxes = createTaxes(terms);
  const taxed = lines.map((line, i): LineTotals => {
    const { basisPoints, taxCents } = taxes.on(remaining[i] ?? 0, line.taxClass);
    const lineTotalCents = lineTotals[i] ?? 0;
    return {
      lineTotalCents,
      discountCents: lineTotalCents - (remaining[i] ?? 0),
      taxBasisPoints: basisPoints,
      taxCents,
      offers: offers.offers[i]?.applied ?? [],
    };
  });
  const shippingTaxCents =
    terms.shippingTaxClass === null || shippingCents === 0 ? 0 : taxes.on(shippingCents, terms.shippingTaxClass).taxCents;
  const subtotalCents = sum(lineTotals);
  const taxCents = sum([...taxed.map((line) => line.taxCents), shippingTaxCents]);
  return {
    totals: {
      subtotalCents,
      discountCents: subtotalCents - goodsCents,
      shippingCents,
      taxCents,
      totalCents: safe(goodsCents + shippingCents + (terms.taxIncluded ? 0 : taxCents)),
      taxIncluded: terms.taxIncluded,
    },
    lines: taxed,
    promotions: [...order.promotions, ...shipping.promotions],
    unappliedRules: [...offers.unappliedRules, ...order.unappliedRules, ...shipping.unappliedRules],
    taxes: taxes.totals(),
    shippingOptions: shipping.options,
    shipping: shipping.chosen,
    shippingTaxCents,
    shippingUnavailable: shipping.unavailable,
  };
};

/**
 * The rate for a class of goods at a destination: the region's before the country's, and within each the
 * rate of the class before the standard rate. Null when no tax is due.
 */
export const findTaxRate = (terms: Pick<CartTerms, 'destination' | 'taxRates'>, taxClass: string): TaxRateFacts | null => {
  const { destination, taxRates } = terms;
  if (!destination) return null;
  const at = (region: string | null, wanted: string) =>
    taxRates.find((r) => r.countryCode === destination.countryCode && r.region === region && r.taxClass === wanted);
  const regional = destination.region === null ? undefined : (at(destination.region, taxClass) ?? at(destination.region, standardTaxClass));
  return regional ?? at(null, taxClass) ?? at(null, standardTaxClass) ?? null;
};

const createTaxes = (terms: CartTerms) => {
  const byRate = new Map<string, TaxTotal>();
  return {
    on: (amount: number, taxClass: string): { basisPoints: number; taxCents: number } => {
      const rate = findTaxRate(terms, taxClass);
      if (!rate) return { basisPoints: 0, taxCents: 0 };
      const { name, basisPoints } = rate;
      const taxCents = portionOf(amount, basisPoints, terms.taxIncluded ? 10_000 + basisPoints : 10_000);
      const key = `${name}|${basisPoints}`;
      const before = byRate.get(key) ?? { name, basisPoints, taxableCents: 0, taxCents: 0 };
      byRate.set(key, { ...before, taxableCents: before.taxableCents + amount, taxCents: before.taxCents + taxCents });
      return { basisPoints, taxCents };
    },
    totals: () => [...byRate.values()],
  };
};
