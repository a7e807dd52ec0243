/** Shop settings, pricing rules, price lists and promo codes: what changes a total beside the base price. */
import { audiences, pricingRuleEffects, searchLanguages, taxRoundings } from '@cartwright/contracts';
import { defineEntity, p } from '@mikro-orm/core';
import { User } from './accounts.entities.ts';
import { Category, Collection, Product, Variant } from './catalog.entities.ts';

/** The settings of the shop, in one row. */
export const ShopSettings = defineEntity({
  name: 'ShopSettings',
  tableName: 'store_settings',
  properties: {
    id: p.integer().primary().default(1),
    name: p.string().length(100),
    currency: p.character().length(3),
    /** Additional currencies of carts. */
    currencies: p.array().defaultRaw(`'{}'`),
    defaultCountry: p.character().length(2).nullable(),
    taxIncluded: p.boolean().default(false).fieldName('prices_include_tax'),
    /** Whether tax is rounded once for each rate of a document, or for each line. */
    taxRounding: p.enum(taxRoundings).default('document'),
    /** The tax class of shipping; with null, shipping is not taxed. */
    shippingTaxClass: p.string().length(30).nullable(),
    /** The weight of a unit whose variant has none; with null, methods that are priced by weight are not offered for it. */
    defaultWeightGrams: p.integer().nullable(),
    lowStockSurcharge: p.boolean().default(false),
    /** By how much a total may change after the buyer saw it without a new confirmation. */
    priceDriftBasisPoints: p.integer().default(0),
    /** The payment window in minutes; null uses the setting of the installation. */
    paymentWindowMinutes: p.integer().nullable(),
    /** Minutes after its first declined payment in which an order can be paid again; null uses the setting of the installation. */
    paymentRetryMinutes: p.integer().nullable(),
    /** The language of names and descriptions: its word forms are searched, and its stop words are optional. */
    searchLanguage: p.enum(searchLanguages).default('english'),
    /** How often the search language was changed. */
    searchLanguageChanges: p.integer().default(0),
    version: p.integer().default(1).version(),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'store_settings_currency', expression: `currency ~ '^[A-Z]{3}$'` },
    { name: 'store_settings_one_row', expression: 'id = 1' },
    { name: 'store_settings_default_weight', expression: 'default_weight_grams is null or default_weight_grams >= 0' },
    { name: 'store_settings_drift', expression: 'price_drift_basis_points between 0 and 10000' },
    { name: 'store_settings_window', expression: 'payment_window_minutes is null or payment_window_minutes between 1 and 1440' },
    { name: 'store_settings_retry', expression: 'payment_retry_minutes is null or payment_retry_minutes between 1 and 1440' },
  ],
});

