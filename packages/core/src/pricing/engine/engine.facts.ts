/** The input of the pricing engine. Plain data in minor units: no database, no clock, no float. */
import type { audiences, PricingRuleEffect, TaxRounding } from '@cartwright/contracts';

/** The properties of a buyer that affect prices. */
export interface Buyer {
  readonly signedIn: boolean;
  readonly customerGroup: string | null;
}

/** The validity of something, in milliseconds since 1970; null is unlimited. The end is exclusive. */
export interface Window {
  readonly startsAt: number | null;
  readonly endsAt: number | null;
}

/** One price of a variant in a price list of the cart's currency. */
export interface ListPriceFacts extends Window {
  readonly priceListId: string;
  readonly name: string;
  readonly priority: number;
  readonly customerGroup: string | null;
  readonly minQuantity: number;
  readonly priceCents: number;
}

/** A rule or the effect of a promo code. At most one of the four scopes is set; none means everything. */
export interface RuleFacts extends Window {
  readonly id: string;
  readonly name: string;
  readonly effect: PricingRuleEffect;
  readonly percentBasisPoints: number | null;
  readonly amountCents: number | null;
  /** The currency that the amounts of the rule are in; null for rules without amounts. */
  readonly currency: string | null;
  readonly buyQuantity: number | null;
  readonly getQuantity: number | null;
  readonly stockThreshold: number | null;
  readonly variantId: string | null;
  readonly productId: string | null;
  readonly categoryId: string | null;
  readonly collectionId: string | null;
  readonly minQuantity: number;
  readonly minSubtotalCents: number | null;
  readonly audience: (typeof audiences)[number];
  readonly customerGroup: string | null;
  /** Requires this code on the cart; null applies without one. */
  readonly code: string | null;
  /** Skips lines whose unit price another rule or a price list has changed. */
  readonly fullPriceOnly: boolean;
  readonly priority: number;
  readonly stackable: boolean;
}

/** The defaults of a rule: for everybody, everything and always. */
export const unconditional = {
  percentBasisPoints: null,
  amountCents: null,
  currency: null,
  buyQuantity: null,
  getQuantity: null,
  stockThreshold: null,
  variantId: null,
  productId: null,
  categoryId: null,
  collectionId: null,
  minQuantity: 1,
  minSubtotalCents: null,
  audience: 'everyone',
  customerGroup: null,
  code: null,
  fullPriceOnly: false,
  priority: 0,
  stackable: false,
  startsAt: null,
  endsAt: null,
} as const satisfies Omit<RuleFacts, 'id' | 'name' | 'effect'>;

/** The variant, product, categories and collections of a line, compared with the scope of a rule. */
export interface ScopeFacts {
  readonly variantId: string;
  readonly productId: string;
  /** The product's category and every one above it. */
  readonly categoryIds: readonly string[];
  readonly collectionIds: readonly string[];
}

/** What decides about the price of a unit. */
export interface UnitFacts extends ScopeFacts {
  readonly quantity: number;
  /** The product's price in the cart's currency; null when it has none. */
  readonly basePriceCents: number | null;
  /** What the variant adds to the product's price; may be negative. */
  readonly adjustmentCents: number;
  readonly listPrices: readonly ListPriceFacts[];
  /** Units this buyer could buy; null when stock was not read. */
  readonly available: number | null;
}

/** The moment and the buyer of a price. */
export interface OfferContext {
  readonly currency: string;
  readonly at: number;
  readonly buyer: Buyer;
  /** Upper case. */
  readonly codes: readonly string[];
}
/** What is the same for all units. */
export interface UnitContext extends OfferContext {
  readonly lowStockSurcharge: boolean;
}

/** A line with a final unit price, as the totals of a cart need it. */
export interface CartLineFacts extends ScopeFacts {
  readonly quantity: number;
  readonly unitPriceCents: number;
  /** Whether a rule or a price list has changed the unit price. */
  readonly repriced: boolean;
  readonly taxClass: string;
  /** Of one unit; null when it is not known. */
  readonly weightGrams: number | null;
}

/** A tax rate. Several rates of one place and class, with different names, all apply. */
export interface TaxRateFacts {
  readonly countryCode: string;
  /** Null applies to the whole country. */
  readonly region: string | null;
  readonly taxClass: string;
  readonly name: string;
  /** Parts per million: 190,000 is 19 %. */
  readonly ratePpm: number;
}

/** One price of a shipping method. Bounds below are part of the band, bounds above are not. */
export interface ShippingBandFacts {
  readonly minWeightGrams: number;
  readonly maxWeightGrams: number | null;
  readonly minSubtotalCents: number;
  readonly maxSubtotalCents: number | null;
  readonly priceCents: number;
}
/** A shipping method. */
export interface ShippingMethodFacts {
  readonly id: string;
  readonly name: string;
  readonly position: number;
  /** Countries and regions (`US-CA`) served; both empty serves the whole world. */
  readonly countries: readonly string[];
  readonly regions: readonly string[];
  readonly freeFromCents: number | null;
  readonly bands: readonly ShippingBandFacts[];
}

/** Where a cart is sent. */
export interface Destination {
  readonly countryCode: string;
  readonly region: string | null;
  /** The larger regions around the region, nearest first. */
  readonly within?: readonly string[];
}

/** Everything besides the lines that the totals of a cart depend on. */
export interface CartTerms {
  readonly taxIncluded: boolean;
  /** Whether tax is rounded once for each rate, or for each line. */
  readonly taxRounding: TaxRounding;
  readonly taxRates: readonly TaxRateFacts[];
  /** The tax class of shipping; null leaves it untaxed. */
  readonly shippingTaxClass: string | null;
  /** The weight of a unit whose own is not known; null leaves it unknown, and methods by weight cannot be offered. */
  readonly defaultWeightGrams: number | null;
  readonly destination: Destination | null;
  /** The active methods in the currency of the cart. */
  readonly shippingMethods: readonly ShippingMethodFacts[];
  /** The shop has no active method in any currency, so that nothing is charged for shipping. */
  readonly shipsForFree: boolean;
  /** The method the buyer chose; null takes the cheapest. */
  readonly shippingMethodId: string | null;
  /** The price of shipping as it was sold, for an order that is edited: no method is chosen, and no rule changes it. */
  readonly soldShippingCents?: number;
}
