/** The units, weights and prices in the row of a variant. */
import { currencyExponent, mostOfVariant, price as priceSchema, toDecimal, toMinorUnits } from '@cartwright/contracts';
import { cell, columnOf, type RawRow, type Refusal, type Row } from './csv.cells.ts';
import type { ProductField } from './csv.layout.ts';
import { isAmbiguous, isWithDecimalComma, toPlainNumber, whyNoNumber } from './csv.numbers.ts';

/** The largest number of each column, as in other calls. */
const largest = { weight: mostOfVariant.weightGrams, stock: mostOfVariant.onHand, backorderLimit: mostOfVariant.backorderLimit } as const;

/** A whole number. Decimals are rounded, with a note; null when the cell is refused. */
export const readWhole = (row: Row, field: 'weight' | 'stock' | 'backorderLimit', what: string): number | null => {
  const text = cell(row, field);
  if (text === '') return 0;
  const plain = toPlainNumber(text, row.layout);
  if (plain === null) {
    row.refuse(`${columnOf(row, field)} "${text}" ${whyNoNumber(text, row.layout, what)}. Write it like 120.`);
    return null;
  }
  const given = Number(plain);
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
  row.note(impossible(`${noAmount(row, 'cost', currency)} The cost is skipped.`));
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
  // Three decimals are more than most currencies have, and may be thousands.
  const reading = { hasDecimalComma: text.includes('.') || readingOf(text, row, currency).hasDecimalComma };
  const why = whyNoNumber(text, reading, `a price in ${currency}`);
  return `${columnOf(row, field)} "${text}" ${why}. Write it like ${toDecimal(1_999, currency)}.`;
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

/** Whether a comma in a price may begin decimals. In currencies with three of them, three digits behind a comma always may: `1,234` KWD. */
const readingOf = (text: string, { layout }: Row, currency: string): { readonly hasDecimalComma: boolean } => ({
  hasDecimalComma: layout.hasDecimalComma || (currencyExponent(currency) === 3 && /^\D*\d{1,3},\d{3}\D*$/.test(text)),
});

/** An amount in minor units. More decimals than the currency has are rounded, with a note. */
const toPrice = (row: Row, field: ProductField, currency: string): number | null => {
  const text = cell(row, field);
  const reading = readingOf(text, row, currency);
  const plain = toPlainNumber(text, reading) ?? toPlainNumber(withoutCurrency(text, currency), reading);
  if (plain === null) return null;
  const rounded = roundedTo(plain, currencyExponent(currency));
  const priceCents = priceSchema.safeParse(toMinorUnits(rounded ?? plain, currency)).data ?? null;
  if (priceCents !== null && rounded !== null)
    row.note(`${columnOf(row, field)} ${text} is rounded to ${toDecimal(priceCents, currency)}.`);
  return priceCents;
};

/**
 * A number with fewer decimals; null for one that has not more, or that may be thousands: `1.234`. A currency without decimals has none to
 * round: `19.99` is the price of another currency.
 */
const roundedTo = (plain: string, places: number): string | null => {
  const decimals = (plain.split('.')[1] ?? '').replace(/0+$/, '').length;
  if (places === 0 || decimals <= places || isAmbiguous(plain)) return null;
  return (Math.round(Number(plain) * 10 ** places + Number.EPSILON) / 10 ** places).toFixed(places);
};

/** The rows of a product, with a decimal comma in their numbers if one of their prices has it. */
export const withDecimalSign = <R extends RawRow>(rows: readonly R[]): R[] => {
  const hasComma = rows.some((row) => priceFields.some((field) => isWithDecimalComma(cell(row, field))));
  return hasComma ? rows.map((row) => ({ ...row, layout: { ...row.layout, hasDecimalComma: true } })) : [...rows];
};
const priceFields = ['price', 'compareAtPrice', 'cost'] as const satisfies readonly ProductField[];
