/** A file of any columns, by a mapping that says which column means what. */
import { eachProductText, productTextNames, type ImportField, type ImportMapping } from '@cartwright/contracts';
import { textAt } from './csv.cells.ts';
import { joinList, joinPath } from './csv.lists.ts';
import { isSilent, optionNameFields, optionValueFields, shapeOf, type CsvLayout, type ProductField } from './csv.layout.ts';
import type { CsvColumns } from './csv.rows.ts';
import {
  noteNotTaken,
  noteSkipped,
  readingOf,
  toGrams,
  toRawRows,
  type Fact,
  type FormatFile,
  type FormatRow,
  type NamedTexts,
  type Values,
} from './other-formats.ts';
import { assertMapping, mappedFields } from './mapping.policy.ts';
import { isHiddenBy, readYesOrNo } from './yes-or-no.ts';
import type { NumberedRow, ProductFormat } from './file-format.ts';

/** Reads the product file that a mapping describes. Throws `INVALID_MAPPING`. */
export const toMapped = (header: CsvColumns, mapping: ImportMapping): ProductFormat => {
  assertMapping(header, mapping);
  const file = toMappedFile(header, mapping);
  return {
    unused: unusedOf(header, mapping),
    handleColumn: file.columnOf(file.handleFields[0] ?? 'name'),
    handleOf: (row) => handleOf(row, file),
    toRows: (given) => {
      // The product comes before its variants, wherever it is in the file.
      const rows = given.toSorted((a, b) => Number(file.isVariant(a)) - Number(file.isVariant(b)));
      const optionNames = optionNamesOf(rows, file);
      const hasVariants = rows.some(file.isVariant);
      const prices = rows.flatMap((row) => (['price', 'compareAtPrice', 'cost'] as const).map((field) => file.text(row, field)));
      const own = readingOf(file, prices);
      return rows.flatMap((row) => toRawRows(row, rowOf(row, { file: own, first: rows[0] ?? row, hasVariants, optionNames }), own));
    },
  };
};

const options = [
  ['option1', 'option1Name'],
  ['option2', 'option2Name'],
  ['option3', 'option3Name'],
] as const satisfies readonly (readonly [ImportField, ImportField])[];

/** A file with its mapping. */
interface MappedFile extends FormatFile {
  readonly mapping: ImportMapping;
  /** The fields that say which product a row belongs to: the first one that is not empty. */
  readonly handleFields: readonly ImportField[];
  /** The options with a column. */
  readonly options: (typeof options)[number][];
  has(field: ImportField): boolean;
  /** The name of a field's column. */
  columnOf(field: ImportField): string;
  /** The cell of a field; empty without a column. */
  text(row: NumberedRow, field: ImportField): string;
  /** The cells of a field with several columns, each with the name of its column. */
  texts(row: NumberedRow, field: ImportField): Fact[];
  /** Whether a row says that it is a variant of another row's product. */
  isVariant(row: NumberedRow): boolean;
}

const toMappedFile = (header: CsvColumns, mapping: ImportMapping): MappedFile => {
  const indexOf = (name: string) => header.names.indexOf(name);
  const columns = new Map(mappedFields(mapping).map(([field, own]) => [field, own.map((name) => ({ name, index: indexOf(name) }))]));
  const has = (field: ImportField): boolean => columns.has(field);
  const texts: MappedFile['texts'] = (row, field) =>
    (columns.get(field) ?? []).map(({ name, index }) => ({ name, value: textAt(row, index) }));
  const text: MappedFile['text'] = (row, field) => texts(row, field)[0]?.value ?? '';
  const columnOf = (field: ImportField): string => columns.get(field)?.[0]?.name ?? field;
  return {
    mapping,
    ...shapeOf(header),
    nameOf: (field) => columnOf(fieldOf[field] ?? (field as ImportField)),
    handleFields: handleFieldsOf(has),
    options: options.filter(([field]) => has(field)),
    has,
    columnOf,
    text,
    texts,
    isVariant: (row) => text(row, 'parentSku') !== '',
  };
};

/** Without a handle, rows of one product have the same parent; without one, rows with options have the same name, and others a SKU each. */
const handleFieldsOf = (has: MappedFile['has']): ImportField[] => {
  if (has('handle')) return ['handle'];
  if (has('parentSku')) return ['parentSku', 'sku', 'name'];
  return options.some(([field]) => has(field)) || !has('sku') ? ['name'] : ['sku', 'name'];
};

