/**
 * BigCommerce's product CSV, in the fields of Shopify's format. Below the row of a product are those of its variants and images. The
 * columns are those of the present template (`Item`) and of the earlier one (`Item Type`), from the supported product fields in
 * BigCommerce's help.
 */
import { customFieldsIn, optionsIn } from './bigcommerce.cells.ts';
import { textAt } from './csv.cells.ts';
import { joinPath } from './csv.lists.ts';
import { optionNameFields, optionValueFields, shapeOf, type ProductField } from './csv.layout.ts';
import type { CsvColumns } from './csv.rows.ts';
import {
  findColumns,
  hasColumns,
  nameAmong,
  noteNotTaken,
  noteSkipped,
  pricesOf,
  optionCells,
  toRawRows,
  type Fact,
  type FormatFile,
  type FormatRow,
  type NamedTexts,
  type Values,
} from './other-formats.ts';
import type { NumberedRow, ProductFormat } from './file-format.ts';
import { hides } from './yes-or-no.ts';

const columnNames = {
  item: ['Item', 'Item Type'],
  id: ['ID', 'Product ID'],
  name: ['Name', 'Product Name'],
  sku: ['SKU', 'Product Code/SKU'],
  options: ['Options'],
  tracking: ['Inventory Tracking', 'Track Inventory'],
  stock: ['Current Stock', 'Current Stock Level', 'Stock Level'],
  price: ['Price'],
  cost: ['Cost Price'],
  listPrice: ['Retail Price'],
  salePrice: ['Sale Price'],
  brand: ['Brand Name', 'Brand'],
  categories: ['Categories', 'Category'],
  description: ['Description', 'Product Description'],
  facts: ['Custom Fields', 'Product Custom Fields'],
  seoTitle: ['Page Title'],
  seoDescription: ['Meta Description'],
  address: ['Product URL'],
  barcode: ['UPC/EAN', 'Product UPC/EAN', 'Global Trade Number', 'GPS Global Trade Item Number'],
  visible: ['Is Visible', 'Product Visible?', 'Product Visible'],
  sold: ['Allow Purchases?', 'Allow Purchases'],
  variantImage: ['Variant Image URL'],
  imageUrl: ['Image URL (Import)'],
  imageAddress: ['Internal Image URL (Export)'],
  imageText: ['Image Description', 'Product Image Description - 1'],
  imagePosition: ['Image Sort Order'],
} as const;
type Column = keyof typeof columnNames;
const numberedImage = /^product image (url|file) - (\d+)$/i;
const silent = /^(product type|type|option set( align)?|image is thumbnail|product image (id|description|is thumbnail|sort) - \d+)$/i;

/** Whether a file has the columns that only BigCommerce writes. */
export const isBigCommerce = (columns: CsvColumns): boolean =>
  hasColumns(columns, ['Item Type', 'Product Name', 'Product Code/SKU']) ||
  (hasColumns(columns, ['Item', 'Name', 'SKU', 'Price']) &&
    ['Options', 'Inventory Tracking', 'Image URL (Import)'].some((name) => hasColumns(columns, [name])));

/** Reads BigCommerce's product CSV. */
export const toBigCommerce = (header: CsvColumns): ProductFormat => {
  const { found, others } = findColumns(header, columnNames);
  const images = others
    .filter(({ name }) => numberedImage.test(name))
    .map(({ index, name }) => ({ index, name, number: Number(numberedImage.exec(name)?.[2]), isUrl: /url/i.test(name) }))
    .toSorted((a, b) => a.number - b.number || Number(b.isUrl) - Number(a.isUrl));
  const file: FormatFile = {
    ...shapeOf(header),
    nameOf: (field) => nameAmong({ found }, columnsOfField[field] ?? [field as Column]),
  };
  const read = (row: NumberedRow): BigRow => ({
    row,
    has: (column) => found.has(column),
    nameOf: (column) => found.get(column)?.name ?? column,
    text: (column) => textAt(row, found.get(column)?.index ?? -1),
    hasImages: images.length > 0 || found.has('imageUrl') || found.has('imageAddress'),
    images: images
      .filter(({ number, isUrl }, i) => isUrl || images[i - 1]?.number !== number || textAt(row, images[i - 1]?.index ?? -1) === '')
      .map(({ name, index }) => ({ name, value: textAt(row, index) }))
      .filter(({ value }) => value !== ''),
  });
  return {
    unused: others.filter(({ name }) => !numberedImage.test(name) && !silent.test(name)),
    handleColumn: found.get('sku')?.name ?? 'SKU',
    handleOf: (row, before) => {
      const own = read(row);
      return kindOf(own) === 'product' ? handleOf(own) : before;
    },
    toRows: (given) => {
      const rows = given.map(read);
      const [product] = rows;
      if (!product) return [];
      const variants = rows.filter((row) => kindOf(row) === 'variant');
      const names = [...new Set(variants.flatMap((row) => optionsOf(row).map(({ name }) => name)))];
      return rows.flatMap((row) => toRawRows(row.row, rowOf(row, { product, names, hasVariants: variants.length > 0 }), file));
    },
  };
};

