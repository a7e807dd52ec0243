/** WooCommerce's product CSV, in the fields of Shopify's format: one row for a product, and one for each of its variations. */
import { disarmFormulas } from '../kernel/index.ts';
import { damageOf, splitList, textAt, toPlainNumber, type RawRow } from './csv.cells.ts';
import { optionNameFields, optionValueFields, type CsvLayout, type MetadataColumn, type ProductField } from './csv.layout.ts';
import type { CsvColumns } from './csv.rows.ts';
import type { NumberedRow, ProductFormat } from './product-format.ts';
import { columnsOf, type Column, type Columns } from './woocommerce.columns.ts';

const gramsPer: Readonly<Record<string, number>> = { kg: 1_000, g: 1, lbs: 453.592_37, oz: 28.349_523_125 };

/** Reads WooCommerce's product CSV. */
export const toWooCommerce = (header: CsvColumns): ProductFormat => {
  const columns = columnsOf(header);
  const base = { width: header.names.length, hasDecimalComma: header.delimiter !== ',' };
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
      return inOrder.flatMap((row, i) => toRawRows(row, { isFirst: i === 0, hasProduct, options, columns, base }));
    },
  };
};

/** A row of the file as texts. */
interface WooRow {
  readonly row: NumberedRow;
  readonly attributes: readonly { readonly name: string; readonly value: string }[];
  text(column: Column): string;
}