const handleOf = (row: NumberedRow, { handleFields, text }: MappedFile): string =>
  handleFields.map((field) => text(row, field)).find((handle) => handle !== '') ?? '';

/** The field of the mapping that a field of Shopify's format comes from, where they have different names. */
const fieldOf: Partial<Record<ProductField, ImportField>> = {
  title: 'name',
  address: 'name',
  vendor: 'brand',
  categoryPath: 'category',
  image: 'images',
  option1Value: 'option1',
  option2Value: 'option2',
  option3Value: 'option3',
};

/** Columns that nothing is read from. */
const unusedOf = ({ names }: CsvColumns, mapping: ImportMapping): CsvLayout['unused'] => {
  const used = new Set(mappedFields(mapping).flatMap(([, columns]) => columns));
  return names.flatMap((name, index) => (name === '' || used.has(name) || isSilent(name) ? [] : [{ index, name }]));
};

/** The names of the options of a product: in their own column, or of the column of their values. */
const optionNamesOf = (rows: readonly NumberedRow[], { options: own, has, columnOf, text }: MappedFile): string[] =>
  own.map(([field, nameField]) =>
    has(nameField) ? (rows.map((row) => text(row, nameField)).find((name) => name !== '') ?? '') : columnOf(field),
  );

/** The name that a row gives an option in a column of its own. */
const ownOptionName = (row: NumberedRow, i: number, { options: own, has, text }: MappedFile): string => {
  const nameField = own[i]?.[1];
  return nameField !== undefined && has(nameField) ? text(row, nameField) : '';
};

interface Context {
  readonly file: MappedFile;
  /** The row of the product, or of its first variant. */
  readonly first: NumberedRow;
  /** Whether the product has rows of variants besides its own. */
  readonly hasVariants: boolean;
  readonly optionNames: readonly string[];
}

const rowOf = (row: NumberedRow, { file, first, hasVariants, optionNames }: Context): FormatRow => {
  const isFirst = row === first;
  const { has, text, texts, isVariant } = file;
  const isProduct = !isVariant(row);
  const isSold = !isProduct || !hasVariants;
  const [image, ...moreImages] = imagesOf(row, file);
  const isOfVariant = !isProduct && !has('variantImage');
  const { values: category, skipped } = categoryOf(row, file);
  return {
    values: {
      handle: handleOf(row, file),
      ...((isProduct || isFirst) && productValues(row, category, file)),
      ...(!isProduct && !isFirst && has('currency') && { currency: text(row, 'currency') }),
      ...Object.fromEntries(optionNames.map((name, i) => [optionNameFields[i], isFirst ? name : ownOptionName(row, i, file)])),
      ...(isSold && variantValues(row, file)),
      ...(has('images') && {
        image: isOfVariant ? '' : (image?.value ?? ''),
        ...(isOfVariant && { variantImage: image?.value ?? '' }),
      }),
      ...(has('imageText') && { imageText: text(row, 'imageText') }),
    },
    productFacts: texts(row, 'metadata'),
    variantFacts: isSold ? texts(row, 'variantMetadata') : [],
    moreImages,
    columnNames: { image: image?.name, ...(isOfVariant && { variantImage: image?.name }) },
    isWithdrawn: !isProduct && isNotOffered(row, file),
    refusals: isSold ? refuseAnswers(row, file) : [],
    notes: isFirst ? noteSkipped('categories', skipped) : isProduct ? [] : noteNotTaken(productTexts(row, file), productTexts(first, file)),
  };
};

/** Whether the row of a variant says that it is not sold. */
const isNotOffered = (row: NumberedRow, { text }: MappedFile): boolean => isHiddenBy(text(row, 'published'), text(row, 'status'));

/** What only a product can have. */
const productTexts = (row: NumberedRow, { texts }: MappedFile): NamedTexts =>
  productOnly.flatMap((field) => texts(row, field).map(({ name, value }) => [name, value] as const));
const productOnly = [...productTextNames, 'category', 'brand', 'tags', 'metadata'] as const satisfies readonly ImportField[];

