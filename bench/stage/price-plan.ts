/** Prices, promotions, tax and shipping of the bench's shop, and the expected totals of carts. Calculated without the shop. */
import type { ExpectedCart } from '../checks.ts';

export const categoryCount = 10;
export const taxBasisPoints = 2_000;
export const country = 'GB';
const standardShippingCents = 490;
const freeShippingFromCents = 30_000;
/** A multiple of 20, so that 5 and 10 percent of it are whole cents. */
export const basePriceCents = (at: number): number => 1_000 + at * 20;
export const listPriceCents = (at: number): number => basePriceCents(at) - 50;
const fixedPriceAt = 3;
/** Products of this category have a price in the price list. */
export const listCategory = 4;

/** Carts contain products of the first six tenths, whose prices do not change. */
export const cartProductsOf = (count: number): number => Math.floor(count * 0.6);
/**
 * The trading load changes the prices of some products of the next tenth, between the base price and one step above it. No rule touches
 * them.
 */
export const isChanging = (at: number, count: number): boolean => at >= count * 0.6 && at < count * 0.7 && at % categoryCount >= 7;
export const changedPriceCents = (at: number): number => basePriceCents(at) + 20;

export interface RuleInput {
  readonly name: string;
  readonly effect: string;
  readonly [field: string]: unknown;
}
/** The code of one promotion; no cart of the bench uses it. */
export const promoCode = 'BENCH500';
/** Ten promotions: five change unit prices; the others are evaluated for every cart and seldom apply. */
export const promotions = (categoryIds: readonly string[], productIds: readonly string[], currency: string): RuleInput[] => [
  { name: 'Spring, 10 % off', effect: 'percent_off', percentBasisPoints: 1_000, categoryId: categoryIds[0] },
  { name: 'Members, 5 % off', effect: 'percent_off', percentBasisPoints: 500, categoryId: categoryIds[1], audience: 'signed_in' },
  { name: 'One off', effect: 'amount_off', amountCents: 100, currency, categoryId: categoryIds[2] },
  { name: 'Now 9.90', effect: 'fixed_price', amountCents: 990, currency, productId: productIds[fixedPriceAt] },
  { name: 'Six or more', effect: 'percent_off', percentBasisPoints: 1_500, categoryId: categoryIds[5], minQuantity: 6 },
  { name: 'Three for two', effect: 'buy_x_get_y', buyQuantity: 2, getQuantity: 1, categoryId: categoryIds[6] },
  { name: 'Large orders', effect: 'order_percent_off', percentBasisPoints: 1_000, minSubtotalCents: 1_000_000, currency },
  { name: 'Free shipping', effect: 'free_shipping', minSubtotalCents: freeShippingFromCents, currency },
  { name: 'By code', effect: 'amount_off', amountCents: 500, currency, categoryId: categoryIds[8], code: promoCode },
  { name: 'Trade', effect: 'percent_off', percentBasisPoints: 2_000, customerGroup: 'trade' },
];
export const shippingMethods = (currency: string): object[] => [
  { name: 'Standard', currency, position: 0, bands: [{ priceCents: standardShippingCents }] },
  { name: 'Express', currency, position: 1, bands: [{ priceCents: 1_490 }] },
];

/** The price of one unit for a guest or a signed-in buyer. */
export const unitPriceCents = (at: number, signedIn: boolean): number => {
  const base = basePriceCents(at);
  if (at === fixedPriceAt) return 990;
  switch (at % categoryCount) {
    case 0:
      return base * 0.9;
    case 1:
      return signedIn ? base * 0.95 : base;
    case 2:
      return base - 100;
    case listCategory:
      return listPriceCents(at);
    default:
      return base;
  }
};

/** Every price that a list or a product page may show for a product: the base price, the effective price and the changed price. */
export const shownCents = (at: number, count: number): ReadonlySet<number> =>
  new Set([
    basePriceCents(at),
    unitPriceCents(at, false),
    unitPriceCents(at, true),
    ...(isChanging(at, count) ? [changedPriceCents(at)] : []),
  ]);

/** The expected prices of a cart with one unit of each of these products. */
export const expectedCart = (lines: readonly { readonly at: number; readonly variantId: string }[], signedIn: boolean): ExpectedCart => {
  const priced = lines.map(({ at, variantId }) => ({ variantId, unitPriceCents: unitPriceCents(at, signedIn) }));
  const itemsCents = priced.reduce((sum, line) => sum + line.unitPriceCents, 0);
  return { lines: priced, shippingCents: itemsCents >= freeShippingFromCents ? 0 : standardShippingCents, taxBasisPoints };
};
