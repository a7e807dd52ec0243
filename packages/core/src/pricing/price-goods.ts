/** The prices of goods for one buyer: base prices, price lists and rules, in two statements for any number. */
import type { AppliedRule, UnappliedRule, ProductId, VariantId } from '@cartwright/contracts';
import { DomainError, notFound, type Reader } from '../kernel/index.ts';
import { readGoods, type Goods } from '../read-models/goods.ts';
import type { Buyer, CartLineFacts, RuleFacts } from './engine/engine.facts.ts';
import { priceUnit } from './engine/price-unit.ts';
import { findRules, indexRules } from './rule.queries.ts';

/** A line with its price. */
export interface PricedLine extends CartLineFacts {
  readonly variantId: VariantId;
  readonly productId: ProductId;
  readonly baseUnitPriceCents: number;
  readonly appliedRules: AppliedRule[];
}

/** For whom, in which currency and with which codes goods are priced. */
export interface PriceContext {
  readonly currency: string;
  readonly buyer: Buyer;
  /** Codes on the cart, in upper case. */
  readonly codes?: readonly string[];
  /** Prices as of this moment instead of now. */
  readonly at?: Date | null;
  /** Also returns rules that are not in force now. */
  readonly idle?: boolean;
}

const millis = (instant: string | null): number | null => (instant === null ? null : Date.parse(instant));

/** Returns a function that prices a line under the given rules; null for goods without a price in this currency. */
export const pricerOf = (rules: readonly RuleFacts[], { currency, buyer, codes = [], at = null }: PriceContext) => {
  const rulesOf = indexRules(rules);
  return (goods: Goods, quantity: number): (PricedLine & { readonly unappliedRules: UnappliedRule[] }) | null => {
    const { variantId, productId, categoryIds, collectionIds, taxClass, weightGrams, listPrices, basePriceCents, available } = goods;
    const scope = { variantId, productId, categoryIds, collectionIds };
    const unit = priceUnit(
      {
        ...scope,
        quantity,
        basePriceCents,
        available,
        adjustmentCents: 0,
        listPrices: listPrices.map((p) => ({ ...p, startsAt: millis(p.startsAt), endsAt: millis(p.endsAt) })),
      },
      rulesOf(scope),
      { currency, buyer, codes, at: (at ?? goods.now).getTime(), lowStockSurcharge: goods.surcharges },
    );
    if (!unit) return null;
    const { unitPriceCents, baseUnitPriceCents, appliedRules, unappliedRules } = unit;
    const repriced = appliedRules.length > 0;
    return { ...scope, quantity, unitPriceCents, baseUnitPriceCents, repriced, taxClass, weightGrams, appliedRules, unappliedRules };
  };
};

/**
 * The price of goods in their quantities, with the rules that applied and did not apply; and the rules themselves, for
 * the offers and promotions that come after. One statement. Throws `CURRENCY_MISMATCH` for goods without a price in
 * this currency.
 */
export const priceGoods = async (
  reader: Pick<Reader, 'db'>,
  context: PriceContext,
  wanted: readonly { readonly goods: Goods; readonly quantity: number }[],
): Promise<{ lines: (PricedLine & { readonly unappliedRules: UnappliedRule[] })[]; rules: RuleFacts[] }> => {
  const { at = null, idle = false, currency } = context;
  const rules = await findRules(
    reader,
    wanted.map((w) => w.goods),
    { at, idle },
  );
  const price = pricerOf(rules, context);
  const lines = wanted.map(({ goods, quantity }) => {
    const line = price(goods, quantity);
    if (line) return line;
    throw new DomainError(
      'CURRENCY_MISMATCH',
      `This variant has no price in ${currency}, the currency of the cart. It is sold in ${goods.ownCurrency}.`,
      {
        details: { requested: currency, available: [goods.ownCurrency], variantId: goods.variantId },
      },
    );
  });
  return { lines, rules };
};

/** Prices variants by their ids: two statements. Throws `NOT_FOUND` for one that is not on sale, and as `priceGoods`. */
export const priceVariants = async (
  reader: Pick<Reader, 'db'>,
  context: PriceContext,
  wanted: readonly { readonly variantId: string; readonly quantity: number }[],
): ReturnType<typeof priceGoods> => {
  const goodsOf = await readGoods(
    reader,
    context.currency,
    wanted.map((w) => w.variantId),
  );
  const found = wanted.map(({ variantId, quantity }) => {
    const goods = goodsOf.get(variantId);
    if (!goods?.onSale) throw notFound('This variant', variantId);
    return { goods, quantity };
  });
  return priceGoods(reader, context, found);
};
