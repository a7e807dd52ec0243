/** The settings of the shop. */
import { z } from 'zod';
import { nameText, seenVersion, share, storedText, updatedAt, version } from './common.ts';
import { countryCode, storedCountryCode } from './countries.ts';
import { currency } from './currency.ts';
import { taxRoundings } from './pricing.schemas.ts';
import { mutation, query } from './procedure.ts';
import { grams } from './product.schemas.ts';
import { taxClassText } from './tax.contract.ts';

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
