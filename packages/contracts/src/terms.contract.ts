/** Terms of the store: its settings, the tax that is due where, and what sending a cart costs. */
import { z } from 'zod';
import { countryCode, done, instant, pageInput, pageOf, price, share, nameText, storedText, version } from './common.ts';
import { currency } from './currency.ts';
import { productId, shippingMethodId } from './ids.ts';
import { mutation, query } from './procedure.ts';

/** A region within a country, without it: `CA` for California. */
export const regionText = z
  .string()
  .trim()
  .toUpperCase()
  .regex(/^[A-Z0-9]{1,3}$/, 'must be an ISO 3166-2 code without the country, such as CA');
/** Goods that are taxed alike, such as `standard`, `books` or `food`. */
export const taxClassText = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z][a-z0-9_-]{0,29}$/, 'must be a word such as standard or books');

const settingsFields = {
  name: nameText(100),
  /** The store's own currency. */
  currency,
  /** Further currencies that carts may be opened in; none named allows any. */
  currencies: z.array(currency).max(50),
  defaultCountry: countryCode.nullable(),
  /** Whether prices include tax. */
  taxIncluded: z.boolean(),
  /** The tax class of shipping; null leaves it untaxed. */
  shippingTaxClass: taxClassText.nullable(),
  lowStockSurcharge: z.boolean(),
  /** By how much of it a total may have risen since the buyer saw it without being asked again. */
  priceDriftBasisPoints: share,
  /** Minutes an order may stay unpaid; null takes the setting of the installation. */
  paymentWindowMinutes: z.int().min(1).max(1440).nullable(),
  /** Minutes after the first declined payment in which an order can be paid another way, never beyond the payment window; null takes the setting of the installation. */
  paymentRetryMinutes: z.int().min(1).max(1440).nullable(),
};
export const storeSettingsSchema = z
  .object({ ...settingsFields, name: storedText(100), version, updatedAt: instant })
  .meta({ id: 'StoreSettings' });
export type StoreSettings = z.infer<typeof storeSettingsSchema>;

export const settingsContract = {
  get: query({
    summary: 'The settings of the store',
    access: { scope: 'pricing:read' },
    rest: { method: 'GET', path: '/settings' },
    input: z.strictObject({}),
    output: storeSettingsSchema,
  }),
  update: mutation({
    summary: 'Change the settings of the store; every change is kept in the audit log',
    access: { scope: 'pricing:write' },
    rest: { method: 'PATCH', path: '/settings' },
    input: z.strictObject({ version, ...z.object(settingsFields).partial().shape }),
    output: storeSettingsSchema,
    errors: ['VERSION_MISMATCH'],
  }),
} as const;

export const taxRateSchema = z
  .object({ countryCode, region: regionText.nullable(), taxClass: taxClassText, name: z.string(), basisPoints: share, updatedAt: instant })
  .meta({ id: 'TaxRate' });
export type TaxRate = z.infer<typeof taxRateSchema>;
const place = { countryCode, region: regionText.optional(), taxClass: taxClassText.default('standard') };

export const taxContract = {
  rate: query({
    summary: 'The rate for a class of goods at a destination',
    description: "A region's rate goes before the country's, the class's own before the standard one. 0 where none is set up.",
    access: 'public',
    rest: { method: 'GET', path: '/tax-rates/{countryCode}' },
    input: z.strictObject(place),
    output: z.object({ name: z.string().nullable(), basisPoints: z.int(), taxIncluded: z.boolean() }),
  }),
  list: query({
    summary: 'Every tax rate',
    access: { scope: 'pricing:read' },
    rest: { method: 'GET', path: '/tax-rates' },
    input: z.strictObject({ ...pageInput, countryCode: countryCode.optional() }),
    output: pageOf(taxRateSchema),
  }),
  save: mutation({
    summary: 'Set the rate of a place and class',
    access: { scope: 'pricing:write' },
    rest: { method: 'PUT', path: '/tax-rates' },
    input: z.strictObject({ ...place, name: nameText(50), basisPoints: share }),
    output: taxRateSchema,
    errors: ['INVALID_PRICE'],
  }),
  remove: mutation({
    summary: 'Take away the rate of a place and class',
    access: { scope: 'pricing:write' },
    rest: { method: 'DELETE', path: '/tax-rates/{countryCode}/{taxClass}' },
    input: z.strictObject({ countryCode, region: regionText.optional(), taxClass: taxClassText }),
    output: done,
    errors: ['NOT_FOUND'],
  }),
  assignClass: mutation({
    summary: 'Put products into a tax class',
    access: { scope: 'pricing:write' },
    rest: { method: 'POST', path: '/tax-classes/{taxClass}/products' },
    input: z.strictObject({ taxClass: taxClassText, productIds: z.array(productId).min(1).max(1000) }),
    output: z.object({ changed: z.int() }),
    errors: ['NOT_FOUND'],
  }),
} as const;

const grams = z.int().min(0).max(10_000_000);
const bandSchema = z.strictObject({
  minWeightGrams: grams.default(0),
  /** Not part of the band; null is open. */
  maxWeightGrams: grams.nullable().default(null),
  minSubtotalCents: price.default(0),
  /** Not part of the band; null is open. */
  maxSubtotalCents: price.nullable().default(null),
  priceCents: price,
});
const methodFields = {
  name: nameText(100),
  currency,
  /** Served countries and regions (`US-CA`); the whole world when both are empty. */
  countries: z.array(countryCode).max(250).default([]),
  regions: z
    .array(z.string().regex(/^[A-Z]{2}-[A-Z0-9]{1,3}$/, 'must be an ISO 3166-2 code such as US-CA'))
    .max(500)
    .default([]),
  /** Free from this value of goods on, after discounts. */
  freeFromCents: price.nullable().default(null),
  position: z.int().min(0).max(1000).default(0),
  active: z.boolean().default(true),
  /** By weight and value of the cart: the first that fits gives the price, and where none fits the method is not offered. */
  bands: z.array(bandSchema).min(1).max(50),
};
export const shippingMethodSchema = z
  .object({ id: shippingMethodId, ...methodFields, name: storedText(100), version, createdAt: instant, updatedAt: instant })
  .meta({ id: 'ShippingMethod' });
export type ShippingMethod = z.infer<typeof shippingMethodSchema>;

export const shippingContract = {
  list: query({
    summary: 'Shipping methods with their zones and bands',
    access: { scope: 'pricing:read' },
    rest: { method: 'GET', path: '/shipping-methods' },
    input: z.strictObject({ ...pageInput, currency: currency.optional(), active: z.boolean().optional() }),
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
    input: z.strictObject({ id: shippingMethodId, version, ...methodFields }),
    output: shippingMethodSchema,
    errors: ['NOT_FOUND', 'VERSION_MISMATCH', 'INVALID_PRICE'],
  }),
  remove: mutation({
    summary: 'Remove a shipping method',
    description: 'Carts that chose it fall back to the cheapest one; orders keep its name.',
    access: { scope: 'pricing:write' },
    rest: { method: 'DELETE', path: '/shipping-methods/{id}' },
    input: z.strictObject({ id: shippingMethodId }),
    output: done,
    errors: ['NOT_FOUND'],
  }),
} as const;