const productValues = (row: NumberedRow, category: Values, { mapping, handleFields, has, text, texts }: MappedFile): Values => {
  const { constants, separators } = mapping;
  const given = (field: ImportField, constant?: string): string | undefined => (has(field) ? text(row, field) : constant);
  const tags = texts(row, 'tags').flatMap(({ value }) => partsOf(value, separators?.tags ?? ','));
  return defined({
    title: text(row, 'name'),
    address: handleFields[0] === 'handle' ? undefined : text(row, 'name'),
    vendor: given('brand', constants?.brand),
    ...category,
    tags: has('tags') ? joinList(tags) : constants?.tags && joinList(constants.tags),
    status: given('status', constants?.status),
    published: given('published'),
    currency: given('currency', constants?.currency),
    ...eachProductText((name) => given(name)),
  });
};

const variantValues = (row: NumberedRow, file: MappedFile): Values => {
  const { mapping, has, text } = file;
  const given = (field: ImportField): string | undefined => (has(field) ? text(row, field) : undefined);
  return defined({
    sku: given('sku'),
    barcode: given('barcode'),
    price: given('price'),
    compareAtPrice: given('compareAtPrice'),
    cost: given('cost'),
    stock: given('stock'),
    // The words that Shopify's columns have for it; without an answer, the shop keeps its own.
    tracker: wordFor(answerOf(row, 'tracked', file) ?? mapping.constants?.tracked, 'tracked', ''),
    soldOutPolicy: wordFor(answerOf(row, 'soldOutPolicy', file) ?? mapping.constants?.soldWhenSoldOut, 'continue', 'deny'),
    backorderLimit: given('backorderLimit'),
    weight: has('weight') ? toGrams(text(row, 'weight'), mapping.weightUnit ?? 'g', file) : undefined,
    variantImage: given('variantImage'),
    ...Object.fromEntries(file.options.map(([field], i) => [optionValueFields[i], text(row, field)])),
  });
};

type Question = (typeof questions)[number];
const questions = ['tracked', 'soldOutPolicy'] as const satisfies readonly ImportField[];

const answerOf = (row: NumberedRow, field: Question, { has, text }: MappedFile): boolean | undefined =>
  (has(field) ? readYesOrNo(text(row, field)) : undefined) ?? undefined;
const wordFor = (answer: boolean | undefined, yes: string, no: string): string | undefined =>
  answer === undefined ? undefined : answer ? yes : no;

/** Why a row says neither yes nor no where it has to. */
const refuseAnswers = (row: NumberedRow, { has, text, columnOf }: MappedFile): string[] =>
  questions
    .filter((field) => has(field) && readYesOrNo(text(row, field)) === null)
    .map((field) => `${columnOf(field)} "${text(row, field)}" is neither yes nor no. Write it like TRUE or FALSE.`);

const defined = (values: { readonly [K in ProductField]?: string | undefined }): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

/** The parts of a cell in their order; the whole cell without a separator. */
const split = (text: string, separator: string | undefined): string[] =>
  (separator === undefined ? [text] : text.split(separator)).map((part) => part.trim()).filter((part) => part !== '');

/** The different parts of a cell. */
const partsOf = (text: string, separator: string | undefined): string[] => [...new Set(split(text, separator))];

/** The different images, each with the name of its column. */
const imagesOf = (row: NumberedRow, { mapping, texts }: MappedFile): Fact[] => {
  const all = texts(row, 'images').flatMap(({ name, value }) =>
    partsOf(value, mapping.separators?.images).map((part) => ({ name, value: part })),
  );
  return all.filter(({ value }, i) => all.findIndex((other) => other.value === value) === i);
};

/** The first category, by its place in the tree where the cell has a path, and the other categories. */
const categoryOf = (row: NumberedRow, { mapping, has, text }: MappedFile): { values: Values; skipped: string[] } => {
  const { constants, separators } = mapping;
  if (!has('category')) return { values: constants?.category === undefined ? {} : { category: constants.category }, skipped: [] };
  const [path = '', ...skipped] = partsOf(text(row, 'category'), separators?.categories);
  const names = split(path, separators?.categoryPath);
  return { values: names.length > 1 ? { categoryPath: joinPath(names) } : { category: names[0] ?? '' }, skipped };
};
