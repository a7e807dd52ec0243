import type { CheckoutProblem } from '@cartwright/contracts';
import {
  priceCartLines,
  readCartLines,
  totalCartRow,
  type CartLine,
  type CartRow,
  type CartSums,
  type PricedLine,
} from '../carts/index.ts';
import { DomainError, type Actor, type Reader } from '../kernel/index.ts';
import { findUsablePromo } from '../pricing/index.ts';

export interface PreparedCheckout {
  /** As the buyer saw them, when they were put into the cart. */
  readonly lines: CartLine[];
  /** As they would be sold now. */
  readonly priced: (PricedLine & Pick<CartLine, 'productName' | 'variantTitle' | 'sku'>)[];
  readonly sums: CartSums;
  readonly problems: CheckoutProblem[];
}

/** Where the cart goes and how, instead of what the cart says. */
export interface ShipTo {
  readonly countryCode?: string | null;
  readonly region?: string | null;
  readonly shippingMethodId?: string | null;
}

/** Prices a cart as of now and lists, line by line, what has changed since the buyer saw it. Stock is the caller's to check. */
export const prepareCheckout = async (
  reader: Pick<Reader, 'db'>,
  actor: Actor,
  cart: CartRow,
  shipTo: ShipTo = {},
): Promise<PreparedCheckout> => {
  const lines = await readCartLines(reader, cart.id);
  const problems: CheckoutProblem[] = [];
  if (lines.length === 0) problems.push({ itemId: null, code: 'CART_EMPTY', message: 'The cart is empty.' });
  const sellable = lines.length === 0 ? [] : await onSale(reader, actor, cart, lines, problems);
  const priced = sellable.map(({ line, price }) => ({
    ...price,
    productName: line.productName,
    variantTitle: line.variantTitle,
    sku: line.sku,
  }));
  for (const { line, price } of sellable)
    if (line.unitPriceCents !== price.unitPriceCents)
      problems.push({
        itemId: line.id,
        code: 'PRICE_CHANGED',
        message: `The price of ${line.productName} has changed.`,
        unitPriceCents: price.unitPriceCents,
      });
  const promo = cart.promoCode ? await findUsablePromo(reader, cart.promoCode, cart.currency) : null;
  if (cart.promoCode && !promo)
    problems.push({ itemId: null, code: 'CODE_NOT_APPLICABLE', message: `The code ${cart.promoCode} can no longer be used.` });
  const sums = await totalCartRow(reader, { ...cart, ...shipTo }, priced);
  if (sums.shippingUnavailable)
    problems.push({ itemId: null, code: 'SHIPPING_UNAVAILABLE', message: 'This cart cannot be sent to this address as chosen.' });
  return { lines, priced, sums, problems };
};

interface Sellable {
  readonly line: CartLine;
  readonly price: PricedLine;
}
const onSale = async (
  reader: Pick<Reader, 'db'>,
  actor: Actor,
  cart: CartRow,
  lines: CartLine[],
  problems: CheckoutProblem[],
): Promise<Sellable[]> => {
  try {
    const prices = await priceCartLines(reader, actor, cart, lines);
    return lines.flatMap((line, i) => (prices[i] ? [{ line, price: prices[i] }] : []));
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const [only, ...others] = lines;
    if (only && others.length === 0) {
      problems.push(unsellable(only, error));
      return [];
    }
    // Rare: something in the cart left the shelf. Price line by line to say which.
    const priced: Sellable[] = [];
    for (const line of lines) priced.push(...(await onSale(reader, actor, cart, [line], problems)));
    return priced;
  }
};

const unsellable = ({ id, productName }: CartLine, { code }: DomainError): CheckoutProblem =>
  code === 'CURRENCY_MISMATCH'
    ? { itemId: id, code, message: `${productName} has no price in the currency of this cart any more.` }
    : { itemId: id, code: 'NOT_FOUND', message: `${productName} is no longer sold.` };
