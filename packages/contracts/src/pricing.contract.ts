/** Pricing: what a variant costs for this quantity and this buyer, and the rules behind it. */
import { z } from 'zod';
import { basisPoints, cents, currency, done, instant, pageInput, pageOf, quantity, signedCents, text } from './common.ts';
import { pricingRuleId, productId, variantId } from './ids.ts';
import { mutation, query } from './procedure.ts';

export const pricingRuleEffects = ['percent_off', 'amount_off', 'fixed_price'] as const;

/** One rule that changed a price. `amountCents` is what it took off the line (negative: added). */
export const appliedRuleSchema = z
  .object({ ruleId: pricingRuleId, name: z.string(), amountCents: signedCents })
  .meta({ id: 'AppliedRule' });
export type AppliedRule = z.infer<typeof appliedRuleSchema>;

export const priceQuoteSchema = z
  .object({
    variantId,
    quantity: z.int(),
    currency,
    baseUnitPriceCents: cents,
    unitPriceCents: cents,
    totalCents: cents,
    appliedRules: z.array(appliedRuleSchema),
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
    input: z.strictObject({ variantId, quantity: quantity.default(1) }),
    output: priceQuoteSchema,
    errors: ['NOT_FOUND'],
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
