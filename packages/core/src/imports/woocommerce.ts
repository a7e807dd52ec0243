/** WooCommerce's product CSV, in the fields of Shopify's format: one row for a product, and one for each of its variations. */
import { textAt } from './csv.cells.ts';
import { splitList } from './csv.lists.ts';
import { shapeOf, type ProductField } from './csv.layout.ts';
import type { CsvColumns } from './csv.rows.ts';
import {
  isNone,
  nameAmong,
  noteNotTaken,
  noteSkipped,
  readingOf,
  pricesOf,
  optionCells,
  toGrams,
  toRawRows,
  type FormatFile,
  type FormatRow,
  type NamedTexts,
  type Reading,
  type Values,
  type WeightUnit,
} from './other-formats.ts';
import type { NumberedRow, ProductFormat } from './file-format.ts';
import { columnsOf, type Column, type Columns } from './woocommerce.columns.ts';
import { hides } from './yes-or-no.ts';

const unitOf: Readonly<Record<string, WeightUnit>> = { kg: 'kg', g: 'g', lbs: 'lb', oz: 'oz' };

/** Reads WooCommerce's product CSV. */
export const toWooCommerce = (header: CsvColumns): ProductFormat => {
  const columns = columnsOf(header);
  const file: FormatFile = {
    ...shapeOf(header),
    nameOf: (field) => {
      const own = columnsOfField[field];
      return own ? nameAmong(columns, own) : 'Attribute';
    },
  };
  const read = (row: NumberedRow): WooRow => toWooRow(row, columns);
  return {
    unused: columns.unused,
    handleColumn: columns.found.get('sku')?.name ?? 'ID',
    handleOf: (row) => handleOf(read(row)),
    toRows: (given) => {
      const rows = given.map(read);
      // The product comes before its variations, wherever it is in the file.
      const inOrder = rows.toSorted((a, b) => Number(isVariation(a)) - Number(isVariation(b)));
      const options = optionsOf(inOrder);
      const hasProduct = !inOrder.every(isVariation);
      const own = readingOf(
        file,
        inOrder.flatMap(({ text }) => [text('price'), text('salePrice')]),
      );
      return inOrder.flatMap((row) =>
        toRawRows(row.row, rowOf(row, { first: inOrder[0] ?? row, hasProduct, options, columns, file: own }), own),
      );
    },
  };
};

/** A row of the file as texts. */
interface WooRow {
  readonly row: NumberedRow;
  readonly attributes: readonly { readonly name: string; readonly value: string; readonly isHidden: boolean }[];
  text(column: Column): string;
}

const toWooRow = (row: NumberedRow, { found, attributes }: Columns): WooRow => ({
  row,
  text: (column) => textAt(row, found.get(column)?.index ?? -1),
  attributes: attributes
    .map(({ name, value, visible }) => ({ name: textAt(row, name), value: textAt(row, value), isHidden: textAt(row, visible) === '0' }))
    .filter(({ name }) => name !== ''),
});

const typesOf = ({ text }: WooRow): string[] => splitList(text('type').toLowerCase());
const isVariation = (row: WooRow): boolean => typesOf(row).includes('variation');

/** The SKU of a product, else its id; of a variation, what it says of its parent. */
const handleOf = (row: WooRow): string => {
  if (isVariation(row)) return row.text('parent');
  return row.text('sku') || (row.text('id') && `id:${row.text('id')}`);
};

/** The attributes by which the variations of a product differ. */
const optionsOf = (rows: readonly WooRow[]): string[] => {
  const named = rows.filter(isVariation).flatMap(({ attributes }) => attributes.filter(({ value }) => value !== ''));
  return [...new Set(named.map(({ name }) => name))];
};

interface Context {
  /** The row of the product, or of its first variation. */
  readonly first: WooRow;
  /** Whether there is a row of the product itself. */
  readonly hasProduct: boolean;
  readonly options: readonly string[];
  readonly columns: Columns;
  readonly file: Reading;
}

