/** Rows of other formats in the fields of Shopify's: what their formats have in common. */
import type { importWeightUnits } from '@cartwright/contracts';
import { disarmFormulas } from '../kernel/index.ts';
import { toWeight } from './csv.amounts.ts';
import { damageOf, type RawRow } from './csv.cells.ts';
import { readingByPrices } from './csv.numbers.ts';
import {
  optionNameFields,
  optionValueFields,
  reasonsColumn,
  type CsvLayout,
  type MetadataColumn,
  type ProductField,
} from './csv.layout.ts';
import type { CsvColumns } from './csv.rows.ts';
import type { NumberedRow } from './file-format.ts';

/** The values of a row. A field that is missing is one without a column: the shop keeps its value. */
export type Values = Partial<Record<ProductField, string>>;
/** Facts of a product or variant of the shop's own, which become metadata. */
export interface Fact {
  readonly name: string;
  readonly value: string;
}
/** How the numbers of a file are read. */
export type Reading = Pick<CsvLayout, 'numbers'>;

/** What is in a row of another format. */
export interface FormatRow extends Pick<RawRow, 'refusals' | 'notes' | 'hiding' | 'isWithdrawn'> {
  readonly values: Values;
  readonly productFacts?: readonly Fact[];
  readonly variantFacts?: readonly Fact[];
  /** Further images of the product, each with the name of its column. */
  readonly moreImages?: readonly Fact[];
  /** The columns that fields of this row come from, where they are not those of all rows. */
  readonly columnNames?: Partial<Record<ProductField, string | undefined>>;
}
/** What the rows of a file have in common. */
export interface FormatFile extends Pick<CsvLayout, 'width' | 'numbers'> {
  /** The name of the column that a field comes from, for messages. */
  nameOf(field: ProductField): string;
}

/** Where the known columns of a format are in a file. */
export interface FoundColumns<C extends string> {
  readonly found: ReadonlyMap<C, { readonly index: number; readonly name: string }>;
  /** The columns that are not known, in their order, without the reasons of failed rows. */
  readonly others: readonly { readonly index: number; readonly name: string }[];
}

/** Finds the columns of a format by their names. Upper and lower case do not matter; of several names the first in the file counts. */
export const findColumns = <C extends string>({ names }: CsvColumns, known: Readonly<Record<C, readonly string[]>>): FoundColumns<C> => {
  const fieldOf = new Map(
    (Object.entries(known) as [C, readonly string[]][]).flatMap(([field, own]) => own.map((name) => [name.toLowerCase(), field] as const)),
  );
  const found = new Map<C, { index: number; name: string }>();
  const others: { index: number; name: string }[] = [];
  for (const [index, name] of names.entries()) {
    const field = fieldOf.get(name.toLowerCase());
    if (field !== undefined && !found.has(field)) found.set(field, { index, name });
    else if (name !== '' && name.toLowerCase() !== reasonsColumn) others.push({ index, name });
  }
  return { found, others };
};

/** The name of the first of these columns that a file has, for messages. */
export const nameAmong = <C extends string>({ found }: Pick<FoundColumns<C>, 'found'>, columns: readonly C[]): string =>
  columns.map((column) => found.get(column)?.name).find((name) => name !== undefined) ?? columns[0] ?? '';

/** Whether a file has all of the columns. */
export const hasColumns = ({ names }: CsvColumns, wanted: readonly string[]): boolean => {
  const own = new Set(names.map((name) => name.toLowerCase()));
  return wanted.every((name) => own.has(name.toLowerCase()));
};

/** Whether a price says that there is none. */
export const isNone = (price: string): boolean => /^[0.,]*$/.test(price);

/** The price and the earlier price of an offer: with a sale price, the regular price is the earlier one. Zero means no sale price. */
export const pricesOf = (price: string, salePrice: string, listPrice = ''): { price: string; compareAtPrice: string } => {
  if (!isNone(salePrice)) return { price: salePrice, compareAtPrice: price };
  return { price, compareAtPrice: isNone(listPrice) ? '' : listPrice };
};

/** The note on further categories or brands of a product. */
export const noteSkipped = (what: 'categories' | 'brands', names: readonly string[]): string[] =>
  names.length > 0 ? [`These ${what} are skipped, because a product has one: ${names.join(', ')}.`] : [];