/** A pricing rule: a promotion, a surcharge or a quantity price. */
export const PricingRule = defineEntity({
  name: 'PricingRule',
  tableName: 'pricing_rules',
  properties: {
    id: p.uuid().primary(),
    name: p.string().length(120),
    effect: p.enum(pricingRuleEffects),
    percentBasisPoints: p.integer().nullable(),
    amountCents: p.bigint('number').nullable(),
    /** The currency of the amounts; null for the currency of the items. */
    currency: p.character().length(3).nullable(),
    buyQuantity: p.integer().nullable(),
    getQuantity: p.integer().nullable(),
    stockThreshold: p.integer().nullable(),
    variantId: () => p.manyToOne(Variant).mapToPk().fieldName('variant_id').nullable().index(),
    productId: () => p.manyToOne(Product).mapToPk().fieldName('product_id').nullable().index(),
    categoryId: () => p.manyToOne(Category).mapToPk().fieldName('category_id').nullable().deleteRule('cascade').index(),
    collectionId: () => p.manyToOne(Collection).mapToPk().fieldName('collection_id').nullable().deleteRule('cascade').index(),
    minQuantity: p.integer().default(1),
    minSubtotalCents: p.bigint('number').nullable(),
    /** Applies only with this code on the cart; refers to `promo_codes (code)`. */
    code: p.string().length(64).nullable().index(),
    fullPriceOnly: p.boolean().default(false),
    audience: p.enum(audiences).default('everyone'),
    customerGroup: p.string().length(50).nullable(),
    startsAt: p.datetime().nullable(),
    endsAt: p.datetime().nullable(),
    priority: p.integer().default(0),
    stackable: p.boolean().default(false),
    active: p.boolean().default(true),
    version: p.integer().default(1),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'pricing_rules_currency', expression: `currency ~ '^[A-Z]{3}$'` },
    {
      name: 'pricing_rules_effect_has_value',
      expression: `case effect
    when 'percent_off' then percent_basis_points is not null and amount_cents is null
    when 'order_percent_off' then percent_basis_points is not null and amount_cents is null
    when 'low_stock_surcharge' then percent_basis_points is not null and amount_cents is null and stock_threshold is not null
    when 'buy_x_get_y' then amount_cents is null and buy_quantity is not null and get_quantity is not null
    when 'free_shipping' then percent_basis_points is null and amount_cents is null
    else amount_cents is not null and percent_basis_points is null
  end`,
    },
    {
      name: 'pricing_rules_offer',
      expression: `(effect = 'buy_x_get_y' and buy_quantity >= 1 and get_quantity >= 1) or (buy_quantity is null and get_quantity is null)`,
    },
    { name: 'pricing_rules_threshold', expression: `stock_threshold is null or (effect = 'low_stock_surcharge' and stock_threshold >= 0)` },
    { name: 'pricing_rules_min_subtotal', expression: 'min_subtotal_cents is null or min_subtotal_cents >= 0' },
    { name: 'pricing_rules_percent_range', expression: 'percent_basis_points is null or percent_basis_points between 0 and 10000' },
    { name: 'pricing_rules_amount_not_negative', expression: 'amount_cents is null or amount_cents >= 0' },
    { name: 'pricing_rules_window', expression: 'starts_at is null or ends_at is null or starts_at < ends_at' },
    { name: 'pricing_rules_one_scope', expression: 'num_nonnulls(variant_id, product_id, category_id, collection_id) <= 1' },
    { name: 'pricing_rules_min_quantity', expression: 'min_quantity >= 1' },
  ],
  indexes: [
    {
      name: 'pricing_rules_global',
      expression:
        'create index pricing_rules_global on pricing_rules (priority) ' +
        'where active and variant_id is null and product_id is null and category_id is null and collection_id is null',
    },
  ],
});

/** Prices of variants in one currency, for everybody or one customer group, within a period. */
export const PriceList = defineEntity({
  name: 'PriceList',
  tableName: 'price_lists',
  properties: {
    id: p.uuid().primary(),
    name: p.string().length(120),
    currency: p.character().length(3),
    customerGroup: p.string().length(50).nullable(),
    priority: p.integer().default(0),
    startsAt: p.datetime().nullable(),
    endsAt: p.datetime().nullable(),
    active: p.boolean().default(true),
    version: p.integer().default(1).version(),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'price_lists_window', expression: 'starts_at is null or ends_at is null or starts_at < ends_at' },
    { name: 'price_lists_currency', expression: `currency ~ '^[A-Z]{3}$'` },
  ],
});

/** A price of a variant in a price list. */
export const PriceListPrice = defineEntity({
  name: 'PriceListPrice',
  tableName: 'price_list_prices',
  properties: {
    priceListId: () => p.manyToOne(PriceList).mapToPk().fieldName('price_list_id').primary().deleteRule('cascade'),
    variantId: () => p.manyToOne(Variant).mapToPk().fieldName('variant_id').primary().deleteRule('cascade').index(),
    minQuantity: p.integer().primary().default(1),
    priceCents: p.bigint('number'),
  },
  checks: [{ name: 'price_list_prices_price', expression: 'price_cents >= 0 and min_quantity >= 1' }],
});

