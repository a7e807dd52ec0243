/** Pricing: what a variant costs for this quantity and this buyer, and the rules behind it. */
import { z } from 'zod';
import { basisPoints, cents, currency, done, instant, pageInput, pageOf, quantity, signedCents, text } from './common.ts';
import { pricingRuleId, productId, variantId } from './ids.ts';
import { mutation, query } from './procedure.ts';

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

/** Who buys, as far as prices care: guests and signed-in people may pay differently. */
export const audiences = ['everyone', 'guest', 'signed_in'] as const;

const ruleFields = {
  name: text(120),
  effect: z.enum(pricingRuleEffects),
  /** For `percent_off`. */
  percentBasisPoints: basisPoints.nullable().default(null),
  /** For `amount_off` (per unit) and `fixed_price` (the unit price). */
  amountCents: cents.nullable().default(null),
  /** Scope: one variant, one product, or everything when both are null. */
  variantId: variantId.nullable().default(null),
  productId: productId.nullable().default(null),
  minQuantity: z.int().min(1).default(1),
  audience: z.enum(audiences).default('everyone'),
  customerGroup: text(50).nullable().default(null),
  startsAt: instant.nullable().default(null),
  endsAt: instant.nullable().default(null),
  /** Rules are tried from the highest priority down; an exclusive rule that applies ends the search. */
  priority: z.int().min(-1000).max(1000).default(0),
  stackable: z.boolean().default(false),
  active: z.boolean().default(true),
};
export const pricingRuleSchema = z.object({ id: pricingRuleId, ...ruleFields, createdAt: instant }).meta({ id: 'PricingRule' });
export type PricingRule = z.infer<typeof pricingRuleSchema>;
export const pricingRuleInput = z.strictObject(ruleFields);

export const pricingContract = {
  quote: query({
    summary: 'The price of a variant for a quantity, with every rule that applied',
    access: 'public',
    rest: { method: 'GET', path: '/variants/{variantId}/price' },
    input: z.strictObject({ variantId, quantity: quantity.default(1), currency: currency.optional(), code: text(64).optional() }),
    output: priceQuoteSchema,
    errors: ['NOT_FOUND', 'CURRENCY_MISMATCH'],
  }),
  listRules: query({
    summary: 'Pricing rules',
    access: { scope: 'pricing:read' },
    rest: { method: 'GET', path: '/pricing/rules' },
    input: z.strictObject({ ...pageInput, variantId: variantId.optional(), active: z.boolean().optional() }),
    output: pageOf(pricingRuleSchema),
  }),
  createRules: mutation({
    summary: 'Add pricing rules, all or none',
    access: { scope: 'pricing:write' },
    idempotency: 'optional',
    rest: { method: 'POST', path: '/pricing/rules', status: 201 },
    input: z.strictObject({ rules: z.array(pricingRuleInput).min(1).max(1000) }),
    output: z.object({ rules: z.array(pricingRuleSchema) }),
    errors: ['INVALID_PRICE'],
  }),
  deleteRule: mutation({
    summary: 'Remove a pricing rule',
    access: { scope: 'pricing:write' },
    rest: { method: 'DELETE', path: '/pricing/rules/{id}' },
    input: z.strictObject({ id: pricingRuleId }),
    output: done,
    errors: ['NOT_FOUND'],
  }),
} as const;
