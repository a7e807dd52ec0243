import { formatMoney, type CheckoutProblem } from '@cartwright/contracts';
import { readOfferedLines, sumCart, type CartLine, type CartRow, type CartSums, type OfferedLine } from '../carts/index.ts';
import type { Actor, Reader } from '../kernel/index.ts';
import {
  buyerOf,
  codeExhaustedText,
  codeUse,
  findUsablePromos,
  getTermsOfPlaces,
  pricerOf,
  unitReductions,
  type CodeUse,
  type PricedLine,
  type RuleFacts,
  type ShopTerms,
  unknownRegionText,
  whyNotShipped,
} from '../pricing/index.ts';

/** A cart with its prices and totals. */
export interface PricedCart {
  /** The lines as the buyer saw them when they were added to the cart. */
  readonly lines: readonly CartLine[];
  /** The lines at the current prices. */
  readonly priced: (PricedLine & Pick<CartLine, 'productName' | 'variantTitle' | 'sku'>)[];
  readonly sums: CartSums;
  /** What the code takes off the cart; null for nothing. */
  readonly codeUse: CodeUse | null;
  readonly problems: CheckoutProblem[];
}

/** Destination and shipping method that replace those of the cart. */
export interface ShipTo {
  readonly countryCode?: string | null;
  readonly region?: string | null;
  readonly shippingMethodId?: string | null;
}

/** A cart to price, for its buyer. */
export interface CartToPrice {
  readonly actor: Actor;
  readonly cart: CartRow;
  readonly lines: readonly OfferedLine[];
  readonly shipTo?: ShipTo;
}

/** Reads the lines of a cart and prices it, see `priceCarts`. */
export const priceCart = async (reader: Pick<Reader, 'db'>, actor: Actor, cart: CartRow, shipTo: ShipTo = {}): Promise<PricedCart> => {
  const lines = (await readOfferedLines(reader, [cart.id])).get(cart.id) ?? [];
  const [priced] = await priceCarts(reader, [{ actor, cart, lines, shipTo }]);
  if (!priced) throw new Error('The cart was not priced');
  return priced;
};

/**
 * Prices carts at the current prices and lists, line by line, what has changed since the buyer saw them. The caller checks the stock. One
 * statement for the promo codes of all carts, and one for each country and currency among them.
 */
export const priceCarts = async (reader: Pick<Reader, 'db'>, wanted: readonly CartToPrice[]): Promise<PricedCart[]> => {
  const places = wanted.map(({ cart, lines, shipTo = {} }) => {
    const { countryCode, region, shippingMethodId } = { ...cart, ...shipTo };
    return { countryCode, region, shippingMethodId, currency: cart.currency, lines };
  });
  const terms = await getTermsOfPlaces(reader, places);
  const promos = await findUsablePromos(
    reader,
    wanted.map(({ cart }) => cart),
  );
  return wanted.map((one, i) => {
    const known = terms[i];
    if (!known) throw new Error('The cart was priced without terms');
    return priceAt(one, known, promos[i] ?? null);
  });
};

/** A pure function of its parameters. */
const priceAt = ({ actor, cart, lines }: CartToPrice, terms: ShopTerms, promo: RuleFacts | null): PricedCart => {
  const problems: CheckoutProblem[] = [];
  if (lines.length === 0) problems.push({ itemId: null, code: 'CART_EMPTY', message: 'The cart is empty. Add an item first.' });
  const { currency, promoCode } = cart;
  const price = pricerOf(terms.rules, { currency, buyer: buyerOf(actor), codes: promoCode ? [promoCode] : [] });
  const sellable = lines.flatMap((line) => {
    const priced = line.onSale ? price(line, line.quantity) : null;
    if (priced) return [{ line, price: priced }];
    problems.push(unsellable(line));
    return [];
  });
  const money = (cents: number): string => formatMoney(cents, currency);
  for (const { line, price: now } of sellable)
    if (line.unitPriceCents !== now.unitPriceCents)
      problems.push({
        itemId: line.id,
        code: 'PRICE_CHANGED',
        message: `The price of ${line.productName} has changed from ${money(line.unitPriceCents)} to ${money(now.unitPriceCents)}.`,
        unitPriceCents: now.unitPriceCents,
      });
  if (promoCode && !promo) problems.push({ itemId: null, code: 'CODE_NOT_APPLICABLE', message: codeExhaustedText(promoCode) });
  const priced = sellable.map(({ line: { productName, variantTitle, sku }, price: now }) => ({ ...now, productName, variantTitle, sku }));
  const sums = sumCart(cart, priced, terms, promo);
  // A cart without a region gets it with the address at checkout.
  if (terms.unknownRegion && terms.unknownRegion.region !== null)
    problems.push({ itemId: null, code: 'REGION_REQUIRED', message: unknownRegionText(terms.unknownRegion) });
  if (sums.shippingUnavailable)
    problems.push({
      itemId: null,
      code: 'SHIPPING_UNAVAILABLE',
      message:
        terms.shippingMethods.length === 0
          ? `The shop has no shipping method with prices in ${cart.currency}. Choose another currency, or ask the shop for one.`
          : whyNotShipped(sums, lines, 'The chosen shipping method does not deliver these items to this address.'),
    });
  const facts = promoCode === null ? null : { code: promoCode, promo, rules: terms.rules };
  return {
    lines,
    priced,
    sums,
    codeUse: facts && codeUse(facts, priced, unitReductions(facts, priced), sums),
    problems,
  };
};

const unsellable = ({ id, productName, onSale }: OfferedLine): CheckoutProblem =>
  onSale
    ? { itemId: id, code: 'CURRENCY_MISMATCH', message: `${productName} no longer has a price in the currency of this cart.` }
    : { itemId: id, code: 'NOT_FOUND', message: `${productName} is no longer sold.` };