/** The price history of a variant: its own prices and those of price lists, each with its start. */
export const PriceChange = defineEntity({
  name: 'PriceChange',
  tableName: 'price_changes',
  properties: {
    id: p.uuid().primary(),
    variantId: () => p.manyToOne(Variant).mapToPk().fieldName('variant_id').deleteRule('cascade'),
    /** Null: the price list no longer names the variant. */
    priceCents: p.bigint('number').nullable(),
    /** The price list; null for the variant's own price. Kept when the list is gone. */
    priceListId: p.uuid().nullable(),
    changedBy: p.string().length(64),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'price_changes_end', expression: 'price_cents is not null or price_list_id is not null' }],
  indexes: [{ name: 'price_changes_by_variant', properties: ['variantId', 'createdAt'] }],
});

/** A promo code. */
export const PromoCode = defineEntity({
  name: 'PromoCode',
  tableName: 'promo_codes',
  properties: {
    id: p.uuid().primary(),
    code: p.string().length(64).unique(),
    percentBasisPoints: p.integer().nullable(),
    amountCents: p.bigint('number').nullable(),
    freeShipping: p.boolean().default(false),
    currency: p.character().length(3).nullable(),
    minSubtotalCents: p.bigint('number').nullable(),
    fullPriceOnly: p.boolean().default(false),
    stackable: p.boolean().default(true),
    priority: p.integer().default(0),
    /** The batch of generated codes that the code belongs to. */
    batchId: p.uuid().nullable().index(),
    usageLimit: p.integer().nullable(),
    perCustomerLimit: p.integer().nullable(),
    usedCount: p.integer().default(0),
    startsAt: p.datetime().nullable(),
    endsAt: p.datetime().nullable(),
    active: p.boolean().default(true),
    version: p.integer().default(1),
    createdAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'promo_codes_currency', expression: `currency ~ '^[A-Z]{3}$'` },
    { name: 'promo_codes_min_subtotal', expression: 'min_subtotal_cents is null or (min_subtotal_cents >= 0 and currency is not null)' },
    { name: 'promo_codes_window', expression: 'starts_at is null or ends_at is null or starts_at < ends_at' },
    { name: 'promo_codes_per_customer', expression: 'per_customer_limit is null or per_customer_limit > 0' },
    { name: 'promo_codes_limit', expression: 'used_count >= 0 and (usage_limit is null or used_count <= usage_limit)' },
    {
      name: 'promo_codes_one_effect',
      expression: '(percent_basis_points is not null)::int + (amount_cents is not null)::int + free_shipping::int <= 1',
    },
    { name: 'promo_codes_percent_range', expression: 'percent_basis_points is null or percent_basis_points between 1 and 10000' },
    { name: 'promo_codes_amount', expression: 'amount_cents is null or (amount_cents > 0 and currency is not null)' },
  ],
  indexes: [{ name: 'promo_codes_newest', expression: 'create index promo_codes_newest on promo_codes (created_at desc, id desc)' }],
});

/**
 * A use of a promo code by an order whose total it reduced; released when the order is cancelled, or edited so that the code has no
 * effect.
 */
export const PromoRedemption = defineEntity({
  name: 'PromoRedemption',
  tableName: 'promo_redemptions',
  properties: {
    id: p.uuid().primary(),
    promoCodeId: () => p.manyToOne(PromoCode).mapToPk().fieldName('promo_code_id').index(),
    /** The order; not a relation, because the orders domain comes later. */
    orderId: p.uuid().unique(),
    userId: () => p.manyToOne(User).mapToPk().fieldName('user_id').nullable(),
    /** Account id or e-mail index of the buyer. */
    identity: p.string().length(64),
    /** Keyed hash of the delivery address of a guest; null for an account. */
    addressIdentity: p.string().length(64).nullable(),
    state: p.enum(['redeemed', 'released']).default('redeemed'),
    /** The total reduction by the code; null for uses before the amount was stored. */
    reducedCents: p.bigint('number').nullable(),
    /** The reduction for a unit of each variant and for the shipping. */
    reduction: p.json<{ unitCents: Record<string, number>; shippingCents: number }>().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    releasedAt: p.datetime().nullable(),
  },
  checks: [{ name: 'promo_redemptions_reduced', expression: 'reduced_cents > 0' }],
  indexes: [
    { name: 'promo_redemptions_by_identity', properties: ['promoCodeId', 'identity'] },
    { name: 'promo_redemptions_by_address', properties: ['promoCodeId', 'addressIdentity'] },
  ],
});
