/** Rules, codes, taxes and shipping: everything a total depends on beside the base price. */
import { audiences, pricingRuleEffects } from '@cartwright/contracts';
import { defineEntity, p } from '@mikro-orm/core';
import { User } from './accounts.entities.ts';
import { Product, Variant } from './catalog.entities.ts';

/** The one row of settings that the whole store shares. */
export const StoreSettings = defineEntity({
  name: 'StoreSettings',
  tableName: 'store_settings',
  properties: {
    id: p.integer().primary().default(1),
    name: p.string().length(100),
    currency: p.character().length(3),
    pricesIncludeTax: p.boolean().default(false),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'store_settings_one_row', expression: 'id = 1' }],
});

export const PricingRule = defineEntity({
  name: 'PricingRule',
  tableName: 'pricing_rules',
  properties: {
    id: p.uuid().primary(),
    name: p.string().length(120),
    effect: p.enum(pricingRuleEffects),
    percentBasisPoints: p.integer().nullable(),
    amountCents: p.bigint('number').nullable(),
    variantId: () => p.manyToOne(Variant).mapToPk().fieldName('variant_id').nullable().index(),
    productId: () => p.manyToOne(Product).mapToPk().fieldName('product_id').nullable().index(),
    minQuantity: p.integer().default(1),
    audience: p.enum(audiences).default('everyone'),
    customerGroup: p.string().length(50).nullable(),
    startsAt: p.datetime().nullable(),
    endsAt: p.datetime().nullable(),
    priority: p.integer().default(0),
    stackable: p.boolean().default(false),
    active: p.boolean().default(true),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    {
      name: 'pricing_rules_effect_has_value',
      expression: `(effect = 'percent_off') = (percent_basis_points is not null) and (effect <> 'percent_off') = (amount_cents is not null)`,
    },
    { name: 'pricing_rules_percent_range', expression: 'percent_basis_points is null or percent_basis_points between 0 and 10000' },
    { name: 'pricing_rules_amount_not_negative', expression: 'amount_cents is null or amount_cents >= 0' },
    { name: 'pricing_rules_window', expression: 'starts_at is null or ends_at is null or starts_at < ends_at' },
    { name: 'pricing_rules_one_scope', expression: 'variant_id is null or product_id is null' },
    { name: 'pricing_rules_min_quantity', expression: 'min_quantity >= 1' },
  ],
  indexes: [
    {
      name: 'pricing_rules_global',
      expression:
        'create index pricing_rules_global on pricing_rules (priority) where active and variant_id is null and product_id is null',
    },
  ],
});

/** Every base price a variant has had, from when. */
export const PriceChange = defineEntity({
  name: 'PriceChange',
  tableName: 'price_changes',
  properties: {
    id: p.uuid().primary(),
    variantId: () => p.manyToOne(Variant).mapToPk().fieldName('variant_id').deleteRule('cascade'),
    priceCents: p.bigint('number'),
    changedBy: p.string().length(64),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  indexes: [{ name: 'price_changes_by_variant', properties: ['variantId', 'createdAt'] }],
});

export const PromoCode = defineEntity({
  name: 'PromoCode',
  tableName: 'promo_codes',
  properties: {
    id: p.uuid().primary(),
    code: p.string().length(64).unique(),
    percentBasisPoints: p.integer().nullable(),
    amountCents: p.bigint('number').nullable(),
    currency: p.character().length(3).nullable(),
    usageLimit: p.integer().nullable(),
    perCustomerLimit: p.integer().nullable(),
    usedCount: p.integer().default(0),
    startsAt: p.datetime().nullable(),
    endsAt: p.datetime().nullable(),
    active: p.boolean().default(true),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'promo_codes_limit', expression: 'used_count >= 0 and (usage_limit is null or used_count <= usage_limit)' },
    { name: 'promo_codes_one_effect', expression: '(percent_basis_points is null) <> (amount_cents is null)' },
    { name: 'promo_codes_percent_range', expression: 'percent_basis_points is null or percent_basis_points between 1 and 10000' },
    { name: 'promo_codes_amount', expression: 'amount_cents is null or (amount_cents > 0 and currency is not null)' },
  ],
});

export const TaxRate = defineEntity({
  name: 'TaxRate',
  tableName: 'tax_rates',
  properties: {
    countryCode: p.character().length(2).primary(),
    name: p.string().length(50),
    basisPoints: p.integer(),
  },
  checks: [{ name: 'tax_rates_range', expression: 'basis_points between 0 and 10000' }],
});

/** Flat shipping per currency; free from `freeFromCents` of goods on. */
export const ShippingRate = defineEntity({
  name: 'ShippingRate',
  tableName: 'shipping_rates',
  properties: {
    countryCode: p.character().length(2).primary(),
    currency: p.character().length(3).primary(),
    priceCents: p.bigint('number'),
    freeFromCents: p.bigint('number').nullable(),
  },
  checks: [{ name: 'shipping_rates_price', expression: 'price_cents >= 0' }],
});

/** A use of a promo code by one order; released when the order dies before it is paid. */
export const PromoRedemption = defineEntity({
  name: 'PromoRedemption',
  tableName: 'promo_redemptions',
  properties: {
    id: p.uuid().primary(),
    promoCodeId: () => p.manyToOne(PromoCode).mapToPk().fieldName('promo_code_id').index(),
    /** The order; a plain column because orders are the later domain. */
    orderId: p.uuid().unique(),
    userId: () => p.manyToOne(User).mapToPk().fieldName('user_id').nullable(),
    /** Account id or e-mail index of the buyer. */
    identity: p.string().length(64),
    state: p.enum(['redeemed', 'released']).default('redeemed'),
    createdAt: p.datetime().defaultRaw('now()'),
    releasedAt: p.datetime().nullable(),
  },
  indexes: [{ name: 'promo_redemptions_by_identity', properties: ['promoCodeId', 'identity'] }],
});
