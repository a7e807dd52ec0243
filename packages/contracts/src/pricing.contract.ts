/** Pricing: the price of a variant for a quantity and a buyer, the simulated price of a cart, and the pricing rules. */
import { z } from 'zod';
import {
  cents,
  done,
  instant,
  instantInput,
  pageInput,
  pageOf,
  productName,
  quantity,
  regionInput,
  seenVersion,
  shownSku,
  text,
} from './common.ts';
import { countryCode } from './countries.ts';
import { currency } from './currency.ts';
import { pricedMethodId, pricingRuleId, productId, shippingMethodId, variantId } from './ids.ts';
import { pricingRuleChanges, pricingRuleInput, pricingRuleItem, pricingRuleSchema, promotionSchema } from './pricing-rules.schemas.ts';
import {
  appliedRuleSchema,
  lineAmounts,
  lineTaxRate,
  unappliedRuleSchema,
  priceQuoteSchema,
  pricingRuleEffects,
  shippingOptionSchema,
  taxAmountSchema,
  totalsSchema,
  unknownWeights,
} from './pricing.schemas.ts';
import { mutation, query } from './procedure.ts';

/** Price of a cart by line, with the rules that applied and those that did not. */
export const simulationSchema = z
  .object({
    currency,
    /** Instant for which the prices were calculated. */
    at: instant,
    /** Lines in the order of the request; items of the same variant are one line. */
    lines: z.array(
      z.object({
        variantId,
        sku: shownSku,
        productName,
        /** Units of the line. */
        quantity: z.int(),
        /** Price of one unit before price lists and rules, in `currency`. */
        baseUnitPriceCents: cents,
        ...lineAmounts,
        ...lineTaxRate,
        /** Price lists and rules that changed the unit price, and offers over several units that reduced the line. */
        appliedRules: z.array(appliedRuleSchema),
        /** Rules in scope that did not change the unit price, with the reason. */
        unappliedRules: z.array(unappliedRuleSchema),
      }),
    ),
    /** Order promotions and shipping promotions that apply, including the promo code. Offers are in `appliedRules` of the lines. */
    promotions: z.array(appliedRuleSchema),
    /** Offers, order promotions and shipping promotions that do not apply, with the reason. */
    unappliedRules: z.array(unappliedRuleSchema),
    /** Tax of the cart by rate. */
    taxes: z.array(taxAmountSchema),
    /** Shipping methods that deliver to the destination, cheapest first. */
    shippingOptions: z.array(shippingOptionSchema),
    shippingMethodId: pricedMethodId.nullable(),
    /**
     * Whether the chosen shipping method, or without a choice every method in the currency, does not deliver these items to the
     * destination. False for a shop without active shipping methods, which ships for free.
     */
    shippingUnavailable: z.boolean(),
    unknownWeights,
    /** Totals of the simulated cart, in `currency`. */
    totals: totalsSchema,
  })
  .meta({ id: 'PriceSimulation' });

