/** Regions of countries: ISO 3166-2 codes, and the names that people type for them. */
import { addressDataOf, type AddressRegion } from './address-data.ts';
import { subdivisionsOf, englishName } from './subdivisions.ts';

/** A region of a country. */
export interface Region {
  /** Code without the country: `CA` for `US-CA`. */
  readonly code: string;
  /** Name for people. */
  readonly name: string;
}

/** The regions of a country: each code with the larger regions around it, and the codes of each name. */
interface CountryRegions {
  readonly around: ReadonlyMap<string, readonly string[]>;
  readonly official: ReadonlyMap<string, ReadonlySet<string>>;
  readonly names: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Letters and digits only, so that case, accents, hyphens and spaces do not matter. */
const plain = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}]/gu, '');

const short = (code: string): string => code.slice(3);

const larger = (code: string, parents: ReadonlyMap<string, string>): string[] => {
  const parent = parents.get(code);
  return parent?.includes('-') ? [short(parent), ...larger(parent, parents)] : [];
};

const add = (names: Map<string, Set<string>>, name: string | undefined, code: string): void => {
  const key = plain(name ?? '');
  if (key) names.set(key, (names.get(key) ?? new Set()).add(code));
};

const made = new Map<string, CountryRegions>();

const regionsOf = (countryCode: string): CountryRegions => {
  const known = made.get(countryCode);
  if (known) return known;
  const around = new Map<string, readonly string[]>();
  const official = new Map<string, Set<string>>();
  const names = new Map<string, Set<string>>();
  const entries = subdivisionsOf(countryCode);
  const parents = new Map(entries.map(({ code, parent }) => [code, parent]));
  for (const { code, name } of entries) {
    around.set(short(code), larger(code, parents));
    // Names in two languages: "Araba/Álava", "Catalunya [Cataluña]".
    for (const part of [name, ...name.split(/[/[\]()]/)]) add(official, part, short(code));
    add(names, englishName(countryCode, short(code)), short(code));
  }
  for (const { key, name } of addressDataOf(countryCode).sub_regions ?? []) {
    if (!/^[A-Z0-9]{1,3}$/.test(key)) continue;
    // Such as the post offices of armed forces, which ISO does not list.
    if (!around.has(key)) around.set(key, []);
    for (const typed of Object.values(name)) add(names, typed, key);
  }
  const regions = { around, official, names };
  made.set(countryCode, regions);
  return regions;
};

/**
 * The code of a region of this country, without the country, from its code or name in any case: `CA` for `ca`, `US-CA` and `California`.
 * Null for a text that is none, or that several regions have. A name of a region and of a part of it means the part.
 */
export const findRegion = (countryCode: string, typed: string | null | undefined): string | null => {
  const text = (typed ?? '').trim();
  if (text === '') return null;
  const { around, official, names } = regionsOf(countryCode);
  const upper = text.toUpperCase();
  const code = upper.startsWith(`${countryCode}-`) ? upper.slice(3) : upper;
  if (around.has(code)) return code;
  for (const codes of [official.get(plain(text)), names.get(plain(text))]) {
    const parts = [...(codes ?? [])].filter((one) => ![...(codes ?? [])].some((other) => around.get(other)?.includes(one)));
    if (parts[0] !== undefined && parts.length === 1) return parts[0];
  }
  return null;
};

/** The larger regions around a region, nearest first: `CN` (Canary Islands) for `TF` of Spain. */
export const regionsAround = (countryCode: string, code: string): readonly string[] => regionsOf(countryCode).around.get(code) ?? [];

/** The region as it is stored: its code, or what was typed where that is no region of the country; null for none. */
export const storedRegion = (countryCode: string, typed: string | null | undefined): string | null =>
  findRegion(countryCode, typed) ?? (typed?.trim() || null);

/** The regions of which an address of this country names one, by name in the language of the locale, where it is known, or in English. */
export const listRegions = (countryCode: string, locale = 'en'): Region[] => {
  const { lang = '', sub_regions: named = [] } = addressDataOf(countryCode);
  const [language = ''] = locale.toLowerCase().split('-');
  const spoken = ({ key, name }: AddressRegion): string | undefined =>
    name[language] ?? (lang.split('-')[0] === language ? name['default'] : (englishName(countryCode, key) ?? name['latin']));
  const addressed = named.flatMap((region) =>
    regionsOf(countryCode).around.has(region.key)
      ? [{ code: region.key, name: spoken(region) ?? region.name['default'] ?? region.key }]
      : [],
  );
  const official = subdivisionsOf(countryCode)
    .filter(({ parent }) => parent === countryCode)
    .map(({ code, name }) => ({ code: short(code), name: englishName(countryCode, short(code)) ?? name }));
  return (addressed.length > 0 ? addressed : official).toSorted((a, b) => a.name.localeCompare(b.name, locale));
};
