/** Parses prices that were typed or pasted from a spreadsheet: `SKU; price; from units`, separated by semicolons, tabs or commas. */
import { amountProblem, toCents } from './format.ts';

export interface TypedPrice {
  readonly sku: string;
  readonly minQuantity: number;
  /** Null deletes the price. */
  readonly priceCents: number | null;
}

const priceOf = (text: string, currency: string): number | null | undefined => {
  if (text === '') return null;
  if (!/^\d+([.]\d+)?$/.test(text) || amountProblem(text, currency) !== null) return undefined;
  const cents = toCents(text, currency);
  return Number.isSafeInteger(cents) ? cents : undefined;
};

/** Parses all lines. Each problem names its line number. */
export const parsePrices = (text: string, currency: string): { rows: TypedPrice[]; problems: string[] } => {
  const rows: TypedPrice[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '') return;
    const [sku = '', amount = '', from = '', ...rest] = line.split(/[;\t,]/).map((part) => part.trim());
    const priceCents = priceOf(amount, currency);
    const minQuantity = from === '' ? 1 : Number(from);
    const key = `${sku}|${minQuantity}`;
    const problem =
      sku === ''
        ? 'has no SKU'
        : rest.length > 0
          ? 'has too many fields'
          : priceCents === undefined
            ? `has a price that is not an amount in ${currency}: ${amount}`
            : !Number.isInteger(minQuantity) || minQuantity < 1
              ? `has a number of units that is not a whole number from 1: ${from}`
              : seen.has(key)
                ? 'has the same SKU and number of units as an earlier line'
                : null;
    seen.add(key);
    if (problem || priceCents === undefined) problems.push(`Line ${i + 1} ${problem}`);
    else rows.push({ sku, minQuantity, priceCents });
  });
  return { rows, problems };
};