/** The values of a row by the names of their columns, for what the row of a variant says and only a product can have. */
export type NamedTexts = readonly (readonly [column: string, text: string])[];
/** The note on what is in the row of a variant, and is not that of its product. */
export const noteNotTaken = (ofVariant: NamedTexts, ofProduct: NamedTexts): string[] => {
  const known = new Map(ofProduct);
  const lost = ofVariant.filter(([column, text]) => text !== '' && text !== known.get(column)).map(([column]) => column);
  return lost.length > 0 ? [`Not taken from the row of a variant, because only a product has it: ${lost.join(', ')}.`] : [];
};

/**
 * The options of a product: their names in its first row, and the values of a variant; null where the row has none. Shopify's format has
 * columns for three. More are in the column of the shop's own export.
 */
export const optionCells = (names: readonly string[], values: readonly string[] | null, isFirst: boolean): Values => {
  if (names.length > optionNameFields.length)
    return {
      variantOptions: values ? JSON.stringify(names.map((name, i) => [name, values[i] ?? '']).filter(([, value]) => value !== '')) : '',
    };
  return {
    ...Object.fromEntries(optionNameFields.map((field, i) => [field, isFirst ? (names[i] ?? '') : ''])),
    ...(values && Object.fromEntries(optionValueFields.map((field, i) => [field, values[i] ?? '']))),
  };
};

const emptyLayout = { columns: new Map(), metadata: { product: [], variant: [] }, unused: [] } as const;

/** A row of the file as a row of Shopify's format, and a row for each further image. */
export const toRawRows = (row: NumberedRow, said: FormatRow, file: FormatFile): RawRow[] => {
  const damaged = damageOf({ ...row, layout: { ...emptyLayout, ...file } });
  const { handle = '' } = said.values;
  return [
    {
      ...row,
      ...toCells(said, file),
      refusals: [...(row.refusals ?? []), ...(damaged === null ? [] : [damaged]), ...(said.refusals ?? [])],
      notes: [...(row.notes ?? []), ...(said.notes ?? [])],
      hiding: said.hiding,
      isWithdrawn: said.isWithdrawn ?? false,
    },
    ...(said.moreImages ?? []).map(({ name, value }): RawRow => ({
      ...row,
      notes: [],
      ...toCells({ values: { handle, image: value }, columnNames: { image: name } }, file),
    })),
  ];
};

const toCells = (
  { values, productFacts = [], variantFacts = [], columnNames = {} }: FormatRow,
  { numbers, nameOf }: FormatFile,
): Pick<RawRow, 'cells' | 'layout'> => {
  const given = Object.entries(values) as [ProductField, string][];
  const facts = [...productFacts, ...variantFacts];
  const columns = facts.map(({ name }, i): MetadataColumn => ({ index: given.length + i, name }));
  return {
    cells: [...given.map(([, text]) => text), ...facts.map(({ value }) => value)].map(disarmFormulas),
    layout: {
      columns: new Map(given.map(([field], index) => [field, { index, name: columnNames[field] ?? nameOf(field) }])),
      metadata: { product: columns.slice(0, productFacts.length), variant: columns.slice(productFacts.length) },
      unused: [],
      width: given.length + facts.length,
      numbers,
    },
  };
};

/** A unit of the weights in a file. */
export type WeightUnit = (typeof importWeightUnits)[number];
const gramsPer: Readonly<Record<WeightUnit, number>> = { g: 1, kg: 1_000, lb: 453.592_37, oz: 28.349_523_125 };

/** The file as the rows of one product are written, by their prices. */
export const readingOf = <F extends Reading>(file: F, prices: readonly string[]): F => ({
  ...file,
  numbers: readingByPrices(file.numbers, prices),
});

/** A weight in grams; the text itself when it is not a number. */
export const toGrams = (text: string, unit: WeightUnit, { numbers }: Reading): string => {
  const plain = toWeight(text, numbers, unit === 'g');
  if (plain === null) return text;
  // Three decimals alone could be taken for thousands.
  return String(Number((Number(plain) * gramsPer[unit]).toFixed(3))).replace(/(\.\d{3})$/, '$10');
};
