/** Tax rates by place and class of goods. */
import { z } from 'zod';
import { done, nameText, pageInput, pageOf, regionInput, updatedAt } from './common.ts';
import { countryCode, storedCountryCode } from './countries.ts';
import { productId } from './ids.ts';
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
