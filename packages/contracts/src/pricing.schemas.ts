/** Schemas of pricing that several domains share: effects, applied rules, rules that did not apply, quotes, totals. */
import { z } from 'zod';
import { cents, signedCents } from './common.ts';
import { currency } from './currency.ts';
import { idOf, pricedMethodId, variantId } from './ids.ts';

/**
 * Effect of a rule. The first three and the surcharge change the unit price. `buy_x_get_y` changes the price of several
 * units, the `order_` effects the sum of the lines in scope, and `free_shipping` the shipping price.
 */
export const pricingRuleEffects = [
  'percent_off',
  'amount_off',
  'fixed_price',
  'buy_x_get_y',
  'order_percent_off',
  'order_amount_off',
  'free_shipping',
  'low_stock_surcharge',
] as const;
export type PricingRuleEffect = (typeof pricingRuleEffects)[number];

/** Source of a price change. */
export const appliedRuleKinds = ['price_list', 'surcharge', 'rule', 'offer', 'order', 'shipping'] as const;
const priceSourceId = idOf('rule, price list or promo code', '`pricing.listRules`, `priceLists.list` or `promoCodes.list`');

/** A rule that changed a price. `amountCents` is the reduction; negative for a surcharge. */
export const appliedRuleSchema = z
  .object({
    ruleId: priceSourceId,
    /** Name of the rule or price list, or the promo code. */
    name: z.string(),
    /**
     * What changed the price: a price list, a surcharge or rule on the unit price, an offer over several units, an order promotion or
     * a shipping promotion.
     */
    kind: z.enum(appliedRuleKinds),
    /** Reduction in the currency of the cart; negative for a surcharge. */
    amountCents: signedCents,
  })
  .meta({ id: 'AppliedRule' });
export type AppliedRule = z.infer<typeof appliedRuleSchema>;

/** Why a rule in scope did not change the price. */
export const unappliedReasons = [
  'not_yet',
  'ended',
  'code_missing',
  'other_audience',
  'other_customer_group',
  'other_currency',
  'quantity_too_low',
  'subtotal_too_low',
  'switched_off',
  'stock_not_low',
  'price_reduced_already',
  'exclusive_comes_late',
  'closed_by_exclusive',
  'nothing_left',
] as const;
export type UnappliedReason = (typeof unappliedReasons)[number];
export const unappliedRuleSchema = z
  .object({
    ruleId: priceSourceId,
    /** Name of the rule, or the promo code. */
    name: z.string(),
    /**
     * `not_yet`, `ended`: outside its period; `code_missing`: needs a promo code that the cart does not have; `other_audience`: only for
     * guests, or only for signed-in customers; `other_customer_group`, `other_currency`: for another group, or in another currency;
     * `quantity_too_low`, `subtotal_too_low`: too few units, or too low a value of goods; `switched_off`: low-stock surcharges are
     * off in the
     * settings; `stock_not_low`: more units are available than its threshold; `price_reduced_already`: only for lines whose unit
     * price was not
     * changed; `exclusive_comes_late`: exclusive, and another rule applied before; `closed_by_exclusive`: an exclusive rule applied before;
     * `nothing_left`: no amount was left to reduce.
     */
    reason: z.enum(unappliedReasons),
  })
  .meta({ id: 'UnappliedRule' });
export type UnappliedRule = z.infer<typeof unappliedRuleSchema>;

/** Amounts of one line of a cart, in its currency. */
export const lineAmounts = {
  /** Price of one unit after price lists and rules, in `currency`. */
  unitPriceCents: cents,
  /** `unitPriceCents` times `quantity`, before `discountCents`. Includes tax if the prices of the shop do. */
  lineTotalCents: cents,
  /** Reduction of the line by offers and order promotions. */
  discountCents: cents,
  /** Tax of the line after the discount; part of the price if prices include tax. */
  taxCents: cents,
};
/** Tax rate of a line. */
export const lineTaxRate = {
  /** Sum of the tax rates of the line, in parts per million: 190,000 is 19 %. */
  taxRatePpm: z.int(),
};

/** How tax is rounded: once for each rate of a document, or for each line. */
export const taxRoundings = ['document', 'line'] as const;
export type TaxRounding = (typeof taxRoundings)[number];