/** The columns that a field comes from, for messages: the first one that the file has. Others have the name of their field. */
const columnsOfField: Partial<Record<ProductField, readonly Column[]>> = {
  handle: ['sku', 'id', 'name'],
  title: ['name'],
  vendor: ['brand'],
  categoryPath: ['categories'],
  published: ['visible', 'sold'],
  compareAtPrice: ['listPrice', 'price'],
  tracker: ['tracking'],
  image: ['imageUrl', 'imageAddress'],
  ...Object.fromEntries([...optionNameFields, ...optionValueFields].map((field) => [field, ['options']])),
};

/** A row of the file as texts. */
interface BigRow {
  readonly row: NumberedRow;
  readonly hasImages: boolean;
  /** The images of the numbered columns. */
  readonly images: readonly Fact[];
  has(column: Column): boolean;
  nameOf(column: Column): string;
  text(column: Column): string;
}
interface Context {
  readonly product: BigRow;
  /** The options of the product. */
  readonly names: readonly string[];
  readonly hasVariants: boolean;
}

const kinds: Readonly<Record<string, 'product' | 'variant' | 'image' | 'rule'>> = {
  product: 'product',
  variant: 'variant',
  sku: 'variant',
  image: 'image',
  rule: 'rule',
};
const kindOf = ({ text }: BigRow) => kinds[text('item').toLowerCase()] ?? 'other';
const handleOf = ({ text }: BigRow): string => text('sku') || (text('id') && `id:${text('id')}`) || text('name');

/** The options of a variant: in their column, or in the name of the earlier template. */
const optionsOf = ({ has, text }: BigRow): Fact[] => optionsIn(has('options') ? text('options') : text('name'));

const rowOf = (row: BigRow, context: Context): FormatRow => {
  const handle = handleOf(context.product);
  if (kindOf(row) === 'product') return productRow(row, handle, context);
  if (kindOf(row) === 'variant') return variantRow(row, handle, context);
  if (kindOf(row) === 'image') {
    const image = row.text('imageUrl') || row.text('imageAddress');
    return { values: { handle, image, imageText: row.text('imageText'), imagePosition: row.text('imagePosition') } };
  }
  if (kindOf(row) === 'rule' && row.text('price') !== '')
    return {
      values: { handle },
      refusals: [`The rule changes prices (${row.text('price')}). Write them into the rows of its variants, and leave this row out.`],
    };
  return { values: { handle }, notes: [`The row is skipped: rows of the kind "${row.text('item')}" are not imported.`] };
};

const productRow = (row: BigRow, handle: string, { product, names, hasVariants }: Context): FormatRow => {
  const isFirst = row === product;
  const [image, ...moreImages] = row.images;
  const { path, notes } = categoryOf(row);
  const custom = customFieldsIn(row.text('facts'));
  return {
    values: {
      handle,
      ...productValues(row, path),
      ...optionCells(names, null, isFirst),
      ...(!hasVariants && variantValues(row, row, false)),
      ...(row.hasImages && { image: image?.value ?? '' }),
      ...(row.images.length > 0 && row.has('imageText') && { imageText: row.text('imageText') }),
    },
    productFacts: custom.facts,
    columnNames: { image: image?.name },
    moreImages,
    hiding: hidingOf(row),
    notes: [
      ...notes,
      ...custom.notes,
      ...(hides(row.text('sold')) && row.text('visible') !== ''
        ? ['The product cannot be bought in BigCommerce: the product is imported as a draft.']
        : []),
    ],
  };
};

