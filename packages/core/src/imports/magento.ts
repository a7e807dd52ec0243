/**
 * Magento's product CSV, in the fields of Shopify's format: a row for a configurable product, which names the SKUs of its variants, and a
 * row for each of them, anywhere in the file. The columns are those of the product attributes reference of Adobe Commerce.
 */
import { deepestCategory, pairsIn, variationsIn, type Variation } from './magento.cells.ts';
import { textAt } from './csv.cells.ts';
import { joinPath, splitList } from './csv.lists.ts';
import { optionNameFields, optionValueFields, shapeOf, type ProductField } from './csv.layout.ts';
import type { CsvColumns } from './csv.rows.ts';
import {
  findColumns,
  hasColumns,
  isNone,
  nameAmong,
  noteNotTaken,
  noteSkipped,
  pricesOf,
  optionCells,
  toRawRows,
  type FormatFile,
  type FormatRow,
  type Fact,
  type FoundColumns,
  type NamedTexts,
  type Values,
} from './other-formats.ts';
import type { NumberedRow, ProductFormat } from './file-format.ts';
import { hides } from './yes-or-no.ts';

const columnNames = {
  sku: ['sku'],
  type: ['product_type'],
  view: ['store_view_code'],
  name: ['name'],
  description: ['description'],
  shortDescription: ['short_description'],
  categories: ['categories'],
  online: ['product_online'],
  visibility: ['visibility'],
  price: ['price'],
  salePrice: ['special_price'],
  saleFrom: ['special_price_from_date'],
  saleTo: ['special_price_to_date'],
  cost: ['cost'],
  address: ['url_key'],
  seoTitle: ['meta_title'],
  seoDescription: ['meta_description'],
  image: ['base_image'],
  imageText: ['base_image_label'],
  moreImages: ['additional_images'],
  attributes: ['additional_attributes'],
  stock: ['qty'],
  isInStock: ['is_in_stock'],
  isCounted: ['manage_stock'],
  isCountedAsUsual: ['use_config_manage_stock'],
  backorders: ['allow_backorders'],
  backordersAsUsual: ['use_config_backorders'],
  variations: ['configurable_variations'],
  variationLabels: ['configurable_variation_labels'],
} as const;
type Column = keyof typeof columnNames;

/** Whether a file has the columns that only Magento writes. */
export const isMagento = (columns: CsvColumns): boolean =>
  hasColumns(columns, ['sku', 'product_type']) &&
  ['attribute_set_code', 'store_view_code', 'product_websites'].some((name) => hasColumns(columns, [name]));

/** Reads Magento's product CSV. */
export const toMagento = (header: CsvColumns): ProductFormat => {
  const columns = findColumns(header, columnNames);
  const file: FormatFile = {
    ...shapeOf(header),
    nameOf: (field) => nameAmong(columns, columnsOfField[field] ?? [field as Column]),
  };
  const read = (row: NumberedRow): MagentoRow => ({ row, text: (column) => textAt(row, columns.found.get(column)?.index ?? -1) });
  return {
    unused: columns.others.filter(({ name }) => !silent.test(name)),
    handleColumn: 'sku',
    handleOf: (row) => read(row).text('sku'),
    partsOf: (row) => variationsOf(read(row)).map(({ sku }) => sku),
    toRows: (given) => {
      // The configurable product comes before its variants, and texts of single store views come last.
      const rows = given.map(read).toSorted((a, b) => rankOf(a) - rankOf(b));
      const [parent] = rows;
      if (!parent) return [];
      const context = {
        parent,
        variations: variationsOf(parent),
        codes: codesOf(parent),
        columns,
        skus: new Set(rows.map(({ text }) => text('sku'))),
      };
      return rows.flatMap((row) => toRawRows(row.row, rowOf(row, context), file));
    },
  };
};

/** Columns that say nothing of their own: the label of a column in use, or a setting that the engine decides otherwise. */
const silent =
  /^(attribute_set_code|product_websites|(small|thumbnail|swatch)_image(_label)?|additional_image_labels|created_at|updated_at)$/i;

/** The columns that a field comes from, for messages: the first one that the file has. Others have the name of their field. */
const columnsOfField: Partial<Record<ProductField, readonly Column[]>> = {
  handle: ['sku'],
  title: ['name'],
  description: ['description', 'shortDescription'],
  categoryPath: ['categories'],
  vendor: ['attributes'],
  published: ['online', 'visibility'],
  compareAtPrice: ['price'],
  soldOutPolicy: ['backorders'],
  tracker: ['isCounted'],
  image: ['image', 'moreImages'],
  variantImage: ['image', 'moreImages'],
  ...Object.fromEntries([...optionNameFields, ...optionValueFields].map((field) => [field, ['variations']])),
};

