/** The product that rows of one handle form: its fields come from the first row, and each problem names the row that has it. */
import { currency as currencySchema, productStatuses } from '@cartwright/contracts';
import { cell, damageOf, isName, malformed, noName, type CsvNote, type CsvProblem, type Refusal, type Row } from './csv.cells.ts';
import { readVariants, type CsvImage, type CsvVariant, type Terms } from './csv.variants.ts';

export interface CsvProduct {
  readonly line: number;
  readonly handle: string;
  /** The currency of its prices. */
  readonly currency: string;
  readonly name: string;
  readonly description: string | null | undefined;
  readonly brand: string | null | undefined;
  readonly category: string | null | undefined;
  readonly tags: string[] | undefined;
  readonly status: ProductStatus | undefined;
  readonly variants: CsvVariant[];
  readonly images: CsvImage[];
  /** Every row that is imported with the product, including those with an image only. */
  readonly rows: readonly { readonly line: number; readonly sku: string | null }[];
  /** What is skipped in imported rows, and why. */
  readonly notes: readonly CsvNote[];
}

type ProductStatus = (typeof productStatuses)[number];

/** The longest permitted text in each column of a product. */
const longest = [
  ['Title', 255],
  ['Body (HTML)', 50_000],
  ['Vendor', 100],
  ['Type', 100],
  ['Option1 Name', 100],
  ['Option2 Name', 100],
  ['Option3 Name', 100],
] as const;

/** Columns of a product that become names. */
const names = ['Title', 'Vendor', 'Type', 'Option1 Name', 'Option2 Name', 'Option3 Name'] as const;

const yes = /^(true|yes|1)$/i;
const no = /^(false|no|0)$/i;

/**
 * The status of a product by the file; undefined when the file has none. A product that either column hides is never
 * public: `draft` and `archived` stay, and otherwise `Published` FALSE or an unknown word in either column gives a
 * draft.
 */
const statusOf = (
  status: string | null | undefined,
  published: string | null | undefined,
): { readonly status: ProductStatus | undefined; readonly note: string | null } => {
  if (!status && !published) return { status: undefined, note: null };
  const stated = productStatuses.find((known) => known === status?.toLowerCase());
  const draft = 'the product is imported as a draft.';
  if (status && !stated) return { status: 'draft', note: `Status "${status}" is not one of ${productStatuses.join(', ')}: ${draft}` };
  if (stated === 'draft' || stated === 'archived') return { status: stated, note: null };
  if (!published || yes.test(published)) return { status: stated ?? 'active', note: null };
  return { status: 'draft', note: no.test(published) ? null : `Published "${published}" is neither TRUE nor FALSE: ${draft}` };
};

const mostTags = 100;

/** The reason in its first row to refuse a product as a whole; null when there is none. */
const refuseProduct = (first: Row, tags: readonly string[], optionNames: readonly (string | null)[]): string | null => {
  const tooLong = longest.find(([column, characters]) => cell(first, column).length > characters);
  if (tooLong) return `${tooLong[0]} is longer than ${tooLong[1]} characters.`;
  const unfit = names.find((column) => !isName(cell(first, column)));
  if (unfit) return `${unfit} ${noName}`;
  const twice = optionNames.findIndex((name, i) => name !== null && optionNames.indexOf(name) !== i);
  if (twice > 0) {
    const name = optionNames[twice] ?? null;
    return `Option${optionNames.indexOf(name) + 1} Name and Option${twice + 1} Name are both "${name}".`;
  }
  if (tags.length > mostTags) return `A product can have at most ${mostTags} tags.`;
  if (tags.some((tag) => tag.length > 100)) return 'A tag is longer than 100 characters.';
  return tags.every(isName) ? null : `A tag ${noName}`;
};
const tagsOf = (cells: string): string[] => [
  ...new Set(
    cells
      .split(',')
      .map((tag) => tag.trim())
      .filter(Boolean),
  ),
];

/** Reads the product of rows with one handle; null when it is refused as a whole. Adds what is wrong to `problems`. */
export const readProduct = (
  handle: string,
  rows: Row[],
  problems: CsvProblem[],
  { currency: ownCurrency, imageHosts, width }: Terms,
): CsvProduct | null => {
  const first = rows[0];
  if (!first) return null;
  const field = (name: string) => (first.columns.has(name) ? cell(first, name) || null : undefined);
  const failed = new Set<number>();
  const fail = (row: Row, why: string | Refusal) => {
    failed.add(row.line);
    problems.push({ line: row.line, handle, sku: cell(row, 'Variant SKU') || null, ...(typeof why === 'string' ? malformed(why) : why) });
  };
  /** Fails the remaining rows, so that every row of a refused product has a message. */
  const failRest = (why: string) => {
    for (const row of rows) if (!failed.has(row.line)) fail(row, why);
    return null;
  };
  const damaged = damageOf(first, width);
  if (damaged) return failRest(damaged);
  const name = field('Title');
  if (!name) {
    fail(first, 'The first row of a product needs a Title.');
    return failRest('The product has no Title.');
  }
  const tags = tagsOf(cell(first, 'Tags'));
  const optionNames = [1, 2, 3].map((n) => cell(first, `Option${n} Name`) || null);
  const refused = refuseProduct(first, tags, optionNames);
  if (refused) return failRest(refused);
  const currency = cell(first, 'Currency') || ownCurrency;
  if (!currencySchema.safeParse(currency).success) return failRest(`Currency "${currency}" is not an ISO 4217 code such as EUR.`);
  const { status, note } = statusOf(field('Status'), field('Published'));
  const notes: CsvNote[] = note === null ? [] : [{ line: first.line, ...malformed(note) }];
  const { variants, images } = readVariants(handle, rows, optionNames, fail, notes, { currency, imageHosts, width });
  // The first row carries the fields of the product: when it is refused, nothing of the product is written.
  if (failed.has(first.line)) return failRest(`The first row of this product, line ${first.line}, was refused.`);
  if (variants.length === 0) return failRest('The product has no row with a price that can be imported.');
  const kept = rows.filter(({ line }) => !failed.has(line));
  const skus = new Map(variants.map(({ line, sku }) => [line, sku]));
  return {
    line: first.line,
    handle,
    currency,
    name,
    description: field('Body (HTML)'),
    brand: field('Vendor'),
    category: field('Type'),
    tags: first.columns.has('Tags') ? tags : undefined,
    status,
    variants,
    images,
    rows: kept.map(({ line }) => ({ line, sku: skus.get(line) ?? null })),
    notes,
  };
};
