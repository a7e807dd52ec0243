/** Formats amounts and times for display. */
import { currencyExponent, formatMoney } from '@cartwright/contracts';

const language = 'en';

/** Formats an amount in minor units with its currency. */
export const money = formatMoney;
/** Converts a typed amount to minor units. */
export const toCents = (amount: number | string, currency: string): number => Math.round(Number(amount) * 10 ** currencyExponent(currency));
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