/** A row of the file as texts. */
interface MagentoRow {
  readonly row: NumberedRow;
  text(column: Column): string;
}
interface Context {
  /** The first row: the configurable product, or the only row of another one. */
  readonly parent: MagentoRow;
  readonly variations: readonly Variation[];
  /** The attributes in which the variations differ. */
  readonly codes: readonly string[];
  readonly columns: FoundColumns<Column>;
  /** The SKUs of the rows. */
  readonly skus: ReadonlySet<string>;
}

const typeOf = ({ text }: MagentoRow): string => text('type').toLowerCase();
const isConfigurable = (row: MagentoRow): boolean => typeOf(row) === 'configurable';
const rankOf = (row: MagentoRow): number => (row.text('view') !== '' ? 2 : isConfigurable(row) ? 0 : 1);

const variationsOf = (row: MagentoRow): Variation[] =>
  isConfigurable(row) && row.text('view') === '' ? variationsIn(row.text('variations')) : [];

const codesOf = (row: MagentoRow): string[] => [...new Set(variationsOf(row).flatMap(({ values }) => [...values.keys()]))];

const rowOf = (row: MagentoRow, context: Context): FormatRow => {
  const { parent, codes, variations, columns } = context;
  const handle = parent.text('sku');
  if (row.text('view') !== '')
    return { values: { handle }, notes: [`The row is skipped: its texts are for the store view ${row.text('view')}.`] };
  const isFirst = row === parent;
  const isVariant = isConfigurable(parent) && !isFirst;
  const labels = new Map(pairsIn(parent.text('variationLabels')));
  const attributes = pairsIn(row.text('attributes'));
  const facts = attributes
    .filter(([code]) => !codes.includes(code) && !brandCodes.includes(code))
    .map(([name, value]) => ({ name, value }));
  const own = variations.find(({ sku }) => sku === row.text('sku'))?.values;
  const names = codes.map((code) => labels.get(code) ?? code);
  const options = optionCells(names, isVariant ? codes.map((code) => own?.get(code) ?? '') : null, isFirst);
  if (isVariant && isOffline(row)) return { values: { handle, sku: row.text('sku'), ...options }, isWithdrawn: true };
  const images = imagesOf(row);
  return {
    values: {
      handle,
      ...(isFirst && productValues(row, columns)),
      ...(codes.length > 0 && options),
      ...((isVariant || !isConfigurable(row)) && variantValues(row, columns)),
      ...((columns.found.has('image') || columns.found.has('moreImages')) && {
        image: isVariant ? '' : (images[0]?.value ?? ''),
        ...(isVariant && { variantImage: images[0]?.value ?? '' }),
      }),
      ...(isFirst && columns.found.has('imageText') && { imageText: row.text('imageText') }),
    },
    ...(isVariant ? { variantFacts: facts } : { productFacts: facts }),
    // A variant has one image: the others are those of its product.
    moreImages: images.slice(1),
    columnNames: { image: images[0]?.name, variantImage: images[0]?.name, ...(isOnSale(row) && { price: 'special_price' }) },
    hiding: isFirst ? hidingOf(row) : undefined,
    refusals: refusalsOf(row),
    notes: isFirst ? notesOf(row, context) : [...priceNotesOf(row), ...noteNotTaken(productTexts(row), productTexts(parent))],
  };
};

const brandCodes: readonly string[] = ['manufacturer', 'brand'];
/** Whether the row is disabled. Magento writes 1 and 2, and words in some versions. */
const isOffline = ({ text }: MagentoRow): boolean => !/^enabled$/i.test(text('online')) && hides(text('online'));
const isInvisible = ({ text }: MagentoRow): boolean => /^not visible individually$/i.test(text('visibility'));
/** A product that nobody sees, in a file that does not say whether it is enabled. */
const hidingOf = (row: MagentoRow): FormatRow['hiding'] =>
  isInvisible(row) && row.text('online') === '' ? { status: 'draft', because: `visibility is "${row.text('visibility')}"` } : undefined;
/** The images, each with the name of its column. */
const imagesOf = ({ text }: MagentoRow): Fact[] => {
  const own = (['image', 'moreImages'] as const).flatMap((column) =>
    splitList(text(column)).map((value) => ({ name: columnNames[column][0], value })),
  );
  return own.filter(({ value }, i) => own.findIndex((other) => other.value === value) === i);
};

