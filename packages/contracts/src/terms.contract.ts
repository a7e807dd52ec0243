/** Terms of the shop: settings, tax rates and shipping methods. */
import { z } from 'zod';
import {
  done,
  pageInput,
  pageOf,
  price,
  share,
  nameText,
  regionInput,
  seenVersion,
  storedText,
  version,
  createdAt,
  updatedAt,
} from './common.ts';
import { countryAndRegion, countryCode, storedCountryCode } from './countries.ts';
import { currency } from './currency.ts';
import { productId, shippingMethodId } from './ids.ts';
import { taxRoundings } from './pricing.schemas.ts';
import { mutation, query } from './procedure.ts';

/** Stored region: its ISO 3166-2 code without the country, `CA` for California. */
const regionText = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9]{1,3}$/, 'must be an ISO 3166-2 code without the country, such as CA')
  .meta({ description: 'ISO 3166-2 code of the region without the country, such as `CA` for California' });
/** Tax class of goods, such as `standard`, `books` or `food`. */
export const taxClassText = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z][a-z0-9_-]{0,29}$/, 'must be a word such as standard or books')
  .meta({ description: 'Tax class of goods, such as `standard`, `books` or `food`' });

/** Languages whose word forms the search knows; `simple` for none. */
export const searchLanguages = [
  'simple',
  'arabic',
  'armenian',
  'basque',
  'catalan',
  'danish',
  'dutch',
  'english',
  'finnish',
  'french',
  'german',
  'greek',
  'hindi',
  'hungarian',
  'indonesian',
  'irish',
  'italian',
  'lithuanian',
  'nepali',
  'norwegian',
  'portuguese',
  'romanian',
  'russian',
  'serbian',
  'spanish',
  'swedish',
  'tamil',
  'turkish',
  'yiddish',
] as const;

const grams = z.int().min(0).max(10_000_000);
const settingsFields = {
  /** Name of the shop, in mails and on invoices. */
  name: nameText(100),
  /** Main currency of the shop. */
  currency,
  /** Further currencies of carts; an empty list allows every currency. */
  currencies: z.array(currency).max(50),
  /** Country of carts that name none; null for no default. */
  defaultCountry: countryCode.nullable(),
  /** Whether prices include tax. */
  taxIncluded: z.boolean(),
  /**
   * `document` calculates each tax rate once over the whole order, as EN 16931 demands of invoices, and spreads the result over the lines;
   * `line` rounds each line alone. Orders keep the rounding that they were placed with.
   */
  taxRounding: z.enum(taxRoundings),
  /** The tax class of shipping; null leaves it untaxed. */
  shippingTaxClass: taxClassText.nullable(),
  /**
   * The weight of a unit whose variant has none, in grams, for shipping methods that are priced by weight. Null offers no such method for
   * carts with such a unit.
   */
  defaultWeightGrams: grams.nullable(),
  /** Whether rules with the effect `low_stock_surcharge` apply. */
  lowStockSurcharge: z.boolean(),
  /** Share by which the total may rise after the buyer saw it without another confirmation. */
  priceDriftBasisPoints: share,
  /** Minutes an order may stay unpaid; null uses the setting of the installation. */
  paymentWindowMinutes: z.int().min(1).max(1440).nullable(),
  /**
   * Minutes after the first declined payment within which the order can be paid with another payment method; never beyond the payment
   * window. Null uses the setting of the installation.
   */
  paymentRetryMinutes: z.int().min(1).max(1440).nullable(),
  /**
   * The language whose word forms product search knows; `simple` finds words as they are written. After a change the worker rebuilds
   * the search index.
   */
  searchLanguage: z.enum(searchLanguages),
};
export const shopSettingsSchema = z
  .object({ ...settingsFields, name: storedText(100), defaultCountry: storedCountryCode.nullable(), version, updatedAt })
  .meta({ id: 'ShopSettings' });
export type ShopSettings = z.infer<typeof shopSettingsSchema>;

