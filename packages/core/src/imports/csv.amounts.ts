/** The units, weights and prices in the row of a variant. */
import { currencyExponent, mostOfVariant, price as priceSchema, toDecimal, toMinorUnits } from '@cartwright/contracts';
import { cell, columnOf, type RawRow, type Refusal, type Row } from './csv.cells.ts';
import type { ProductField } from './csv.layout.ts';
import { isAmbiguous, readingByPrices, toPlainNumber, whyNoNumber, type NumberReading } from './csv.numbers.ts';

/** The largest number of each column, as in other calls. */
const largest = { weight: mostOfVariant.weightGrams, stock: mostOfVariant.onHand, backorderLimit: mostOfVariant.backorderLimit } as const;

/**
 * A weight as a number. The prices of a product do not say what three digits behind a sign are: scales write `1.250` everywhere, and a
 * thousand grams are as likely as one. Only behind a comma, and not in grams, they are decimals.
 */
export const toWeight = (text: string, reading: NumberReading, isInGrams: boolean): string | null =>
  reading.saidBy === 'product' && isAmbiguous(text) && (isInGrams || text.includes('.')) ? null : toPlainNumber(text, reading);

/** Whether a number of units or a price may be one with thousands, and only the separator of the file says otherwise: `1.250`. */
const isUnclear = (text: string, { saidBy, decimalSign }: NumberReading): boolean =>
  saidBy === 'separator' && decimalSign === 'point' && text.includes('.') && isAmbiguous(text);

/** Notes how a number was read that could be two, if a price of its product decided. */
const noteReading = (row: Row, field: ProductField, plain: string, shown: string): void => {
  const text = cell(row, field);
  if (row.layout.numbers.saidBy !== 'product' || !isAmbiguous(text.replaceAll(/[^\d.,-]/g, '')) || text === plain) return;
  const sign = row.layout.numbers.decimalSign === 'comma' ? 'comma' : 'point';
  // Reports are read by staff who may not see costs.
  const what = field === 'cost' ? columnOf(row, field) : `${columnOf(row, field)} ${text}`;
  const as = field === 'cost' ? `with a decimal ${sign}` : `as ${shown}`;
  row.note(`${what} is read ${as}, because a price of the product has a decimal ${sign}.`);
};

/** A whole number. Decimals are rounded, with a note; null when the cell is refused. */
export const readWhole = (row: Row, field: 'weight' | 'stock' | 'backorderLimit', what: string): number | null => {
  const text = cell(row, field);
  if (text === '') return 0;
  const { numbers } = row.layout;
  const plain = field === 'weight' ? toWeight(text, numbers, true) : isUnclear(text, numbers) ? null : toPlainNumber(text, numbers);
  if (plain === null) {
    row.refuse(`${columnOf(row, field)} "${text}" ${whyNoNumber(text, numbers, what, '120')}`);
    return null;
  }
  const given = Number(plain);
  noteReading(row, field, plain, String(given));
  // Units are never rounded up: nobody has the part of a unit.
  const whole = field === 'weight' ? Math.round(given) : Math.floor(given);
  if (whole !== given) row.note(`${columnOf(row, field)} ${text} is rounded to ${whole}.`);
  if (Math.abs(whole) > largest[field]) {
    row.refuse(`${columnOf(row, field)} "${text}" is too large: it can be at most ${largest[field]}.`);
    return null;
  }
  if (whole >= 0 || field === 'stock') return whole;
  row.refuse(`${columnOf(row, field)} "${text}" is below 0.`);
  return null;
};

/** Undefined for a cost that is skipped: the shop keeps its own. */
export const readCost = (row: Row, currency: string): number | null | undefined => {
  const text = cell(row, 'cost');
  if (text === '') return null;
  const costCents = toPrice(row, 'cost', currency);
  if (costCents !== null) return costCents;
  const example = toDecimal(1_999, currency);
  row.note(impossible(`${columnOf(row, 'cost')} is skipped: it is not an amount in ${currency}. Write it like ${example}.`));
  return undefined;
};