/** What is in the row of a product or variation. */
const rowOf = (row: WooRow, context: Context): FormatRow => {
  const { first, options, columns } = context;
  const isProduct = !isVariation(row);
  const images = splitList(row.text('images'));
  const [image = '', ...more] = images;
  const values: Values = {
    handle: handleOf(row),
    ...(isProduct && productValues(row, columns)),
    ...optionCells(options, isVariation(row) || isSold(row) ? optionsIn(row, options) : null, row === first),
    ...(isSold(row) ? variantValues(row, context) : isDisabled(row) && { sku: row.text('sku') }),
    ...(columns.found.has('images') && { image: isProduct ? image : '', variantImage: isProduct ? '' : image }),
  };
  return {
    values,
    productFacts: factsOf(row, options).filter(({ isHidden }) => !isHidden),
    // A variant has one image: the others are those of its product.
    moreImages: more.map((value) => ({ name: columns.found.get('images')?.name ?? '', value })),
    columnNames: isOnSale(row) ? { price: columns.found.get('salePrice')?.name } : {},
    hiding: hidingOf(row, columns),
    isWithdrawn: isDisabled(row),
    refusals: refusalsOf(row, context),
    notes: [...notesOf(row, context), ...(isProduct ? [] : noteNotTaken(productTexts(row, columns), productTexts(first, columns)))],
  };
};

/** The attributes of a product that are no options. */
const factsOf = (row: WooRow, options: readonly string[]): WooRow['attributes'] =>
  isVariation(row) ? [] : row.attributes.filter(({ name }) => !options.includes(name));

/** Whether a row is sold: a variation, or a product without any. */
const isSold = (row: WooRow): boolean => !typesOf(row).includes('variable') && !isDisabled(row);
/** Whether the shop does not offer a variation. */
const isDisabled = (row: WooRow): boolean => isVariation(row) && hides(row.text('published'));

const optionsIn = ({ attributes }: WooRow, options: readonly string[]): string[] =>
  options.map((option) => attributes.find(({ name }) => name === option)?.value ?? '');

const isHidden = ({ text }: WooRow): boolean => text('visibility').toLowerCase() === 'hidden';
/** A hidden product of a file that does not say whether it is published. */
const hidingOf = (row: WooRow, { found }: Columns): FormatRow['hiding'] =>
  isHidden(row) && row.text('published') === ''
    ? { status: 'unlisted', because: `${found.get('visibility')?.name} is "${row.text('visibility')}"` }
    : undefined;

/** The columns that a field comes from, for messages: the first one that the file has. */
const columnsOfField: Partial<Record<ProductField, readonly [Column, ...Column[]]>> = {
  handle: ['sku', 'id'],
  title: ['name'],
  description: ['description', 'shortDescription'],
  vendor: ['brand'],
  categoryPath: ['categories'],
  tags: ['tags'],
  published: ['published'],
  status: ['visibility'],
  sku: ['sku'],
  barcode: ['barcode'],
  weight: ['weight'],
  stock: ['stock'],
  tracker: ['stock'],
  soldOutPolicy: ['backorders'],
  price: ['price'],
  compareAtPrice: ['price'],
  image: ['images'],
  variantImage: ['images'],
};

const productValues = (row: WooRow, { found }: Columns): Values => {
  const { text } = row;
  // Line breaks are written as two characters.
  const texts = [text('shortDescription'), text('description')].map((one) => one.replaceAll(String.raw`\n`, '\n')).filter(Boolean);
  const published = text('published');
  return {
    title: text('name'),
    address: text('name'),
    ...((found.has('description') || found.has('shortDescription')) && { description: texts.join('\n') }),
    ...(found.has('brand') && { vendor: splitList(text('brand'))[0] ?? '' }),
    ...(found.has('categories') && { categoryPath: categoryPathOf(text('categories')) }),
    ...(found.has('tags') && { tags: text('tags') }),
    // 0 is private, and -1 a draft.
    ...(found.has('published') && {
      published: published === '-1' ? '0' : published,
      status: isHidden(row) && published !== '' ? 'unlisted' : '',
    }),
  };
};

/** The first path: `Clothes > Tees` of `Clothes > Tees, Sale`. */
const categoryPathOf = (text: string): string => (splitList(text)[0] ?? '').replaceAll('\\', String.raw`\\`);

