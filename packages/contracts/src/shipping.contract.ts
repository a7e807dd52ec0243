/** Shipping methods, and their prices by weight and value. */
import { z } from 'zod';
import { createdAt, done, nameText, pageInput, pageOf, price, seenVersion, storedText, updatedAt, version } from './common.ts';
import { countryAndRegion, countryCode, storedCountryCode } from './countries.ts';
import { currency } from './currency.ts';
import { shippingMethodId } from './ids.ts';
import { mutation, query } from './procedure.ts';
import { grams } from './product.schemas.ts';

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
