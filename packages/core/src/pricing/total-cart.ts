/** The sums of a cart. Pure: same input, same answer. */
import type { Totals } from '@cartwright/contracts';
import { portionOf, prorate } from './rounding.ts';

export interface PromoEffect {
  readonly percentBasisPoints: number | null;
  readonly amountCents: number | null;
}
export interface TotalInput {
  readonly lines: readonly { readonly unitPriceCents: number; readonly quantity: number }[];
  readonly promo: PromoEffect | null;
  /** Hundredths of a percent; 0 where no tax is due. */
  readonly taxBasisPoints: number;
  readonly taxIncluded: boolean;
  readonly shipping: { readonly priceCents: number; readonly freeFromCents: number | null } | null;
}
export interface LineTotals {
  readonly lineTotalCents: number;
  readonly discountCents: number;
  readonly taxCents: number;
}

/**
 * Totals with every line's share of discount and tax. The order discount is spread over the lines in
 * proportion to their value; tax is worked out per line after that discount, half up; shipping bears no tax.
 */
export const totalCart = (input: TotalInput): { totals: Totals; lines: LineTotals[] } => {
  const lineTotals = input.lines.map((line) => line.unitPriceCents * line.quantity);
  const subtotalCents = sum(lineTotals);
  const discountCents = discountOf(input.promo, subtotalCents);
  const discounts = prorate(discountCents, lineTotals);
  const rate = input.taxBasisPoints;
  const lines = lineTotals.map((lineTotalCents, i): LineTotals => {
    const taxable = lineTotalCents - (discounts[i] ?? 0);
    return {
      lineTotalCents,
      discountCents: discounts[i] ?? 0,
      taxCents: portionOf(taxable, rate, input.taxIncluded ? 10_000 + rate : 10_000),
    };
  });
  const goodsCents = subtotalCents - discountCents;
  const { shipping } = input;
  const free = !shipping || lineTotals.length === 0 || (shipping.freeFromCents !== null && goodsCents >= shipping.freeFromCents);
  const shippingCents = free ? 0 : shipping.priceCents;
  const taxCents = sum(lines.map((line) => line.taxCents));
  const totalCents = goodsCents + shippingCents + (input.taxIncluded ? 0 : taxCents);
  return { totals: { subtotalCents, discountCents, shippingCents, taxCents, totalCents, taxIncluded: input.taxIncluded }, lines };
};

const sum = (parts: readonly number[]): number => parts.reduce((a, b) => a + b, 0);
const discountOf = (promo: PromoEffect | null, subtotalCents: number): number =>
  !promo
    ? 0
    : Math.min(
        subtotalCents,
        promo.percentBasisPoints === null ? (promo.amountCents ?? 0) : portionOf(subtotalCents, promo.percentBasisPoints, 10_000),
      );