/** Tax of a cart or an order at one rate. */
export const taxAmountSchema = z.object({
  /** Name of the tax rate, such as `VAT`; staff set it with `tax.save`. */
  name: z.string(),
  /** Tax rate in parts per million: 190,000 is 19 %. */
  ratePpm: z.int(),
  /** Amount that the rate applies to, after discounts; includes the tax if prices include tax. */
  taxableCents: cents,
  /** Tax at this rate. */
  taxCents: cents,
});
export type TaxAmount = z.infer<typeof taxAmountSchema>;

export const priceQuoteSchema = z
  .object({
    variantId,
    /** Units that the price is for. */
    quantity: z.int(),
    currency,
    /** Price of one unit before price lists and rules, in `currency`. */
    baseUnitPriceCents: cents,
    /** Price of one unit after price lists and rules, in `currency`. */
    unitPriceCents: cents,
    /** `unitPriceCents` times `quantity`, before offers, order promotions, shipping and tax. */
    totalCents: cents,
    /** Price lists and rules that changed the unit price. */
    appliedRules: z.array(appliedRuleSchema),
    /** Rules in scope that did not apply, with the reason. */
    unappliedRules: z.array(unappliedRuleSchema),
  })
  .meta({ id: 'PriceQuote' });

/** A promo code; stored in upper case. */
export const promoCodeText = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9][A-Z0-9_-]{2,63}$/, 'must be 3 to 64 letters, digits, hyphens or underscores')
  .meta({ description: 'Promo code: 3 to 64 letters, digits, hyphens or underscores; stored in upper case' });

/** Variants that keep shipping methods by weight from being offered. */
export const unknownWeights = z.array(variantId).meta({
  description:
    'Variants without a weight. Methods that are priced by weight are not offered for them, unless the settings of the shop have a ' +
    'default weight. Empty when no method to the destination is priced by weight',
});

/** A shipping method for a cart, with its price. */
export const shippingOptionSchema = z
  .object({
    methodId: pricedMethodId,
    /** Name of the shipping method for buyers. */
    name: z.string(),
    /** Price of shipping in the currency of the cart, after promotions. */
    priceCents: cents,
    /** Price before promotions. */
    fullPriceCents: cents,
  })
  .meta({ id: 'ShippingOption' });

/** Totals of a cart or an order, in minor units. The buyer pays `totalCents`. */
export const totalsSchema = z
  .object({
    /** Sum of the lines before discounts. Includes tax if `taxIncluded`. */
    subtotalCents: cents,
    /** Reduction of the lines by offers and order promotions. Shipping promotions are already in `shippingCents`. */
    discountCents: cents,
    /** Price of shipping after promotions; 0 if no method is chosen. */
    shippingCents: cents,
    /** Total tax of the lines and of shipping. */
    taxCents: cents,
    /** Subtotal minus discount plus shipping; plus tax unless `taxIncluded`. Gift cards and store credit are not deducted. */
    totalCents: cents,
    /** Whether prices include `taxCents`. */
    taxIncluded: z.boolean(),
  })
  .meta({ id: 'Totals' });
export type Totals = z.infer<typeof totalsSchema>;

/** What can differ from a quote; `line` is another quantity or another variant. */
export const quoteChangeKinds = ['line', 'price', 'tax', 'promotion', 'stock', 'shipping'] as const;

/** A difference from the quote: amounts in minor units, tax rates in parts per million, stock in units. */
export const quoteChangeSchema = z
  .object({
    /** What differs; `line` is another quantity or another variant. */
    kind: z.enum(quoteChangeKinds),
    variantId: variantId.optional(),
    ruleId: priceSourceId.optional(),
    /**
     * Name of the rule or promo code, for a promotion with `ruleId`; missing for the others. A change of shipping method has the names
     * in `before` and `after`.
     */
    name: z.string().optional(),
    /** Value in the quote; null if the quote has none. */
    before: z.union([z.int(), z.string()]).nullable(),
    /** Value now; null if there is none. */
    after: z.union([z.int(), z.string()]).nullable(),
  })
  .meta({ id: 'QuoteChange' });
export type QuoteChange = z.infer<typeof quoteChangeSchema>;

/** Audience of a price: guests and signed-in buyers can have different prices. */
export const audiences = ['everyone', 'guest', 'signed_in'] as const;
