/** Words of pricing that several domains share: effects, applied and lost rules, quotes, totals. */
import { z } from 'zod';
import { cents, signedCents } from './common.ts';
import { currency } from './currency.ts';
import { variantId } from './ids.ts';

/**
 * What a rule does. The first three and the surcharge change the price of a unit, `buy_x_get_y` works on
 * several units, the `order_` ones on the sum of the lines in scope, `free_shipping` on what sending costs.
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

/** Where a change of price comes from. */
export const appliedRuleKinds = ['price_list', 'surcharge', 'rule', 'offer', 'order', 'shipping'] as const;
const priceSourceId = z.uuid().meta({ description: 'Id of the rule, price list or promo code' });

/** One rule that changed a price. `amountCents` is what it took off (negative: added). */
export const appliedRuleSchema = z
  .object({ ruleId: priceSourceId, name: z.string(), kind: z.enum(appliedRuleKinds), amountCents: signedCents })
  .meta({ id: 'AppliedRule' });
export type AppliedRule = z.infer<typeof appliedRuleSchema>;

/** Why a rule that is meant for these goods did not change the price. */
export const lostReasons = [
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
export type LostReason = (typeof lostReasons)[number];
export const lostRuleSchema = z.object({ ruleId: priceSourceId, name: z.string(), reason: z.enum(lostReasons) }).meta({ id: 'LostRule' });
export type LostRule = z.infer<typeof lostRuleSchema>;

export const priceQuoteSchema = z
  .object({
    variantId,
    quantity: z.int(),
    currency,
    baseUnitPriceCents: cents,
    unitPriceCents: cents,
    totalCents: cents,
    appliedRules: z.array(appliedRuleSchema),
    /** Rules for these goods that did not apply, and why. */
    lostRules: z.array(lostRuleSchema),
  })
  .meta({ id: 'PriceQuote' });

/** A promo code as it is stored: upper case. */
export const promoCodeText = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9][A-Z0-9_-]{2,63}$/, 'must be 3 to 64 letters, digits, hyphens or underscores');

/** A way of sending a cart, with what it would cost. */
export const shippingOptionSchema = z
  .object({
    methodId: z.uuid(),
    name: z.string(),
    priceCents: cents,
    /** What it would cost if nothing made it cheaper. */
    fullPriceCents: cents,
  })
  .meta({ id: 'ShippingOption' });

/** The sums of a cart or an order, in minor units; `totalCents` is what is charged. */
export const totalsSchema = z
  .object({
    subtotalCents: cents,
    discountCents: cents,
    shippingCents: cents,
    /** All tax: of the lines and of the shipping. */
    taxCents: cents,
    totalCents: cents,
    /** Whether `taxCents` is already inside the prices. */
    taxIncluded: z.boolean(),
  })
  .meta({ id: 'Totals' });
export type Totals = z.infer<typeof totalsSchema>;

/** What may not be as it was quoted; `line` is another quantity or other goods. */
export const quoteChangeKinds = ['line', 'price', 'tax', 'promotion', 'stock', 'shipping'] as const;

/** One thing that is not as it was quoted: amounts in minor units, tax in hundredths of a percent, stock in units. */
export const quoteChangeSchema = z
  .object({
    kind: z.enum(quoteChangeKinds),
    variantId: variantId.optional(),
    ruleId: z.uuid().optional(),
    name: z.string().optional(),
    before: z.union([z.int(), z.string()]).nullable(),
    after: z.union([z.int(), z.string()]).nullable(),
  })
  .meta({ id: 'QuoteChange' });
export type QuoteChange = z.infer<typeof quoteChangeSchema>;

/** Who buys, as far as prices care: guests and signed-in people may pay differently. */
export const audiences = ['everyone', 'guest', 'signed_in'] as const;
