/** What the pricing engine answers. */
import type { AppliedRule, UnappliedRule, Totals } from '@cartwright/contracts';

/** The price of one unit of a line and the rules behind it. */
export interface UnitPrice {
  readonly baseUnitPriceCents: number;
  readonly unitPriceCents: number;
  readonly priceListId: string | null;
  /** Adds up to `(baseUnitPriceCents - unitPriceCents) * quantity`. */
  readonly appliedRules: AppliedRule[];
  readonly unappliedRules: UnappliedRule[];
}

export interface LineTotals {
  readonly lineTotalCents: number;
  /** The line's own offers and its share of what the whole order was given. */
  readonly discountCents: number;
  readonly taxBasisPoints: number;
  readonly taxCents: number;
  /** Offers over several units, such as two for the price of one. */
  readonly offers: AppliedRule[];
}

export interface TaxTotal {
  readonly name: string;
  readonly basisPoints: number;
  readonly taxableCents: number;
  readonly taxCents: number;
}

/** A shipping method this cart to this address, with what it would cost. */
export interface ShippingOption {
  readonly methodId: string;
  readonly name: string;
  readonly priceCents: number;
  /** What it would cost if nothing made it cheaper. */
  readonly fullPriceCents: number;
}

export interface CartTotals {
  readonly totals: Totals;
  readonly lines: LineTotals[];
  /** Promotions of the order and of its shipping, promo codes among them. */
  readonly promotions: AppliedRule[];
  readonly unappliedRules: UnappliedRule[];
  readonly taxes: TaxTotal[];
  readonly shippingOptions: ShippingOption[];
  readonly shipping: ShippingOption | null;
  /** Inside `totals.taxCents`. */
  readonly shippingTaxCents: number;
  /** There are ways of shipping, but none of them takes this cart to this address, or not the chosen one. */
  readonly shippingUnavailable: boolean;
}
