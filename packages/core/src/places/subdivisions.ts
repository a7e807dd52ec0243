/** The regions of ISO 3166-2 and their names in English from Unicode CLDR, read when one is first looked for: most processes need none. */
import { createRequire } from 'node:module';
import type { iso31662 as Entries } from 'iso-3166';
import type English from 'cldr-subdivisions-full/subdivisions/en/en.json';

const require = createRequire(import.meta.url);

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
};

const byCountry = once(() => Map.groupBy((require('iso-3166') as { iso31662: typeof Entries }).iso31662, ({ code }) => code.slice(0, 2)));
const english = once((): Readonly<Record<string, string>> => {
  const file = require('cldr-subdivisions-full/subdivisions/en/en.json') as typeof English;
  return file.subdivisions.localeDisplayNames.subdivisions;
});

/** The entries of a country, such as `US-CA`; those of its parts name the larger region as parent. */
export const subdivisionsOf = (countryCode: string): readonly (typeof Entries)[number][] => byCountry().get(countryCode) ?? [];

/** The name of a region in English; undefined where CLDR has none. */
export const englishName = (countryCode: string, code: string): string | undefined => english()[`${countryCode}${code}`.toLowerCase()];
