/** How addresses of a country are written. */
import { z } from 'zod';
import { countryCode } from './countries.ts';

/** Fields of an address, besides the country. */
export const addressFields = ['firstName', 'lastName', 'company', 'line1', 'line2', 'city', 'region', 'postalCode', 'phone'] as const;
/** How an address of a country is written. */
export const addressFormatSchema = z
  .object({
    countryCode,
    /** Fields in the order in which the country writes them. */
    fields: z.array(
      z.object({
        /** Field of `Address`. */
        field: z.enum(addressFields),
        /** Whether the shop refuses an address without it. */
        required: z.boolean(),
        /** What it is called in English, such as `Prefecture`. */
        label: z.string(),
      }),
    ),
    /** Regions that an address can name; empty where any text, or none, will do. */
    regions: z.array(
      z.object({
        code: z.string().describe('ISO 3166-2 code without the country, such as `CA`'),
        name: z.string().describe('Name in the language that was asked for, else in English'),
      }),
    ),
    /** A valid postal code; null where the country has none. */
    postalCodeExample: z.string().nullable(),
  })
  .meta({ id: 'AddressFormat' });
export type AddressFormat = z.infer<typeof addressFormatSchema>;