const toWooRow = (row: NumberedRow, { found, attributes }: Columns): WooRow => ({
  row,
  text: (column) => textAt(row, found.get(column)?.index ?? -1),
  attributes: attributes
    .map(({ name, value }) => ({ name: textAt(row, name), value: textAt(row, value) }))
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
  readonly isFirst: boolean;
  /** Whether there is a row of the product itself. */
  readonly hasProduct: boolean;
  readonly options: readonly string[];
  readonly columns: Columns;
  readonly base: Pick<CsvLayout, 'width' | 'hasDecimalComma'>;
}
/** The values of a row. A field that is missing is one without a column: the shop keeps its value. */
type Values = Partial<Record<ProductField, string>>;

/** The row of a product or variation, and a row for each further image. */
const toRawRows = (row: WooRow, context: Context): RawRow[] => {
  const { isFirst, options, columns, base } = context;
  const damaged = damageOf({ ...row.row, layout: { ...base, columns: new Map(), metadata: { product: [], variant: [] }, unused: [] } });
  const findings = { refusals: [...(damaged === null ? [] : [damaged]), ...refusalsOf(row, context)], notes: notesOf(row) };
  const isProduct = !isVariation(row);
  const images = splitList(row.text('images'));
  const [image = '', ...more] = images;
  const values: Values = {
    handle: handleOf(row),
    ...(isProduct && productValues(row, columns)),
    ...Object.fromEntries(optionNameFields.map((field, i) => [field, isFirst ? (options[i] ?? '') : ''])),
    ...(isSold(row) && variantValues(row, context)),
    ...(columns.found.has('images') && { image: isProduct ? image : '', variantImage: isProduct ? '' : image }),
  };
  const facts = isProduct ? row.attributes.filter(({ name }) => !options.includes(name)) : [];
  const further = isProduct ? more : [];
  return [
    { ...row.row, ...toCells(values, facts, context), ...findings },
    ...further.map((url): RawRow => ({ ...row.row, ...toCells({ handle: handleOf(row), image: url }, [], context) })),
  ];
};

/** Whether a row is sold: a variation, or a product without any. */
const isSold = (row: WooRow): boolean => !typesOf(row).includes('variable') && !isDisabled(row);
/** Whether the shop does not offer a variation. */
const isDisabled = (row: WooRow): boolean => isVariation(row) && /^(0|-1)$/.test(row.text('published'));

/** Values as the cells of a row, with the columns that they come from. */
const toCells = (
  values: Values,
  facts: readonly { readonly name: string; readonly value: string }[],
  { columns, base }: Context,
): Pick<RawRow, 'cells' | 'layout'> => {
  const given = Object.entries(values) as [ProductField, string][];
  const nameOf = (field: ProductField): string => {
    const column = columnOfField[field];
    return (column && columns.found.get(column)?.name) ?? 'Attribute';
  };
  const product = facts.map(({ name }, i): MetadataColumn => ({ index: given.length + i, name }));
  return {
    cells: [...given.map(([, text]) => text), ...facts.map(({ value }) => value)].map(disarmFormulas),
    layout: {
      ...base,
      columns: new Map(given.map(([field], index) => [field, { index, name: nameOf(field) }])),
      metadata: { product, variant: [] },
      unused: [],
    },
  };
};

/** The column that a field comes from, for messages. */
const columnOfField: Partial<Record<ProductField, Column>> = {
  handle: 'sku',
  title: 'name',
  description: 'description',
  vendor: 'brand',
  category: 'categories',
  tags: 'tags',
  published: 'published',
  status: 'visibility',
  sku: 'sku',
  barcode: 'barcode',
  weight: 'weight',
  stock: 'stock',
  soldOutPolicy: 'backorders',
  price: 'price',
  compareAtPrice: 'price',
  image: 'images',
  variantImage: 'images',
};

const productValues = ({ text }: WooRow, { found }: Columns): Values => {
  // Line breaks are written as two characters.
  const texts = [text('shortDescription'), text('description')].map((one) => one.replaceAll(String.raw`\n`, '\n')).filter(Boolean);
  const published = text('published');
  const isHidden = text('visibility').toLowerCase() === 'hidden';
  return {
    title: text('name'),
    address: text('name'),
    ...((found.has('description') || found.has('shortDescription')) && { description: texts.join('\n') }),
    ...(found.has('brand') && { vendor: splitList(text('brand'))[0] ?? '' }),
    ...(found.has('categories') && { category: categoryOf(text('categories')) }),
    ...(found.has('tags') && { tags: text('tags') }),
    // 0 is private, and -1 a draft.
    ...(found.has('published') && {
      published: published === '-1' ? '0' : published,
      status: isHidden && published === '1' ? 'unlisted' : '',
    }),
  };
};

/** The last name of the first path: `Tees` of `Clothes > Tees, Sale`. */
const categoryOf = (text: string): string => (splitList(text)[0] ?? '').split('>').at(-1)?.trim() ?? '';

const variantValues = (row: WooRow, { options, columns: { found }, base }: Context): Values => {
  const { text, attributes } = row;
  const isReduced = text('salePrice') !== '' && !hasSaleDates(row);
  const stock = text('stock');
  const optionValues = optionValueFields.map(
    (field, i) => [field, attributes.find(({ name }) => name === options[i])?.value ?? ''] as const,
  );
  return {
    sku: text('sku'),
    price: isReduced ? text('salePrice') : text('price'),
    ...(found.has('salePrice') && { compareAtPrice: isReduced ? text('price') : '' }),
    // Without a number, WooCommerce does not count the units, or counts those of all variations together.
    ...(/\d/.test(stock) && { stock }),
    ...(found.has('backorders') && { soldOutPolicy: /^(1|yes|notify)$/i.test(text('backorders')) ? 'continue' : 'deny' }),
    ...(found.has('weight') && { weight: toGrams(text('weight'), found.get('weight')?.name ?? '', base) }),
    ...(found.has('barcode') && { barcode: text('barcode') }),
    ...Object.fromEntries(optionValues),
  };
};

const hasSaleDates = ({ text }: WooRow): boolean => text('saleFrom') !== '' || text('saleTo') !== '';

const toGrams = (text: string, column: string, base: Context['base']): string => {
  const plain = toPlainNumber(text, base);
  const grams = gramsPer[/\((\w+)\)/.exec(column)?.[1]?.toLowerCase() ?? ''] ?? 1_000;
  return plain === null ? text : String(Number((Number(plain) * grams).toFixed(3)));
};

const mostOptions = `${optionNameFields.length} options`;

/** Why a row cannot be imported. */
const refusalsOf = (row: WooRow, { options, hasProduct }: Context): string[] => {
  const unsold = typesOf(row).find((type) => type === 'grouped' || type === 'external');
  return [
    ...(unsold ? [`Products of the Type "${unsold}" cannot be imported. Leave this row out.`] : []),
    ...(hasProduct ? [] : [`The file has no row of the product "${row.text('parent')}". Write its SKU, or id: and its ID if it has none.`]),
    ...(options.length > optionNameFields.length && !isVariation(row)
      ? [`The variations differ in ${options.length} attributes (${options.join(', ')}). A product can have at most ${mostOptions}.`]
      : []),
  ];
};

const timedSale = ({ text }: WooRow): string =>
  `Sale price "${text('salePrice')}" is skipped: it is for a limited time. The price is the regular one, "${text('price')}".`;

/** What is left out of a row. */
const notesOf = (row: WooRow): string[] => {
  const others = isVariation(row) ? [] : splitList(row.text('categories')).slice(1);
  const brands = isVariation(row) ? [] : splitList(row.text('brand')).slice(1);
  const any = isVariation(row) ? row.attributes.filter(({ value }) => value === '') : [];
  return [
    ...(others.length > 0 ? [`These categories are skipped, because a product has one: ${others.join(', ')}.`] : []),
    ...(brands.length > 0 ? [`These brands are skipped, because a product has one: ${brands.join(', ')}.`] : []),
    ...(row.text('salePrice') !== '' && hasSaleDates(row) ? [timedSale(row)] : []),
    ...(isDisabled(row) ? ['The variation is skipped: it is not published.'] : []),
    ...any.map(({ name }) => `The variation is for any ${name}. It is imported without ${name}.`),
  ];
};
