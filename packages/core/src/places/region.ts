/** Regions of countries: ISO 3166-2 codes, and the names that people type for them. */
import { addressDataOf } from './address-data.ts';
import { subdivisionsOf, englishName } from './subdivisions.ts';

/** A region of a country. */
export interface Region {
  /** Code without the country: `CA` for `US-CA`. */
  readonly code: string;
  /** Name for people. */
  readonly name: string;
}

/** Codes of regions by their names, as `plain` writes them. */
type CodesByName = Map<string, Set<string>>;
/** The regions of a country: each code with the larger regions around it, and the codes of each name. */
interface CountryRegions {
  readonly around: ReadonlyMap<string, readonly string[]>;
  /** Codes that postal services use beside those of ISO, such as `TG` for Telangana (`TS`). */
  readonly postal: ReadonlyMap<string, string>;
  /** By how much their names are trusted. */
  readonly names: readonly [official: CodesByName, postal: CodesByName, english: CodesByName];
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

const add = (names: CodesByName, name: string | undefined, code: string): void => {
  const key = plain(name ?? '');
  if (key) names.set(key, (names.get(key) ?? new Set()).add(code));
};

/** Names in two languages are two: "Araba/Álava", "Catalunya [Cataluña]". */
const namesIn = (name: string): string[] => [name, ...name.split(/[/[\]()]/)];

/** The one region of this name; null for none, and for several unless all but one contain it. */
const findByName = ({ around, names }: Pick<CountryRegions, 'around' | 'names'>, name: string): string | null => {
  for (const ofName of names) {
    const codes = [...(ofName.get(plain(name)) ?? [])];
    const parts = codes.filter((one) => !codes.some((other) => around.get(other)?.includes(one)));
    if (parts[0] !== undefined && parts.length === 1) return parts[0];
  }
  return null;
};

const made = new Map<string, CountryRegions>();

const regionsOf = (countryCode: string): CountryRegions => {
  const known = made.get(countryCode);
  if (known) return known;
  const around = new Map<string, readonly string[]>();
  const postal = new Map<string, string>();
  const [official, ofPost, english]: [CodesByName, CodesByName, CodesByName] = [new Map(), new Map(), new Map()];
  const regions: CountryRegions = { around, postal, names: [official, ofPost, english] };
  const entries = subdivisionsOf(countryCode);
  const parents = new Map(entries.map(({ code, parent }) => [code, parent]));
  for (const { code, name } of entries) {
    around.set(short(code), larger(code, parents));
    for (const part of namesIn(name)) add(official, part, short(code));
    add(english, englishName(countryCode, short(code)), short(code));
  }
  const officialNames = new Map(entries.map(({ code, name }) => [short(code), namesIn(name).map(plain)]));
  for (const { key, name } of addressDataOf(countryCode).sub_regions ?? []) {
    if (!/^[A-Z0-9]{1,3}$/.test(key)) continue;
    const typed = Object.values(name);
    // Postal services number some regions in their own way: then the name says which is meant.
    const isOwn = typed.some((one) => officialNames.get(key)?.some((part) => part !== '' && plain(one).includes(part)));
    const code = isOwn ? key : (typed.map((one) => findByName(regions, one)).find((found) => found !== null) ?? key);
    // Such as the post offices of armed forces, which ISO does not list.
    if (!around.has(code)) around.set(code, []);
    postal.set(key, code);
    for (const one of typed) add(ofPost, one, code);
  }
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
  const regions = regionsOf(countryCode);
  const upper = text.toUpperCase();
  const code = upper.startsWith(`${countryCode}-`) ? upper.slice(3) : upper;
  return regions.around.has(code) ? code : (regions.postal.get(code) ?? findByName(regions, text));
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
  const official = new Map(subdivisionsOf(countryCode).map(({ code, name }) => [short(code), name]));
  /** The first of the names that means this region; two regions can share one, such as a province and its capital. */
  const nameOf = (code: string, ...names: (string | undefined)[]): string =>
    [...names, official.get(code)].find((name) => name !== undefined && findRegion(countryCode, name) === code) ?? code;
  const { postal } = regionsOf(countryCode);
  const addressed = named.flatMap(({ key, name }): Region[] => {
    const code = postal.get(key);
    if (code === undefined) return [];
    const own = lang.split('-')[0] === language ? name['default'] : undefined;
    return [{ code, name: nameOf(code, name[language], own, englishName(countryCode, code), name['latin'], name['default']) }];
  });
  const largest = subdivisionsOf(countryCode)
    .filter(({ parent }) => parent === countryCode)
    .map(({ code, name }) => ({ code: short(code), name: nameOf(short(code), englishName(countryCode, short(code)), name) }));
  return (addressed.length > 0 ? addressed : largest).toSorted((a, b) => a.name.localeCompare(b.name, locale));
};
