import { describe, expect, it } from 'vitest';
import { addressInput, addressSchema } from './common.ts';
import { countryAndRegion, countryCode } from './countries.ts';
import { shippingContract, shippingMethodSchema } from './shipping.contract.ts';
import { taxContract, taxRateSchema } from './tax.contract.ts';
import { describeIssues } from './validation.ts';

const address = { firstName: 'Ada', lastName: 'Byron', line1: 'Main Street 1', city: 'Berlin', postalCode: '10115' };

describe('countries', () => {
  it('an input with a code that ISO 3166-1 does not have is refused, with the code and what is expected', () => {
    const input = { ...address, countryCode: 'XX' };
    const { error } = addressInput.safeParse(input);
    if (!error) throw new Error('XX was accepted.');
    expect(describeIssues(addressInput, error, input).fields).toEqual([
      { path: 'countryCode', message: 'must be the ISO 3166-1 alpha-2 code of a country, in capitals, such as DE; "XX" was given' },
    ]);
    expect(taxContract.save.input.safeParse({ countryCode: 'UK', name: 'VAT', ratePpm: 200_000 }).success).toBe(false);
    expect(shippingContract.create.input.shape.countries.safeParse(['DE', 'EU']).success).toBe(false);
    expect(countryAndRegion.safeParse('XX-CA').success).toBe(false);
  });

  it('an input accepts the countries of ISO 3166-1 and Kosovo', () => {
    expect(['DE', 'GB', 'US', 'ZW', 'XK'].every((code) => countryCode.safeParse(code).success)).toBe(true);
    expect(countryCode.safeParse('de').success).toBe(false);
  });

  it('stored rows with another code can be read and deleted', () => {
    expect(addressSchema.safeParse({ ...address, countryCode: 'XX' }).success).toBe(true);
    expect(taxRateSchema.shape.countryCode.safeParse('XX').success).toBe(true);
    expect(shippingMethodSchema.shape.countries.safeParse(['XX']).success).toBe(true);
    expect(taxContract.delete.input.safeParse({ countryCode: 'XX', taxClass: 'standard' }).success).toBe(true);
  });
});
