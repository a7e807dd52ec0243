/** Reads the "Online Retail" invoices (UCI, CC BY 4.0) and finds out which prices follow rules and which changed over time. */
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

export interface InvoiceLine {
  /** Variant: stock code, description, and a price point if one invoice has two prices. */
  readonly item: string;
  readonly quantity: number;
  readonly unitPriceCents: number;
}
export interface Invoice {
  readonly number: string;
  /** Empty for a guest. */
  readonly customer: string;
  readonly country: string;
  readonly lines: readonly InvoiceLine[];
  readonly totalCents: number;
}
export interface Item {
  readonly key: string;
  readonly stockCode: string;
  readonly description: string;
  /** Units sold in all invoices. */
  readonly units: number;
}
/** Prices by quantity, for guests and for customers: a step starts at `minQuantity`. */
export interface PriceStep {
  readonly audience: 'guest' | 'signed_in';
  readonly minQuantity: number;
  readonly unitPriceCents: number;
}

interface Row {
  readonly InvoiceNo: string;
  readonly StockCode: string;
  readonly Description: string;
  readonly Quantity: string;
  readonly UnitPrice: string;
  readonly CustomerID: string;
  readonly Country: string;
}

const cents = (amount: string): number => Math.round(Number(amount) * 100);
const group = <T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
};

/** Reads the invoices in file order; lines of the same item at the same price are combined. */
export const readInvoices = (file: string): Invoice[] => {
  const rows = parse<Row>(readFileSync(file, 'utf8'), { columns: true, bom: true, skip_empty_lines: true });
  return [...group(rows, (row) => row.InvoiceNo)].map(([number, invoice]) => {
    const lines: InvoiceLine[] = [];
    for (const [thing, same] of group(invoice, (row) => `${row.StockCode}|${row.Description.trim()}`)) {
      // A cart has one line per variant, so a second price on an invoice becomes a second variant.
      [...group(same, (row) => row.UnitPrice)].forEach(([price, joined], index) =>
        lines.push({
          item: index === 0 ? thing : `${thing}|at ${price}`,
          quantity: joined.reduce((n, row) => n + Number(row.Quantity), 0),
          unitPriceCents: cents(price),
        }),
      );
    }
    const totalCents = lines.reduce((sum, line) => sum + line.quantity * line.unitPriceCents, 0);
    return { number, customer: invoice[0]?.CustomerID ?? '', country: invoice[0]?.Country ?? '', lines, totalCents };
  });
};

/** All sold items with their units. */
export const itemsOf = (invoices: readonly Invoice[]): Item[] =>
  [
    ...group(
      invoices.flatMap((i) => i.lines),
      (line) => line.item,
    ),
  ].map(([key, lines]) => {
    const [stockCode = '', description = '', point] = key.split('|');
    return {
      key,
      stockCode,
      description: point ? `${description} (${point})` : description,
      units: lines.reduce((n, line) => n + line.quantity, 0),
    };
  });

/**
 * The price steps of an item if its price depends only on quantity and buyer; null if a buyer paid two
 * prices for the same quantity, because then the price changed in between.
 */
export const priceSteps = (item: string, invoices: readonly Invoice[]): PriceStep[] | null => {
  const paid = new Map<string, number>();
  for (const invoice of invoices)
    for (const line of invoice.lines.filter((l) => l.item === item)) {
      const key = `${invoice.customer === '' ? 'guest' : 'signed_in'}|${line.quantity}`;
      if ((paid.get(key) ?? line.unitPriceCents) !== line.unitPriceCents) return null;
      paid.set(key, line.unitPriceCents);
    }
  const steps: PriceStep[] = [];
  for (const audience of ['guest', 'signed_in'] as const) {
    let last: number | undefined;
    const points = [...paid]
      .filter(([key]) => key.startsWith(`${audience}|`))
      .map(([key, price]) => [Number(key.split('|')[1]), price] as const);
    for (const [minQuantity, unitPriceCents] of points.toSorted((a, b) => a[0] - b[0])) {
      if (unitPriceCents !== last) steps.push({ audience, minQuantity: last === undefined ? 1 : minQuantity, unitPriceCents });
      last = unitPriceCents;
    }
  }
  return steps;
};