/** What only a product can have. */
const productTexts = (row: BigRow): NamedTexts => textColumns.map((column) => [row.nameOf(column), row.text(column)]);
const textColumns = ['description', 'seoTitle', 'seoDescription', 'categories', 'brand'] as const satisfies readonly Column[];

const variantRow = (row: BigRow, handle: string, { product, names }: Context): FormatRow => {
  const given = optionsOf(row);
  const values = names.map((option) => given.find(({ name }) => name === option)?.value ?? '');
  const options = optionCells(names, values, false);
  if (hides(row.text('visible')) || hides(row.text('sold')))
    return { values: { handle, sku: row.text('sku'), ...options }, isWithdrawn: true };
  const imageColumn = row.text('imageUrl') === '' ? 'imageAddress' : 'imageUrl';
  const [image, ...moreImages] = [
    ...(['variantImage', imageColumn] as const).map((column) => ({ name: row.nameOf(column), value: row.text(column) })),
    ...row.images,
  ].filter(({ value }) => value !== '');
  const custom = customFieldsIn(row.text('facts'));
  return {
    values: {
      handle,
      ...options,
      ...variantValues(row, product, true),
      ...((row.hasImages || row.has('variantImage')) && { image: '', variantImage: image?.value ?? '' }),
    },
    variantFacts: custom.facts,
    columnNames: { variantImage: image?.name },
    // A variant has one image: the others are those of its product.
    moreImages,
    notes: [...custom.notes, ...noteNotTaken(productTexts(row), productTexts(product))],
  };
};

/** A product that is not sold, in a file that does not say whether it is visible. */
const hidingOf = ({ text }: BigRow): FormatRow['hiding'] =>
  hides(text('sold')) && text('visible') === '' ? { status: 'draft', because: 'The product cannot be bought in BigCommerce' } : undefined;

const productValues = ({ has, text }: BigRow, path: readonly string[] | undefined): Values => ({
  title: text('name'),
  address: text('address').replaceAll('/', ' ').trim() || text('name'),
  ...(has('description') && { description: text('description') }),
  ...(has('brand') && { vendor: text('brand') }),
  ...(path !== undefined && { categoryPath: joinPath(path) }),
  ...(text('visible') !== '' && { published: hides(text('sold')) ? 'no' : text('visible') }),
  ...(has('seoTitle') && { seoTitle: text('seoTitle') }),
  ...(has('seoDescription') && { seoDescription: text('seoDescription') }),
});

/** The values of a variant; a variant without a price or cost has that of its product. */
const variantValues = (row: BigRow, product: BigRow, isVariant: boolean): Values => {
  const { has, text } = row;
  const priced = text('price') === '' ? product : row;
  const { price, compareAtPrice } = pricesOf(priced.text('price'), priced.text('salePrice'), priced.text('listPrice'));
  return {
    sku: text('sku'),
    price,
    ...((has('salePrice') || has('listPrice')) && { compareAtPrice }),
    ...(has('cost') && { cost: text('cost') || product.text('cost') }),
    ...(has('barcode') && { barcode: text('barcode') }),
    ...stockOf(row, product, isVariant),
  };
};

const stockOf = ({ has, text }: BigRow, product: BigRow, isVariant: boolean): Values => {
  const tracking = product.text('tracking').toLowerCase();
  if (/^(none|n|no|false)$/.test(tracking)) return { tracker: '' };
  // Units that are counted for the product say nothing of its variants.
  if (isVariant && /^(by )?product$/.test(tracking)) return {};
  return { ...(tracking !== '' && { tracker: 'bigcommerce' }), ...(has('stock') && { stock: text('stock') }) };
};

/** The names of the first category, `Clothes` and `Tees` of `Clothes/Tees;Sale`. The present template has ids, which name none. */
const categoryOf = ({ has, text }: BigRow): { readonly path: string[] | undefined; readonly notes: string[] } => {
  if (!has('categories')) return { path: undefined, notes: [] };
  const [first = '', ...others] = text('categories')
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '');
  if (/^\d+$/.test(first)) return { path: undefined, notes: [`The categories are skipped: ${text('categories')} are ids, not names.`] };
  return {
    path: first.split(/(?<!\\)\//).map((name) => name.replaceAll(String.raw`\/`, '/').trim()),
    notes: noteSkipped('categories', others),
  };
};
