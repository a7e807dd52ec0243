/** What a file says of the metadata of a product or variant, and what becomes of the metadata in the shop. */
import { metadata, type Metadata } from '@cartwright/contracts';
import { cell, columnOf, hasColumn, jsonIn, metafieldsOf, type Row, type Say } from './csv.cells.ts';

/** Metadata of a file. Facts that the file has no column for stay, unless it states all of them. */
export interface CsvMetadata {
  /** Whether `facts` are all: the file has a column of its own for them, as an export writes it. */
  readonly isWhole: boolean;
  readonly facts: Metadata;
  /** Facts with an empty cell. */
  readonly emptied: readonly string[];
}

/** The metadata in a row: the JSON of its own column, and the metafields. Undefined when the file has no column of either. */
export const readMetadata = (row: Row, of: 'product' | 'variant'): CsvMetadata | undefined => {
  const field = of === 'product' ? 'metadata' : 'variantMetadata';
  const metafields = metafieldsOf(row, of);
  if (!hasColumn(row, field) && metafields.length === 0) return undefined;
  const text = cell(row, field);
  const own = text === '' ? {} : (metadata.safeParse(jsonIn(text)).data ?? null);
  if (own === null) row.note(`${columnOf(row, field)} is skipped: it is not a JSON object of texts, numbers and booleans that fits.`);
  return {
    isWhole: hasColumn(row, field) && own !== null,
    facts: { ...own, ...Object.fromEntries(metafields.filter(([, value]) => value !== '')) },
    emptied: metafields.flatMap(([name, value]) => (value === '' ? [name] : [])),
  };
};

/** The metadata in the shop once a file was imported. Facts that do not fit are named in a note. */
export const applyMetadata = (given: CsvMetadata | undefined, before: Metadata, note: Say): Metadata => {
  if (!given) return before;
  const kept = given.isWhole ? {} : Object.fromEntries(Object.entries(before).filter(([name]) => !given.emptied.includes(name)));
  const all = { ...kept, ...given.facts };
  if (metadata.safeParse(all).success) return all;
  const fitting: Metadata = {};
  const left: string[] = [];
  for (const [name, value] of Object.entries(all)) {
    if (metadata.safeParse({ ...fitting, [name]: value }).success) fitting[name] = value;
    else left.push(name);
  }
  note(`These facts are skipped, because they do not fit into the metadata: ${left.join(', ')}.`);
  return fitting;
};