export const settingsContract = {
  get: query({
    summary: 'The settings of the shop',
    access: { scope: 'pricing:read' },
    rest: { method: 'GET', path: '/settings' },
    input: z.strictObject({}),
    output: shopSettingsSchema,
  }),
  update: mutation({
    summary: 'Change the settings of the shop; the audit log records every change',
    access: { scope: 'pricing:write' },
    rest: { method: 'PATCH', path: '/settings' },
    input: z.strictObject({ version: seenVersion, ...z.object(settingsFields).partial().shape }),
    output: shopSettingsSchema,
    errors: ['VERSION_MISMATCH'],
  }),
} as const;

/** A tax rate that staff set. Anything else is rejected with `INVALID_PRICE`. */
const ratePpm = z
  .int()
  .min(0)
  .max(1_000_000)
  .meta({ description: 'Parts per million, at most 1,000,000 (100 %): 190,000 is 19 %', errorCode: 'INVALID_PRICE' });
export const taxRateSchema = z
  .object({
    countryCode: storedCountryCode,
    /** Region within the country; null for the whole country. */
    region: regionText.nullable(),
    taxClass: taxClassText,
    /** Name of the tax for buyers, such as `VAT`. */
    name: z.string(),
    ratePpm,
    updatedAt,
  })
  .meta({ id: 'TaxRate' });
export type TaxRate = z.infer<typeof taxRateSchema>;
const place = { countryCode, region: regionInput.optional(), taxClass: taxClassText.default('standard') };

export const taxContract = {
  rate: query({
    summary: 'Tax rates of a tax class at a destination',
    description:
      'The rates of the region are used before those of the country, and the rates of the class before the standard rates. Several ' +
      'rates of one place and class, such as GST and QST, all apply. 0 if no rate is set.',
    access: 'public',
    rest: { method: 'GET', path: '/tax-rates/{countryCode}' },
    input: z.strictObject(place),
    output: z.object({
      /** The rates that apply, by name; empty where none does. */
      rates: z.array(z.object({ name: z.string().describe('Name of the tax for buyers, such as `VAT`'), ratePpm })),
      /** Sum of the rates, in parts per million: 190,000 is 19 %. 0 where none applies. */
      ratePpm: z.int(),
      /** Whether prices include tax. */
      taxIncluded: z.boolean(),
    }),
    errors: ['REGION_REQUIRED'],
  }),
  list: query({
    summary: 'All tax rates',
    access: { scope: 'pricing:read' },
    rest: { method: 'GET', path: '/tax-rates' },
    input: z.strictObject({
      ...pageInput,
      /** Only rates of this country. */
      countryCode: storedCountryCode.optional(),
    }),
    output: pageOf(taxRateSchema),
  }),
  save: mutation({
    summary: 'Set a tax rate of a place and tax class',
    description:
      'Changes the rate of this name, or adds it: rates with different names at one place and class all apply. To rename a rate, ' +
      'send its former name in `replaces`.',
    access: { scope: 'pricing:write' },
    rest: { method: 'PUT', path: '/tax-rates' },
    input: z.strictObject({
      ...place,
      /** Name of the tax for buyers, such as `VAT`. */
      name: nameText(50),
      ratePpm,
      /** Name of the rate at this place and class that this one replaces, to rename it. */
      replaces: nameText(50).optional(),
    }),
    output: taxRateSchema,
    errors: ['NOT_FOUND', 'NAME_TAKEN'],
  }),
  delete: mutation({
    summary: 'Delete a tax rate of a place and tax class, or all of them',
    access: { scope: 'pricing:write' },
    rest: { method: 'DELETE', path: '/tax-rates/{countryCode}/{taxClass}' },
    input: z.strictObject({
      countryCode: storedCountryCode,
      region: regionInput.optional(),
      taxClass: taxClassText,
      /** Name of the rate; without it all rates of the place and class are deleted. */
      name: nameText(50).optional(),
    }),
    output: done,
    errors: ['NOT_FOUND'],
  }),
  assignClass: mutation({
    summary: 'Assign products to a tax class',
    access: { scope: 'pricing:write' },
    rest: { method: 'POST', path: '/tax-classes/{taxClass}/products' },
    input: z.strictObject({
      taxClass: taxClassText,
      /** Ids of the products, from `products.list`. */
      productIds: z.array(productId).min(1).max(1000),
    }),
    output: z.object({
      /** Products whose tax class changed. */
      changed: z.int(),
    }),
    errors: ['NOT_FOUND'],
  }),
} as const;

