/** The output of the pricing engine. */
import type { AppliedRule, TaxAmount, TaxRounding, UnappliedRule, Totals, VariantId } from '@cartwright/contracts';

/** The price of one unit of a line and the rules behind it. */
export interface UnitPrice {
  readonly baseUnitPriceCents: number;
  readonly unitPriceCents: number;
  readonly priceListId: string | null;
  /** Adds up to `(baseUnitPriceCents - unitPriceCents) * quantity`. */
  readonly appliedRules: AppliedRule[];
  readonly unappliedRules: UnappliedRule[];
}

/** The amounts of a line. */
export interface LineTotals {
  readonly lineTotalCents: number;
  /** Discount of the line's own offers, and its share of the order's discount. */
  readonly discountCents: number;
  /** The sum of the rates of the line, in parts per million. */
  readonly taxRatePpm: number;
  readonly taxCents: number;
  /** Offers over several units, such as two for the price of one. */
  readonly offers: AppliedRule[];
}

/** A shipping method for this cart to this address, with its price. */
export interface ShippingOption {
  readonly methodId: string;
  readonly name: string;
  readonly priceCents: number;
  /** The price before any discount. */
  readonly fullPriceCents: number;
}

/** The amounts of a cart. */
export interface CartTotals {
  readonly totals: Totals;
  readonly lines: LineTotals[];
  /** Promotions of the order and of its shipping, including promo codes. */
  readonly promotions: AppliedRule[];
  readonly unappliedRules: UnappliedRule[];
  readonly taxes: TaxAmount[];
  /** How the taxes were rounded. */
  readonly taxRounding: TaxRounding;
  readonly shippingOptions: ShippingOption[];
  readonly shipping: ShippingOption | null;
  /** Included in `totals.taxCents`. */
  readonly shippingTaxCents: number;
  /** There are shipping methods, but none of them, or not the chosen one, delivers this cart to this address. */
  readonly shippingUnavailable: boolean;
  /** Variants whose weight is not known, so that methods which are priced by weight are not offered. */
  readonly unknownWeights: VariantId[];
}
