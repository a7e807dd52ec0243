/** The refund for units of a line. Pure. */
import { portionOf } from '../pricing/index.ts';

/** The amounts of a sold line. */
export interface PaidLine {
  readonly quantity: number;
  readonly lineTotalCents: number;
  readonly discountCents: number;
  readonly taxCents: number;
}

/**
 * The refund for `units` of a line, after `before` units were refunded already: price less discount, with tax where it
 * is added to the price. Rounded so that refunding a line in any steps adds up to the line exactly, to the cent.
 */
export const refundShare = (line: PaidLine, before: number, units: number, taxIncluded: boolean): number => {
  const paid = line.lineTotalCents - line.discountCents + (taxIncluded ? 0 : line.taxCents);
  const upTo = (count: number) => portionOf(paid, count, line.quantity);
  return upTo(before + units) - upTo(before);
};
