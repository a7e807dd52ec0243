/** Formats amounts and times for display. */
import { currencyExponent, formatMoney, toMinorUnits, type TaxAmount, type Totals } from '@cartwright/contracts';
import { Refused } from './refused.ts';

const language = 'en';

/** Formats an amount in minor units with its currency. */
export const money = formatMoney;
/** The minor units of a typed amount; null for an empty one, and for one with more decimals than the currency has. */
const minorUnitsOf = (amount: number | string, currency: string): number | null =>
  String(amount).trim() === '' ? null : toMinorUnits(String(Number(amount)), currency);

/** Why a typed amount cannot be saved: it is none, or it has more decimals than the currency. Null for one that can. */
export const amountProblem = (amount: number | string, currency: string): string | null => {
  if (minorUnitsOf(amount, currency) !== null) return null;
  if (String(amount).trim() === '' || !Number.isFinite(Number(amount))) return 'Enter an amount';
  const decimals = currencyExponent(currency);
  return decimals === 0 ? `${currency} has no decimals` : `${currency} has ${decimals} decimals at most`;
};

/** A variant by the name of its product and its own title, which a single variant lacks: `Linen Apron – Blue`, as errors name it. */
export const variantName = (product: string, title: string): string => [product, title].filter(Boolean).join(' – ');

/** Why a typed number is outside of a range. Null for one inside it, and for an empty field. */
export const rangeProblem = (
  typed: number | string,
  { min = -Infinity, max = Infinity }: { readonly min?: number | undefined; readonly max?: number | undefined },
): string | null => {
  if (String(typed).trim() === '') return null;
  const number = Number(typed);
  if (number >= min && number <= max) return null;
  const least = min.toLocaleString('en');
  if (Number.isFinite(max)) return `Enter a number from ${least} to ${max.toLocaleString('en')}`;
  return Number.isFinite(min) ? `Enter ${least} or more` : 'Enter a number';
};

/** Converts a typed amount to minor units. Throws `Refused` for an amount that it would have to round. */
export const toCents = (amount: number | string, currency: string): number => {
  const cents = minorUnitsOf(amount, currency);
  if (cents === null) throw new Refused(`The amount “${amount}” cannot be saved: ${amountProblem(amount, currency)}`);
  return cents;
};
/** A typed number in units of its last decimal. Throws `Refused` for one that it would have to round. */
const inSmallest = (typed: number | string, decimals: number, what: string): number => {
  const units = Number(typed) * 10 ** decimals;
  const whole = Math.round(units);
  if (!Number.isFinite(units) || Math.abs(units - whole) > 1e-6)
    throw new Refused(`${typed} ${what} cannot be saved: ${decimals} decimals at most`);
  return whole;
};
/** Basis points of a typed percentage. Throws `Refused` for one that it would have to round. */
export const toBasisPoints = (percent: number | string): number => inSmallest(percent, 2, '%');
/** Parts per million of a typed percentage, such as that of a tax rate. Throws `Refused` for one that it would have to round. */
export const toPartsPerMillion = (percent: number | string): number => inSmallest(percent, 4, '%');
/** A tax rate of parts per million as a percentage, without needless decimals. */
export const percentOf = (ratePpm: number): string => `${(ratePpm / 10_000).toLocaleString(language, { maximumFractionDigits: 4 })} %`;
/** The taxes of a cart or an order as rows of a sum; one row without a name for an order whose rates were not stored. */
export const taxRows = (taxes: readonly TaxAmount[], totals: Pick<Totals, 'taxCents' | 'taxIncluded'>): (readonly [string, number])[] => {
  const included = totals.taxIncluded ? ' (included)' : '';
  if (taxes.length === 0) return [[`Tax${included}`, totals.taxCents]];
  return taxes.map(({ name, ratePpm, taxCents }) => [`${name} ${percentOf(ratePpm)}${included}`, taxCents]);
};
/** Grams of typed kilograms. Throws `Refused` for a weight that it would have to round. */
export const toGrams = (kg: number | string): number => inSmallest(kg, 3, 'kg');

export const toAmount = (cents: number, currency: string): number => cents / 10 ** currencyExponent(currency);

/** A number with its noun: `1 order`, `1,200 orders`. */
export const counted = (n: number, noun: string): string => `${n.toLocaleString(language)} ${noun}${n === 1 ? '' : 's'}`;

/** Display name of a gift card or of store credit. */
export const creditName = ({ kind, lastFour }: { readonly kind: 'gift_card' | 'account'; readonly lastFour: string | null }): string =>
  kind === 'gift_card' ? `Gift card ···· ${lastFour}` : 'Store credit';

/** The same inside a sentence. */
export const creditInWords = (credit: Parameters<typeof creditName>[0]): string => {
  const name = creditName(credit);
  return name.charAt(0).toLowerCase() + name.slice(1);
};

export const dateTime = (iso: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
export const shortDate = (iso: string): string =>
  new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric' }).format(new Date(iso));

const steps = [
  [60, 'second'],
  [60, 'minute'],
  [24, 'hour'],
  [30, 'day'],
  [12, 'month'],
  [Number.POSITIVE_INFINITY, 'year'],
] as const;
/** `3 minutes ago`. */
export const ago = (iso: string): string => {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  let amount = (new Date(iso).getTime() - Date.now()) / 1000;
  for (const [size, unit] of steps) {
    if (Math.abs(amount) < size) return format.format(Math.round(amount), unit);
    amount /= size;
  }
  return '';
};

/** Shown in place of a stored value that cannot be read. */
export const unreadable = 'Unreadable';