const bandSchema = z.strictObject({
  /** Inclusive lower limit. */
  minWeightGrams: grams.default(0),
  /** Exclusive upper limit; null for none. */
  maxWeightGrams: grams.nullable().default(null),
  /** Inclusive lower limit of the value of goods, in the currency of the method. */
  minSubtotalCents: price.default(0),
  /** Exclusive upper limit; null for none. */
  maxSubtotalCents: price.nullable().default(null),
  /** Price of shipping, in the currency of the method. */
  priceCents: price,
});
const methodFields = {
  /** Name of the shipping method for buyers. */
  name: nameText(100),
  currency,
  /** Countries that the method serves; the whole world if `regions` is empty too. */
  countries: z.array(countryCode).max(250).default([]),
  /**
   * Regions that the method serves: ISO 3166-2 codes with the country, such as `US-CA`. An input can also have lower case or the name of
   * the region, such as `US-California`; a larger region includes the regions within it.
   */
  regions: z.array(countryAndRegion).max(500).default([]),
  /** Shipping is free from this value of goods, after discounts. */
  freeFromCents: price.nullable().default(null),
  /** Place among methods of the same price, lowest first. */
  position: z.int().min(0).max(1000).default(0),
  /** Whether the method is offered. */
  active: z.boolean().default(true),
  /** Prices by weight and value of the cart. The first matching band sets the price; without a match the method is not offered. */
  bands: z.array(bandSchema).min(1).max(50),
};
export const shippingMethodSchema = z
  .object({
    id: shippingMethodId,
    ...methodFields,
    name: storedText(100),
    countries: z.array(storedCountryCode),
    regions: z.array(z.string()),
    version,
    createdAt,
    updatedAt,
  })
  .meta({ id: 'ShippingMethod' });
export type ShippingMethod = z.infer<typeof shippingMethodSchema>;

export const shippingContract = {
  list: query({
    summary: 'Shipping methods with their zones and bands',
    access: { scope: 'pricing:read' },
    rest: { method: 'GET', path: '/shipping-methods' },
    input: z.strictObject({
      ...pageInput,
      currency: currency.optional(),
      /** Only methods that are offered, or only the others. */
      active: z.boolean().optional(),
    }),
    output: pageOf(shippingMethodSchema),
  }),
  create: mutation({
    summary: 'Add a shipping method',
    access: { scope: 'pricing:write' },
    idempotency: 'optional',
    uniqueBy: 'key',
    rest: { method: 'POST', path: '/shipping-methods', status: 201 },
    input: z.strictObject(methodFields),
    output: shippingMethodSchema,
    errors: ['INVALID_PRICE'],
  }),
  update: mutation({
    summary: 'Replace a shipping method',
    access: { scope: 'pricing:write' },
    rest: { method: 'PUT', path: '/shipping-methods/{id}' },
    input: z.strictObject({ id: shippingMethodId, version: seenVersion, ...methodFields }),
    output: shippingMethodSchema,
    errors: ['NOT_FOUND', 'VERSION_MISMATCH', 'INVALID_PRICE'],
  }),
  delete: mutation({
    summary: 'Delete a shipping method',
    description: 'Carts with this method use the cheapest method instead. Orders keep its name.',
    access: { scope: 'pricing:write' },
    rest: { method: 'DELETE', path: '/shipping-methods/{id}' },
    input: z.strictObject({ id: shippingMethodId }),
    output: done,
    errors: ['NOT_FOUND'],
  }),
} as const;
