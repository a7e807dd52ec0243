/** Currencies: the codes of ISO 4217 and the number of decimals of each. */
import { z } from 'zod';

/** Active codes that may be missing from the runtime's list (ICU). */
const lessKnown = 'CLF UYI UYW VED XCG ZWG'.split(' ');
/** Codes withdrawn from ISO 4217, which old orders and payments still have. */
const withdrawn = 'ANG BGN BYR CUC CYP EEK GHC HRK LTL LVL MGF MRO MTL MZM ROL SDD SIT SKK SLL STD TMM TRL VEB VEF ZMK ZWL'.split(' ');
const known = new Set([...Intl.supportedValuesOf('currency'), ...lessKnown, ...withdrawn]);

/** A known ISO 4217 code in upper case. Only `currency.parse` creates the branded type. */
export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as EUR')
  .refine((code) => known.has(code), 'must be an ISO 4217 code such as EUR')
  .brand<'Currency'>()
  .meta({ description: 'ISO 4217 currency code' });
/** A currency of ISO 4217. */
export type Currency = z.infer<typeof currency>;

const decimals: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};
const exponents = new Map(Object.entries(decimals).flatMap(([n, codes]) => codes.split(' ').map((code) => [code, Number(n)] as const)));

/** Number of decimals of a currency: 0 for JPY, 3 for KWD; 2 unless listed. */
export const currencyExponent = (code: string): number => exponents.get(code) ?? 2;

/**
 * Converts a decimal amount to minor units: `12.5` in USD -> 1250. Works on digits, not on floats, so it is exact. Null when the text
 * is not an amount of this currency.
 */
export const toMinorUnits = (amount: string, code: string): number | null => {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d{1,15})(?:\.(\d+))?$/.exec(amount.trim()) ?? [];
  const places = currencyExponent(code);
  if (!whole || fraction.replace(/0+$/, '').length > places) return null;
  const units = Number(whole + fraction.slice(0, places).padEnd(places, '0'));
  return Number.isSafeInteger(units) ? (sign ? -units : units) : null;
};

/** Converts minor units to a decimal amount: 1250 in USD -> `12.50`; 1250 in JPY -> `1250`. */
export const toDecimal = (minorUnits: number, code: string): string => {
  const places = currencyExponent(code);
  const digits = String(Math.abs(minorUnits)).padStart(places + 1, '0');
  const sign = minorUnits < 0 ? '-' : '';
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
};

const formats = new Map<string, Intl.NumberFormat>();

/** Cached, because creating a format takes a hundred times as long as using it. One format per currency. */
const formatOf = (code: string): Intl.NumberFormat => {
  const made = formats.get(code);
  if (made) return made;
  // ICU uses the decimals of cash, which are none for HUF, COP or IQD: amounts would be shown a hundred or a thousand times too large.
  const digits = currencyExponent(code);
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency: code,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  formats.set(code, format);
  return format;
};

/** Formats money for people, with the decimals of ISO 4217: 1250 in EUR -> `€12.50`. */
export const formatMoney = (minorUnits: number, code: string): string => formatOf(code).format(minorUnits / 10 ** currencyExponent(code));