const brandOf = ({ text }: MagentoRow): readonly [code: string, brand: string] | undefined =>
  pairsIn(text('attributes')).find(([code]) => brandCodes.includes(code));

/** What only a product can have. */
const productTexts = (row: MagentoRow): NamedTexts => [
  ...Object.entries(textColumns).map(([name, column]) => [name, row.text(column)] as const),
  brandOf(row) ?? ['manufacturer', ''],
];
const textColumns = {
  short_description: 'shortDescription',
  description: 'description',
  meta_title: 'seoTitle',
  meta_description: 'seoDescription',
  categories: 'categories',
} as const satisfies Record<string, Column>;

const productValues = (row: MagentoRow, { found }: Context['columns']): Values => {
  const { text } = row;
  const texts = [text('shortDescription'), text('description')].filter(Boolean);
  const brand = brandOf(row)?.[1];
  return {
    title: text('name'),
    address: text('address') || text('name'),
    ...((found.has('description') || found.has('shortDescription')) && { description: texts.join('\n') }),
    ...(brand !== undefined && { vendor: brand }),
    ...(found.has('categories') && { categoryPath: joinPath(deepestCategory(row.text('categories')).path) }),
    ...(text('online') !== '' && { published: publishedOf(row) }),
    ...(found.has('seoTitle') && { seoTitle: text('seoTitle') }),
    ...(found.has('seoDescription') && { seoDescription: text('seoDescription') }),
  };
};

/** Whether the product is published, as a word; one that is not known is left to the report. */
const publishedOf = (row: MagentoRow): string => {
  if (isInvisible(row) || /^(2|disabled)$/i.test(row.text('online'))) return 'no';
  return isOffline(row) ? row.text('online') : 'yes';
};

const isOnSaleForATime = ({ text }: MagentoRow): boolean => text('salePrice') !== '' && (text('saleFrom') !== '' || text('saleTo') !== '');

/** Whether the price is the special price, without an end. */
const isOnSale = (row: MagentoRow): boolean => !isOnSaleForATime(row) && !isNone(row.text('salePrice'));

const variantValues = (row: MagentoRow, { found }: Context['columns']): Values => {
  const { text } = row;
  const { price, compareAtPrice } = pricesOf(text('price'), isOnSale(row) ? text('salePrice') : '');
  return {
    sku: text('sku'),
    price,
    ...(found.has('salePrice') && { compareAtPrice }),
    ...(found.has('cost') && { cost: text('cost') }),
    ...stockOf(row, found.has('stock')),
    ...(found.has('backorders') &&
      text('backordersAsUsual') !== '1' && { soldOutPolicy: text('backorders') === '2' ? 'continue' : text('backorders') }),
  };
};

/** Without `manage_stock`, units are not counted. What is out of stock has none. */
const stockOf = ({ text }: MagentoRow, hasStock: boolean): Values => {
  const isCounted = text('isCounted') !== '0' || text('isCountedAsUsual') === '1';
  if (!isCounted && text('isInStock') !== '0') return { tracker: '' };
  const tracker = text('isCounted') === '' ? {} : { tracker: 'magento' };
  return hasStock || !isCounted ? { ...tracker, stock: text('isInStock') === '0' ? '0' : text('stock') } : {};
};

const imported = ['simple', 'virtual', 'downloadable', 'configurable', ''];

/** Why a row cannot be imported. */
const refusalsOf = (row: MagentoRow): string[] =>
  imported.includes(typeOf(row)) ? [] : [`Products of the product_type "${row.text('type')}" cannot be imported. Leave this row out.`];

const priceNotesOf = (row: MagentoRow): string[] =>
  isOnSaleForATime(row)
    ? [`special_price "${row.text('salePrice')}" is skipped: it is for a limited time. The price is "${row.text('price')}".`]
    : [];

/** What is left out of the row of a product. */
const notesOf = (row: MagentoRow, { variations, skus }: Context): string[] => {
  const { others } = deepestCategory(row.text('categories'));
  const missing = variations.filter(({ sku }) => !skus.has(sku)).map(({ sku }) => sku);
  return [
    ...priceNotesOf(row),
    ...noteSkipped('categories', others),
    ...(missing.length > 0 ? [`These variations are skipped, because no row of this product has their SKU: ${missing.join(', ')}.`] : []),
    ...(isInvisible(row) && row.text('online') !== '' && !isOffline(row)
      ? ['The product is not visible individually: the product is imported as a draft.']
      : []),
  ];
};
