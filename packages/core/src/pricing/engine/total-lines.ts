/** The totals of a cart: offers, promotions, shipping and tax over lines with a final unit price. */
import { safe, sum } from '../rounding.ts';
import { chooseShipping } from './choose-shipping.ts';
import type { CartLineFacts, CartTerms, OfferContext, RuleFacts } from './engine.facts.ts';
import type { CartTotals, LineTotals } from './engine.result.ts';
import { priceOffers } from './price-offers.ts';
import { priceOrder } from './price-order.ts';
import { taxAmounts } from './tax-amounts.ts';

/**
 * Pure: same input, same answer. Offers come first, then promotions of the order, then shipping, then tax.
 * Each stage stacks by itself: an exclusive promotion of the order does not undo a rule on a unit price.
 * Tax is calculated after all discounts, half up, and for shipping by the shipping tax class.
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
  const shippingCents = terms.soldShippingCents ?? shipping.chosen?.priceCents ?? 0;
  const goods = lines.map((line, i) => ({ cents: remaining[i] ?? 0, taxClass: line.taxClass }));
  const taxedShipping = terms.shippingTaxClass === null ? [] : [{ cents: shippingCents, taxClass: terms.shippingTaxClass }];
  const { taxOf, taxes } = taxAmounts([...goods, ...(shippingCents === 0 ? [] : taxedShipping)], terms);
  const taxed = lines.map((_, i): LineTotals => {
    const lineTotalCents = lineTotals[i] ?? 0;
    return {
      lineTotalCents,
      discountCents: lineTotalCents - (remaining[i] ?? 0),
      taxRatePpm: taxOf[i]?.ratePpm ?? 0,
      taxCents: taxOf[i]?.taxCents ?? 0,
      offers: offers.offers[i]?.applied ?? [],
    };
  });
  const shippingTaxCents = taxOf[lines.length]?.taxCents ?? 0;
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
    taxes,
    taxRounding: terms.taxRounding,
    shippingOptions: shipping.options,
    shipping: shipping.chosen,
    shippingTaxCents,
    shippingUnavailable: shipping.unavailable,
    unknownWeights: shipping.unknownWeights,
  };
};
