/** Tax rates and shipping methods. */
import { defineEntity, p } from '@mikro-orm/core';

/** A tax rate of a place and a tax class. Rates with different names at one place and class all apply. */
export const TaxRate = defineEntity({
  name: 'TaxRate',
  tableName: 'tax_rates',
  properties: {
    countryCode: p.character().length(2).primary(),
    /** The region without the country, such as `CA`; empty for the whole country. */
    region: p.string().length(10).primary().default(''),
    taxClass: p.string().length(30).primary().default('standard'),
    name: p.string().length(50).primary(),
    /** Parts per million: 190,000 is 19 %. */
    ratePpm: p.integer(),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [{ name: 'tax_rates_range', expression: 'rate_ppm between 0 and 1000000' }],
});

/** A shipping method. Without countries and regions it serves the whole world. */
export const ShippingMethod = defineEntity({
  name: 'ShippingMethod',
  tableName: 'shipping_methods',
  properties: {
    id: p.uuid().primary(),
    name: p.string().length(100),
    currency: p.character().length(3),
    countries: p.array().defaultRaw(`'{}'`),
    /** ISO 3166-2, such as `US-CA`. */
    regions: p.array().defaultRaw(`'{}'`),
    /** Shipping is free from this cart value on. */
    freeFromCents: p.bigint('number').nullable(),
    position: p.integer().default(0),
    active: p.boolean().default(true),
    version: p.integer().default(1),
    createdAt: p.datetime().defaultRaw('now()'),
    updatedAt: p.datetime().defaultRaw('now()'),
  },
  checks: [
    { name: 'shipping_methods_currency', expression: `currency ~ '^[A-Z]{3}$'` },
    { name: 'shipping_methods_free_from', expression: 'free_from_cents is null or free_from_cents >= 0' },
  ],
  indexes: [
    {
      name: 'shipping_methods_by_currency',
      expression: 'create index shipping_methods_by_currency on shipping_methods (currency) where active',
    },
  ],
});

/** One price of a method, for carts of this weight and value. Lower bounds are included, upper bounds are not. */
export const ShippingBand = defineEntity({
  name: 'ShippingBand',
  tableName: 'shipping_bands',
  properties: {
    methodId: () => p.manyToOne(ShippingMethod).mapToPk().fieldName('method_id').primary().deleteRule('cascade'),
    position: p.integer().primary(),
    minWeightGrams: p.integer().default(0),
    maxWeightGrams: p.integer().nullable(),
    minSubtotalCents: p.bigint('number').default(0),
    maxSubtotalCents: p.bigint('number').nullable(),
    priceCents: p.bigint('number'),
  },
  checks: [
    { name: 'shipping_bands_price', expression: 'price_cents >= 0' },
    {
      name: 'shipping_bands_bounds',
      expression:
        'min_weight_grams >= 0 and (max_weight_grams is null or max_weight_grams > min_weight_grams) ' +
        'and min_subtotal_cents >= 0 and (max_subtotal_cents is null or max_subtotal_cents > min_subtotal_cents)',
    },
  ],
});
