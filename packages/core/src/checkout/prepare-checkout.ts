import type { CheckoutProblem } from '@cartwright/contracts';
import { priceCartLines, readCartLines, type CartLine, type CartRow, type PricedLine } from '../carts/index.ts';
import { DomainError, type Actor, type Reader } from '../kernel/index.ts';
import { findUsablePromo, getStoreTerms, totalCart, type LineTotals } from '../pricing/index.ts';
import type { Totals } from '@cartwright/contracts';

export interface PreparedCheckout {
  /** As the buyer saw them, when they were put into the cart. */
  readonly lines: CartLine[];
  /** As they would be sold now. */
  readonly priced: (PricedLine & Pick<CartLine, 'productName' | 'variantTitle' | 'sku'>)[];
  readonly totals: Totals;
  readonly lineTotals: LineTotals[];
  readonly taxBasisPoints: number;
  readonly problems: CheckoutProblem[];
}

/** Prices a cart as of now and lists, line by line, what has changed since the buyer saw it. Stock is the caller's to check. */
export const prepareCheckout = async (
  reader: Pick<Reader, 'db'>,
  actor: Actor,
  cart: CartRow,
  shipTo: string | null,
): Promise<PreparedCheckout> => {
  const lines = await readCartLines(reader, cart.id);
  const problems: CheckoutProblem[] = [];
  if (lines.length === 0) problems.push({ itemId: null, code: 'CART_EMPTY', message: 'The cart is empty.' });
  const sellable = await onSale(reader, actor, cart, lines, problems);
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
  const terms = await getStoreTerms(reader, shipTo, cart.currency);
  const { totals, lines: lineTotals } = totalCart({ lines: priced, promo, ...terms });
  return { lines, priced, totals, lineTotals, taxBasisPoints: terms.taxBasisPoints, problems };
};

const onSale = async (reader: Pick<Reader, 'db'>, actor: Actor, cart: CartRow, lines: CartLine[], problems: CheckoutProblem[]) => {
  try {
    const prices = await priceCartLines(reader, actor, cart.currency, lines);
    return lines.flatMap((line, i) => (prices[i] ? [{ line, price: prices[i] }] : []));
  } catch (error) {
    if (!(error instanceof DomainError) || lines.length <= 1) {
      const [only] = lines;
      if (error instanceof DomainError && only) {
        problems.push({ itemId: only.id, code: 'NOT_FOUND', message: `${only.productName} is no longer sold.` });
        return [];
      }
      throw error;
    }
    // Rare: something in the cart left the shelf. Price line by line to say which.
    const priced: { line: CartLine; price: PricedLine }[] = [];
    for (const line of lines) priced.push(...(await onSale(reader, actor, cart, [line], problems)));
    return priced;
  }
};
