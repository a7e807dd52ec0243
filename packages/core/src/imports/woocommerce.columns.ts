/** The columns of WooCommerce's product CSV. */
import type { CsvLayout } from './csv.layout.ts';
import type { CsvColumns } from './csv.rows.ts';

/** The columns that are read, by what they contain. Upper and lower case do not matter. */
const columnNames = {
  id: ['ID'],
  type: ['Type'],
  sku: ['SKU'],
  barcode: ['GTIN, UPC, EAN, or ISBN'],
  name: ['Name'],
  published: ['Published'],
  visibility: ['Visibility in catalog'],
  shortDescription: ['Short description'],
  description: ['Description'],
  saleFrom: ['Date sale price starts'],
  saleTo: ['Date sale price ends'],
  stock: ['Stock'],
  backorders: ['Backorders allowed?'],
  weight: ['Weight (kg)', 'Weight (g)', 'Weight (lbs)', 'Weight (oz)', 'Weight (unit)'],
  salePrice: ['Sale price'],
  price: ['Regular price'],
  categories: ['Categories'],
  tags: ['Tags'],
  images: ['Images'],
  parent: ['Parent'],
  brand: ['Brands'],
} as const;
/** What a column of WooCommerce's file contains. */
export type Column = keyof typeof columnNames;

/** Columns that say nothing of their own. */
const silent = /^(attribute \d+ (visible|global|default)|in stock\?|position|reasons)$/i;
const attributeColumn = /^attribute (\d+) (name|value\(s\))$/i;

const has = ({ names }: CsvColumns, wanted: string): boolean => names.some((name) => name.toLowerCase() === wanted.toLowerCase());

/** Whether a file has the columns that only WooCommerce writes. */
export const isWooCommerce = (columns: CsvColumns): boolean =>
  !has(columns, 'Handle') &&
  ['Type', 'Name', 'Regular price'].every((name) => has(columns, name)) &&
  (has(columns, 'ID') || has(columns, 'SKU'));

/** The columns of a file. */
export interface Columns {
  readonly found: ReadonlyMap<Column, { readonly index: number; readonly name: string }>;
  /** The attributes, each with the places of its name and values. */
  readonly attributes: readonly { readonly name: number; readonly value: number }[];
  readonly unused: CsvLayout['unused'];
}

/** Finds the columns of WooCommerce's file; of two with one meaning, the second is unused. */
export const columnsOf = ({ names }: CsvColumns): Columns => {
  const found = new Map<Column, { index: number; name: string }>();
  const attributes = new Map<string, { name: number; value: number }>();
  const unused: { index: number; name: string }[] = [];
  for (const [index, name] of names.entries()) {
    const column = (Object.keys(columnNames) as Column[]).find((one) =>
      columnNames[one].some((known) => known.toLowerCase() === name.toLowerCase()),
    );
    const [, number, part] = attributeColumn.exec(name) ?? [];
    if (column && !found.has(column)) found.set(column, { index, name });
    else if (number) {
      const before = attributes.get(number) ?? { name: -1, value: -1 };
      attributes.set(number, part?.toLowerCase() === 'name' ? { ...before, name: index } : { ...before, value: index });
    } else if (name !== '' && !silent.test(name)) unused.push({ index, name });
  }
  return { found, attributes: [...attributes.values()], unused };
};
