/** The totals of a cart, or of an order without one, from its lines and the terms of the shop. */
import type { Currency } from '@cartwright/contracts';
import type { Buyer, CartLineFacts, CartTerms, RuleFacts } from './engine/engine.facts.ts';
import type { CartTotals } from './engine/engine.result.ts';
import { standardTaxClass } from './engine/tax-amounts.ts';
import { totalLines } from './engine/total-lines.ts';

/** A line to total. */
export type TotalLine = Pick<CartLineFacts, 'unitPriceCents' | 'quantity'> & Partial<CartLineFacts>;

/** What the totals are made from. */
export interface TotalInput extends CartTerms {
  readonly lines: readonly TotalLine[];
  readonly currency: Currency;
  /** The moment the price is for, in milliseconds since 1970. */
  readonly at: number;
  /** The effect of the code on the cart; null when it cannot be used. */
  readonly promo: RuleFacts | null;
  /** Rules on several units, on the order and on shipping; rules on unit prices are in the lines already. */
  readonly rules?: readonly RuleFacts[];
  readonly buyer?: Buyer;
}

const anybody: Buyer = { signedIn: false, customerGroup: null };

const hasEffect = (promo: RuleFacts): boolean =>
  promo.effect === 'free_shipping' || promo.percentBasisPoints !== null || promo.amountCents !== null;

/** Pure: same input, same answer. A line without tax class or weight counts as standard class and weightless. */
export const totalCart = ({ lines, currency, at, promo, rules = [], buyer = anybody, ...terms }: TotalInput): CartTotals =>
  totalLines(
    lines.map((line) => ({
      variantId: '',
      productId: '',
      categoryIds: [],
      collectionIds: [],
      repriced: false,
      taxClass: standardTaxClass,
      weightGrams: 0,
      ...line,
    })),
    promo && hasEffect(promo) ? [...rules, promo] : rules,
    { currency, at, buyer, codes: promo?.code ? [promo.code] : [] },
    terms,
  );
