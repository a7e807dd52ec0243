/** The columns of WooCommerce's product CSV. */
import type { CsvColumns } from './csv.rows.ts';
import { findColumns, hasColumns, type FoundColumns } from './other-formats.ts';

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
  isInStock: ['In stock?'],
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
const silent = /^(attribute \d+ (global|default)|position)$/i;
const attributeColumn = /^attribute (\d+) (name|value\(s\)|visible)$/i;

/** Whether a file has the columns that only WooCommerce writes. */
export const isWooCommerce = (columns: CsvColumns): boolean =>
  !hasColumns(columns, ['Handle']) &&
  hasColumns(columns, ['Type', 'Name', 'Regular price']) &&
  ['ID', 'SKU'].some((name) => hasColumns(columns, [name]));

type AttributePlaces = Readonly<Record<'name' | 'value' | 'visible', number>>;
const partOf = { name: 'name', 'value(s)': 'value', visible: 'visible' } as const;
const isPart = (part: string): part is keyof typeof partOf => Object.hasOwn(partOf, part);

/** The columns of a file. */
export interface Columns extends Pick<FoundColumns<Column>, 'found'> {
  /** The attributes, each with the places of its name and values, and of whether buyers see it. */
  readonly attributes: readonly AttributePlaces[];
  readonly unused: FoundColumns<Column>['others'];
}

/** Finds the columns of WooCommerce's file; of two with one meaning, the second is unused. */
export const columnsOf = (header: CsvColumns): Columns => {
  const { found, others } = findColumns(header, columnNames);
  const attributes = new Map<string, AttributePlaces>();
  for (const { index, name } of others) {
    const [, number, part] = attributeColumn.exec(name.toLowerCase()) ?? [];
    if (!number || !part || !isPart(part)) continue;
    attributes.set(number, { ...(attributes.get(number) ?? { name: -1, value: -1, visible: -1 }), [partOf[part]]: index });
  }
  const unused = others.filter(({ name }) => !attributeColumn.test(name) && !silent.test(name));
  return { found, attributes: [...attributes.values()], unused };
};