export const pricingContract = {
  quote: query({
    summary: 'Price of a variant for a quantity, with the rules that applied and those that did not',
    access: 'public',
    rest: { method: 'GET', path: '/variants/{variantId}/price' },
    input: z.strictObject({
      variantId,
      quantity: quantity.default(1),
      currency: currency.optional(),
      /** Promo code for rules that require one. */
      code: text(64).optional(),
    }),
    output: priceQuoteSchema,
    errors: ['NOT_FOUND', 'CURRENCY_MISMATCH', 'INVALID_PRICE'],
  }),
  effectivePrice: query({
    summary: 'Price of a product; default: its first variant',
    description: '`userTier` calculates the price for another customer group.',
    access: 'public',
    alsoNeeds: [{ scope: 'pricing:read', when: 'with `userTier`' }],
    rest: { method: 'GET', path: '/products/{id}/price' },
    input: z.strictObject({
      id: productId,
      variantId: variantId.optional(),
      quantity: quantity.default(1),
      currency: currency.optional(),
      /** Customer group for which the price is calculated. Default: the group of the caller. */
      userTier: text(50).optional(),
      /** Promo code for rules that require one. */
      code: text(64).optional(),
    }),
    output: priceQuoteSchema,
    errors: ['NOT_FOUND', 'CURRENCY_MISMATCH', 'INVALID_PRICE', 'UNAUTHENTICATED'],
  }),
  promotions: query({
    summary: 'Promotions active at an instant',
    description: 'Only staff see promotions that need a code or that are for a customer group of which the caller is no member.',
    access: 'public',
    rest: { method: 'GET', path: '/promotions' },
    input: z.strictObject({
      ...pageInput,
      /** Instant for which promotions are listed. Default: now. */
      at: instantInput.optional(),
    }),
    output: pageOf(promotionSchema),
  }),
  simulate: query({
    summary: 'Simulate the price of a cart, with the rules that applied and why others did not',
    access: { scope: 'pricing:read' },
    rest: { method: 'POST', path: '/pricing/simulate' },
    input: z.strictObject({
      /** Variants of the cart with their units. */
      items: z.array(z.strictObject({ variantId, quantity })).min(1).max(100),
      /** Default: the currency of the first item. */
      currency: currency.optional(),
      /** Destination for tax and shipping (ISO 3166-1 alpha-2). Default: the country in the settings of the shop. */
      countryCode: countryCode.optional(),
      region: regionInput.optional(),
      shippingMethodId: shippingMethodId.optional(),
      /** Promo code on the cart. */
      code: text(64).optional(),
      /** Whether the simulated buyer is signed in. A buyer with `customerGroup` always is. */
      signedIn: z.boolean().default(false),
      /** Customer group of the simulated buyer. */
      customerGroup: text(50).optional(),
      /** Instant for which prices are calculated. Default: now. */
      at: instantInput.optional(),
    }),
    output: simulationSchema,
    errors: ['NOT_FOUND', 'CURRENCY_MISMATCH', 'CODE_NOT_APPLICABLE', 'REGION_REQUIRED', 'INVALID_PRICE'],
  }),
  listRules: query({
    summary: 'Pricing rules, newest first',
    access: { scope: 'pricing:read' },
    rest: { method: 'GET', path: '/pricing/rules' },
    input: z.strictObject({
      ...pageInput,
      /** A part of the name or of the required promo code. */
      q: text(100).optional(),
      /** Only rules with this effect. */
      effect: z.enum(pricingRuleEffects).optional(),
      variantId: variantId.optional(),
      productId: productId.optional(),
      /** Only active rules, or only the others. */
      active: z.boolean().optional(),
    }),
    output: pageOf(pricingRuleItem),
  }),
  getRule: query({
    summary: 'A pricing rule',
    access: { scope: 'pricing:read' },
    rest: { method: 'GET', path: '/pricing/rules/{id}' },
    input: z.strictObject({ id: pricingRuleId }),
    output: pricingRuleSchema,
    errors: ['NOT_FOUND'],
  }),
  createRules: mutation({
    summary: 'Add pricing rules, all or none',
    access: { scope: 'pricing:write' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/pricing/rules', status: 201 },
    input: z.strictObject({
      /** Rules to add. */
      rules: z.array(pricingRuleInput).min(1).max(1000),
    }),
    output: z.object({
      /** The new rules, in the order of the request. */
      rules: z.array(pricingRuleSchema),
    }),
    errors: ['INVALID_PRICE', 'RULES_OVERLAP', 'NOT_FOUND'],
  }),
  updateRule: mutation({
    summary: 'Change a pricing rule',
    access: { scope: 'pricing:write' },
    rest: { method: 'PATCH', path: '/pricing/rules/{id}' },
    input: z.strictObject({ id: pricingRuleId, version: seenVersion, ...pricingRuleChanges }),
    output: pricingRuleSchema,
    errors: ['NOT_FOUND', 'VERSION_MISMATCH', 'INVALID_PRICE', 'RULES_OVERLAP'],
  }),
  deleteRule: mutation({
    summary: 'Delete a pricing rule',
    access: { scope: 'pricing:write' },
    rest: { method: 'DELETE', path: '/pricing/rules/{id}' },
    input: z.strictObject({ id: pricingRuleId }),
    output: done,
    errors: ['NOT_FOUND'],
  }),
} as const;