const variantValues = (row: WooRow, { columns: { found }, file }: Context): Values => {
  const { text } = row;
  const { price, compareAtPrice } = pricesOf(text('price'), isOnSale(row) ? text('salePrice') : '');
  const stock = text('stock');
  return {
    sku: text('sku'),
    price,
    ...(found.has('salePrice') && { compareAtPrice }),
    ...stockOf(found.has('stock'), stock, text('isInStock')),
    ...(found.has('backorders') && { soldOutPolicy: /^notify$/i.test(text('backorders')) ? 'continue' : text('backorders') }),
    ...(found.has('weight') && { weight: toGrams(text('weight'), unitIn(found.get('weight')?.name ?? ''), file) }),
    ...(found.has('barcode') && { barcode: text('barcode') }),
  };
};

/**
 * Without a number, WooCommerce does not count the units of a variant: it is sold unless it is said to be out of stock. The units that the
 * variations of a `parent` have together cannot be counted here, and are not invented.
 */
const stockOf = (hasColumn: boolean, stock: string, isInStock: string): Values => {
  if (/\d/.test(stock)) return { stock, tracker: 'woocommerce' };
  if (!hasColumn || stock !== '' || isUnknown(isInStock)) return {};
  return soldOut.test(isInStock) ? { stock: '0', tracker: 'woocommerce' } : { tracker: '' };
};

const soldOut = /^(0|no|false|outofstock|backorder|onbackorder)$/i;
/** Whether nobody knows if a variant is in stock: a file says so in other words. */
const isUnknown = (isInStock: string): boolean => !soldOut.test(isInStock) && !/^(|1|yes|true|instock)$/i.test(isInStock);

/** Whether the price is the sale price, without an end. */
const isOnSale = (row: WooRow): boolean => !hasSaleDates(row) && !isNone(row.text('salePrice'));
const hasSaleDates = ({ text }: WooRow): boolean => text('saleFrom') !== '' || text('saleTo') !== '';

/** The unit in the name of a column: `Weight (lbs)`. */
const unitIn = (column: string): WeightUnit => unitOf[/\((\w+)\)/.exec(column)?.[1]?.toLowerCase() ?? ''] ?? 'kg';

/** Why a row cannot be imported. */
const refusalsOf = (row: WooRow, { hasProduct }: Context): string[] => {
  const unsold = typesOf(row).find((type) => type === 'grouped' || type === 'external');
  return [
    ...(unsold ? [`Products of the Type "${unsold}" cannot be imported. Leave this row out.`] : []),
    ...(hasProduct ? [] : [`The file has no row of the product "${row.text('parent')}". Write its SKU, or id: and its ID if it has none.`]),
  ];
};

const timedSale = ({ text }: WooRow): string =>
  `Sale price "${text('salePrice')}" is skipped: it is for a limited time. The price is the regular one, "${text('price')}".`;

const unknownStock = ({ text }: WooRow, { found }: Columns): string =>
  `${found.get('isInStock')?.name} "${text('isInStock')}" is skipped: it is not a word such as 1, 0 or backorder. ` +
  'Check the stock in the shop.';

const countedTogether =
  'The stock is skipped: WooCommerce counts the units of all variations of this product together. Set it in the shop.';

/** What only a product can have. */
const productTexts = ({ text }: WooRow, { found }: Columns): NamedTexts =>
  (['shortDescription', 'description', 'categories', 'tags', 'brand'] as const).map((column) => [
    found.get(column)?.name ?? '',
    text(column),
  ]);

/** What is left out of a row. */
const notesOf = (row: WooRow, { options, columns }: Context): string[] => {
  const others = isVariation(row) ? [] : splitList(row.text('categories')).slice(1);
  const brands = isVariation(row) ? [] : splitList(row.text('brand')).slice(1);
  const hidden = factsOf(row, options).filter(({ value, isHidden }) => isHidden && value !== '');
  const any = isVariation(row) ? row.attributes.filter(({ value }) => value === '') : [];
  return [
    ...noteSkipped('categories', others),
    ...noteSkipped('brands', brands),
    ...(row.text('salePrice') !== '' && hasSaleDates(row) ? [timedSale(row)] : []),
    ...hidden.map(({ name }) => `The attribute ${name} is skipped: it is not visible on the product page.`),
    ...(isVariation(row) && /^parent$/i.test(row.text('stock')) ? [countedTogether] : []),
    ...(isSold(row) && row.text('stock') === '' && isUnknown(row.text('isInStock')) ? [unknownStock(row, columns)] : []),
    ...any.map(({ name }) => `The variation is for any ${name}. It is imported without ${name}.`),
  ];
};