/** A price; null when it is refused. */
export const readPrice = (row: Row, field: 'price' | 'compareAtPrice', currency: string): number | null => {
  const priceCents = toPrice(row, field, currency);
  if (priceCents === null) row.refuse(impossible(noAmount(row, field, currency)));
  return priceCents;
};

const noAmount = (row: Row, field: ProductField, currency: string): string => {
  const text = cell(row, field);
  const example = toDecimal(1_999, currency);
  if (text === '') return `${columnOf(row, field)} is empty. Write a price like ${example}.`;
  return `${columnOf(row, field)} "${text}" ${whyNoNumber(text, row.layout.numbers, `a price in ${currency}`, example)}`;
};

const impossible = (message: string): Refusal => ({ message, code: 'INVALID_PRICE' });

/** The currency in front of or behind an amount, in its own signs only. */
const withoutCurrency = (amount: string, currency: string): string => {
  const sign = new Intl.NumberFormat('en', { style: 'currency', currency, currencyDisplay: 'narrowSymbol' })
    .formatToParts(0)
    .find(({ type }) => type === 'currency')?.value;
  const own = [currency, ...(sign ? [sign] : [])].find((mark) => amount.startsWith(mark) || amount.endsWith(mark));
  return own === undefined ? amount : amount.replace(own, '').trim();
};

/** How a price is read. In currencies with three decimals, three digits behind a comma may be those: `1,234` KWD. */
const readingOf = (text: string, { layout: { numbers } }: Row, currency: string): NumberReading =>
  numbers.saidBy === 'separator' && currencyExponent(currency) === 3 && /^\D*\d{1,3},\d{3}\D*$/.test(text)
    ? { ...numbers, decimalSign: null }
    : numbers;

/** An amount in minor units. More decimals than the currency has are rounded, with a note. */
const toPrice = (row: Row, field: ProductField, currency: string): number | null => {
  const text = cell(row, field);
  const reading = readingOf(text, row, currency);
  const plain = toPlainNumber(text, reading) ?? toPlainNumber(withoutCurrency(text, currency), reading);
  if (plain === null || (currencyExponent(currency) < 3 && isUnclear(withoutCurrency(text, currency), reading))) return null;
  const rounded = roundedTo(plain, currencyExponent(currency), reading);
  const priceCents = priceSchema.safeParse(toMinorUnits(rounded ?? plain, currency)).data ?? null;
  if (priceCents !== null && rounded !== null)
    row.note(
      field === 'cost'
        ? `${columnOf(row, field)} is rounded.`
        : `${columnOf(row, field)} ${text} is rounded to ${toDecimal(priceCents, currency)}.`,
    );
  if (priceCents !== null) noteReading(row, field, plain, toDecimal(priceCents, currency));
  return priceCents;
};

/**
 * A number with fewer decimals; null for one that has not more, or that may be thousands: `1.234`. A currency without decimals has none to
 * round: `19.99` is the price of another currency.
 */
const roundedTo = (plain: string, places: number, { saidBy }: NumberReading): string | null => {
  const decimals = (plain.split('.')[1] ?? '').replace(/0+$/, '').length;
  if (places === 0 || decimals <= places || (saidBy !== 'staff' && isAmbiguous(plain))) return null;
  return (Math.round(Number(plain) * 10 ** places + Number.EPSILON) / 10 ** places).toFixed(places);
};

/** The rows of a product with the decimal sign that their prices show. */
export const withDecimalSign = <R extends RawRow>(rows: readonly R[]): R[] => {
  const prices = rows.flatMap((row) => priceFields.map((field) => cell(row, field)));
  return rows.map((row) => ({ ...row, layout: { ...row.layout, numbers: readingByPrices(row.layout.numbers, prices) } }));
};
const priceFields = ['price', 'compareAtPrice', 'cost'] as const satisfies readonly ProductField[];
