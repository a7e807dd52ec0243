/** Prices typed or pasted from a spreadsheet: `SKU; price; from units`, also with tabs or commas between. */
import { toCents } from './format.ts';

export interface TypedPrice {
  readonly sku: string;
  readonly minQuantity: number;
  /** Null takes the price away. */
  readonly priceCents: number | null;
}

const priceOf = (text: string, currency: string): number | null | undefined => {
  if (text === '') return null;
  const cents = /^\d+([.]\d+)?$/.test(text) ? toCents(text, currency) : undefined;
  return cents !== undefined && Number.isSafeInteger(cents) ? cents : undefined;
};

/** Reads all lines; what cannot be read is told with its line number. */
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
          ? 'has too many parts'
          : priceCents === undefined
            ? `has no price: ${amount}`
            : !Number.isInteger(minQuantity) || minQuantity < 1
              ? `has no number of units: ${from}`
              : seen.has(key)
                ? 'says the same as a line before'
                : null;
    seen.add(key);
    if (problem || priceCents === undefined) problems.push(`Line ${i + 1} ${problem}`);
    else rows.push({ sku, minQuantity, priceCents });
  });
  return { rows, problems };
};
