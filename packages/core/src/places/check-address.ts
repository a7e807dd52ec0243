/** Whether an address can be one of its country, and the address as it is stored. */
import type { Address, FieldIssue } from '@cartwright/contracts';
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import { DomainError } from '../kernel/index.ts';
import { addressDataOf, labelOf, needs, postcodeExample } from './address-data.ts';
import { listRegions } from './region.ts';

const letters = { city: 'C', region: 'S', postalCode: 'Z' } as const;

const missing = (countryCode: string, field: keyof typeof letters): string => {
  const region = field === 'region' ? listRegions(countryCode)[0]?.name : undefined;
  const example = field === 'postalCode' ? postcodeExample(countryCode) : region;
  const called = labelOf(countryCode, letters[field]).toLowerCase();
  return `is required in ${countryCode}: send the ${called}${example ? `, such as ${example}` : ''}`;
};

/** A postcode with letters, digits, spaces and hyphens of any width and case. */
const fits = (countryCode: string, postcode: string): boolean => {
  const { zip } = addressDataOf(countryCode);
  return zip === undefined || new RegExp(`^(?:${zip})$`).test(postcode.normalize('NFKC').toUpperCase());
};

/** The E.164 number; null for what is no phone number. One without a country code is a number of the country of the address. */
const toPhone = (typed: string, countryCode: string): string | null => {
  const phone = parsePhoneNumberFromString(typed, isSupportedCountry(countryCode) ? countryCode : undefined);
  return phone?.isPossible() ? phone.number : null;
};

/**
 * The address with its phone number as E.164. Throws `INVALID_INPUT` with the fields that the country needs and the address lacks, a
 * postcode that cannot be one of the country, or a phone number that is none. `path` is the field of the request with the address.
 */
export const checkAddress = (address: Address, path = 'shippingAddress'): Address => {
  const { countryCode, postalCode } = address;
  const fields: FieldIssue[] = [];
  for (const field of ['city', 'region', 'postalCode'] as const)
    if (address[field] === undefined && needs(countryCode, letters[field]))
      fields.push({ path: `${path}.${field}`, message: missing(countryCode, field) });
  if (postalCode !== undefined && !fits(countryCode, postalCode))
    fields.push({
      path: `${path}.postalCode`,
      message:
        `${postalCode} is no postal code of ${countryCode}: ` +
        `use one such as ${postcodeExample(countryCode) ?? 'those on mail from there'}`,
    });
  const phone = address.phone === undefined ? undefined : toPhone(address.phone, countryCode);
  if (phone === null)
    fields.push({
      path: `${path}.phone`,
      message: `${address.phone ?? ''} is no phone number: use one of ${countryCode}, or one with its country code such as +49 30 123456`,
    });
  const [first] = fields;
  if (first) throw new DomainError('INVALID_INPUT', `${first.path} ${first.message}.`, { fields });
  return phone ? { ...address, phone } : address;
};
