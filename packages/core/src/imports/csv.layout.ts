/** What each column of a product file contains, in the present and in the earlier names of Shopify's template, and by metafields. */
import { eachProductText, productTextInWords, type ProductTextName } from '@cartwright/contracts';
import { DomainError } from '../kernel/index.ts';
import { readingOfFile, type NumberReading } from './csv.numbers.ts';
import type { CsvColumns } from './csv.rows.ts';

/** The columns of the texts of a product that Shopify's format has. */
const shopifyTexts: Partial<Record<ProductTextName, readonly [string, ...string[]]>> = {
  description: ['Body (HTML)', 'Description'],
  seoTitle: ['SEO Title'],
  seoDescription: ['SEO Description'],
};
/** The names of the column of each text of a product, the first as in an export. A text that Shopify's format lacks has its own name. */
const textColumns = eachProductText((name): readonly [string, ...string[]] => shopifyTexts[name] ?? [productTextInWords(name)]);
/** The column of each text of a product in an export. */
export const textColumn = eachProductText((name) => textColumns[name][0]);

/** The fields of a product file, each with the names of its column. Upper and lower case do not matter. */
const columnNames = {
  handle: ['Handle', 'URL handle'],
  /** What the address of a new product is made from, instead of the handle. */
  address: ['Slug'],
  title: ['Title'],
  vendor: ['Vendor'],
  category: ['Type'],
  /** A path in Shopify's taxonomy, whose last name is the category where `category` is empty. */
  productCategory: ['Product Category'],
  categoryPath: ['Category Path'],
  tags: ['Tags'],
  published: ['Published', 'Published on online store'],
  status: ['Status'],
  publishAt: ['Publish At'],
  unpublishAt: ['Unpublish At'],
  currency: ['Currency'],
  option1Name: ['Option1 Name'],
  option1Value: ['Option1 Value'],
  option2Name: ['Option2 Name'],
  option2Value: ['Option2 Value'],
  option3Name: ['Option3 Name'],
  option3Value: ['Option3 Value'],
  sku: ['Variant SKU', 'SKU'],
  barcode: ['Variant Barcode', 'Barcode', 'Variant Barcodes', 'Barcodes'],
  weight: ['Variant Grams', 'Weight value (grams)'],
  tracker: ['Variant Inventory Tracker', 'Inventory tracker'],
  stock: ['Variant Inventory Qty', 'Inventory quantity'],
  soldOutPolicy: ['Variant Inventory Policy', 'Continue selling when out of stock'],
  price: ['Variant Price', 'Price'],
  compareAtPrice: ['Variant Compare At Price', 'Compare-at price', 'Compare At Price'],
  cost: ['Cost per item'],
  image: ['Image Src', 'Product image URL'],
  imagePosition: ['Image Position'],
  imageText: ['Image Alt Text'],
  variantImage: ['Variant Image', 'Variant image URL'],
  giftCard: ['Gift Card'],
  ...textColumns,
  // The columns of the shop's own export that Shopify's format lacks.
  backorderLimit: ['Backorder Limit'],
  metadata: ['Metadata'],
  variantMetadata: ['Variant Metadata'],
  variantOptions: ['Variant Options'],
} as const satisfies Record<string, readonly string[]>;
/** What a column of a product file can contain. */
export type ProductField = keyof typeof columnNames;

/** The fields of the names of options, in their order. */
export const optionNameFields = ['option1Name', 'option2Name', 'option3Name'] as const satisfies readonly ProductField[];
/** The fields of the values of options, in the order of `optionNameFields`. */
export const optionValueFields = ['option1Value', 'option2Value', 'option3Value'] as const satisfies readonly ProductField[];

const fieldOf = new Map(
  Object.entries(columnNames).flatMap(([field, names]) => names.map((name) => [name.toLowerCase(), field as ProductField] as const)),
);

/** The column of a file of failed rows that says why they failed. */
export const reasonsColumn = 'reasons';

/** Columns that say nothing of their own: how other columns are shown, what the engine decides otherwise, or why a row failed. */
const silent = new RegExp(`^(option[123] linked to|variant weight unit|weight unit for display|${reasonsColumn})$`, 'i');

/** Whether a column says nothing of its own. */
export const isSilent = (name: string): boolean => silent.test(name);

/** A column of facts of the shop's own, which become metadata. */
export interface MetadataColumn {
  readonly index: number;
  /** Namespace and key of the metafield: `custom.care`. */
  readonly name: string;
}

/** The columns of a file. */
export interface CsvLayout {
  readonly columns: ReadonlyMap<ProductField, { readonly index: number; readonly name: string }>;
  /** Metafields of products and of variants. */
  readonly metadata: { readonly product: readonly MetadataColumn[]; readonly variant: readonly MetadataColumn[] };
  /** Columns that nothing is read from. */
  readonly unused: readonly { readonly index: number; readonly name: string }[];
  /** The number of cells that a row may have. */
  readonly width: number;
  /** How numbers are read. */
  readonly numbers: NumberReading;
}

/** How the rows of a file are written, by its header and by what staff say of it. */
export const shapeOf = ({ names, delimiter, decimalSign }: CsvColumns): Pick<CsvLayout, 'width' | 'numbers'> => ({
  width: names.length,
  numbers: readingOfFile(delimiter, decimalSign),
});

const metafield = /\((product|variant)\.metafields\.(.+)\)$/i;
const required = ['handle', 'title', 'price'] as const;

/** The required columns that a file lacks. */
export const missingColumns = ({ names }: CsvColumns): string[] => {
  const found = new Set(names.map((name) => fieldOf.get(name.toLowerCase())));
  return required.filter((field) => !found.has(field)).map((field) => columnNames[field][0]);
};

/** Finds the columns of a product file. Throws `INVALID_CSV` when a required one is missing, or two mean the same. */
export const toLayout = (header: CsvColumns): CsvLayout => {
  const columns = new Map<ProductField, { index: number; name: string }>();
  const metadata = { product: [] as MetadataColumn[], variant: [] as MetadataColumn[] };
  const unused: { index: number; name: string }[] = [];
  for (const [index, name] of header.names.entries()) {
    const field = fieldOf.get(name.toLowerCase());
    const other = field && columns.get(field);
    if (other)
      throw new DomainError('INVALID_CSV', `The columns ${other.name} and ${name} have the same meaning. Remove one of them.`, {
        details: { columns: [other.name, name] },
      });
    const [, owner, key] = metafield.exec(name) ?? [];
    if (field) columns.set(field, { index, name });
    else if (key) metadata[owner?.toLowerCase() === 'variant' ? 'variant' : 'product'].push({ index, name: key });
    else if (name !== '' && !isSilent(name)) unused.push({ index, name });
  }
  const missing = missingColumns(header);
  if (missing.length > 0)
    throw new DomainError('INVALID_CSV', `The file has no column ${missing.join(', ')}. Say which column means what, by a mapping.`, {
      details: { columns: missing },
    });
  return { columns, metadata, unused, ...shapeOf(header) };
};
