import type { ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { fieldsOfLetter, labelOf, lettersOf, needs, postcodeExample } from './address-data.ts';
import { listRegions } from './region.ts';

type C = ShopContract['checkout']['addressFormat'];
type Field = z.output<C['output']>['fields'][number];

const labels = {
  firstName: 'First name',
  lastName: 'Last name',
  company: 'Company',
  line1: 'Street and number',
  line2: 'Address line 2',
  phone: 'Phone',
} as const;

/** How an address of a country is written, for forms. */
export const getAddressFormat = ({ countryCode, locale = 'en' }: z.output<C['input']>): z.output<C['output']> => {
  const fields = lettersOf(countryCode).flatMap((letter): Field[] =>
    fieldsOfLetter[letter].map((field) =>
      field === 'city' || field === 'region' || field === 'postalCode'
        ? { field, required: needs(countryCode, letter as 'C' | 'S' | 'Z'), label: labelOf(countryCode, letter as 'C' | 'S' | 'Z') }
        : { field, required: field === 'firstName' || field === 'line1', label: labels[field] },
    ),
  );
  return {
    countryCode,
    fields: [...fields, { field: 'phone', required: false, label: labels.phone }],
    regions: fields.some(({ field }) => field === 'region') ? listRegions(countryCode, locale) : [],
    postalCodeExample: postcodeExample(countryCode),
  };
};
