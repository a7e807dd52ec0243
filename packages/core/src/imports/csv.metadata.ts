/** Which facts of the shop's own fit into the metadata of a product or variant. */
import { metadata, type Metadata } from '@cartwright/contracts';
import { cell, columnOf, hasColumn, metafieldsOf, type Row } from './csv.cells.ts';

/**
 * The metadata in a row: the JSON of its own column, as an export writes it, with the metafields of the row. Undefined when the file has
 * no column of either.
 */
export const readMetadata = (row: Row, of: 'product' | 'variant', note: (message: string) => void): Metadata | undefined => {
  const field = of === 'product' ? 'metadata' : 'variantMetadata';
  if (!hasColumn(row, field) && row.layout.metadata[of].length === 0) return undefined;
  const text = cell(row, field);
  const own = text === '' ? {} : (metadata.safeParse(parsed(text)).data ?? null);
  if (own === null) note(`${columnOf(row, field)} was skipped: it is not a JSON object of texts, numbers and booleans that fits.`);
  return keepMetadata({ ...own, ...metafieldsOf(row, of) }, note);
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

/** The facts that fit, in their order; the others are named in a note. */
const keepMetadata = (facts: Metadata, note: (message: string) => void): Metadata => {
  if (metadata.safeParse(facts).success) return facts;
  const kept: Metadata = {};
  const left: string[] = [];
  for (const [name, value] of Object.entries(facts)) {
    const more = { ...kept, [name]: value };
    if (metadata.safeParse(more).success) kept[name] = value;
    else left.push(name);
  }
  note(`These metafields were skipped, because they do not fit into the metadata: ${left.join(', ')}.`);
  return kept;
};
