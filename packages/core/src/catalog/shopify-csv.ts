/** Reads Shopify's product CSV: rows of one handle form a product; the first carries its fields, each its variant or image. */
import { parse } from 'csv-parse/sync';
import { DomainError } from '../kernel/index.ts';
import { toSlug } from './slug.ts';

export interface CsvVariant {
  readonly line: number;
  readonly sku: string;
  readonly options: Record<string, string>;
  readonly priceCents: number;
  readonly compareAtPriceCents: number | null;
  readonly weightGrams: number | null;
  readonly stock: number;
}
export interface CsvProduct {
  readonly line: number;
  readonly handle: string;
  readonly name: string;
  readonly description: string | null;
  readonly brand: string | null;
  readonly category: string | null;
  readonly tags: string[];
  readonly status: 'draft' | 'active';
  readonly variants: CsvVariant[];
  readonly images: { url: string; altText: string }[];
}
export interface CsvProblem {
  readonly line: number;
  readonly handle: string;
  readonly sku: string | null;
  readonly message: string;
}
export interface CsvCatalog {
  readonly products: CsvProduct[];
  readonly problems: CsvProblem[];
  readonly rowCount: number;
}

type Row = { record: Record<string, string>; info: { lines: number } };
const required = ['Handle', 'Title', 'Variant Price'] as const;

/** Throws `INVALID_CSV` when the file as a whole cannot be read; a bad row becomes a problem of its own. */
export const readShopifyCsv = (csv: string): CsvCatalog => {
  const rows = readRows(csv);
  const header = Object.keys(rows[0]?.record ?? {});
  const missing = required.filter((name) => !header.includes(name));
  if (missing.length > 0)
    throw new DomainError('INVALID_CSV', `The file lacks the column ${missing.join(', ')}. Export it in Shopify's product format.`, {
      details: { missing },
    });
  const problems: CsvProblem[] = [];
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const handle = row.record['Handle']?.trim() ?? '';
    if (!handle) problems.push({ line: row.info.lines, handle: '', sku: null, message: 'The row has no Handle.' });
    else groups.set(handle, [...(groups.get(handle) ?? []), row]);
  }
  const products = [...groups].flatMap(([handle, group]) => readProduct(handle, group, problems) ?? []);
  return { products, problems, rowCount: rows.length };
};

const readRows = (csv: string): Row[] => {
  try {
    return parse(csv, {
      columns: true,
      bom: true,
      info: true,
      skip_empty_lines: true,
      relax_column_count_less: true,
      max_record_size: 1_000_000,
    }) as unknown as Row[];
  } catch (error) {
    throw new DomainError('INVALID_CSV', `The file is not readable as CSV: ${error instanceof Error ? error.message : 'unknown reason'}`, {
      cause: error,
    });
  }
};

const readProduct = (handle: string, rows: Row[], problems: CsvProblem[]): CsvProduct | null => {
  const first = rows[0];
  if (!first) return null;
  const field = (name: string) => first.record[name]?.trim() || null;
  const fail = (row: Row, message: string) =>
    problems.push({ line: row.info.lines, handle, sku: row.record['Variant SKU']?.trim() || null, message });
  const name = field('Title');
  if (!name) {
    fail(first, 'The first row of a product needs a Title.');
    for (const row of rows.slice(1)) fail(row, 'The product has no Title.');
    return null;
  }
  const optionNames = [1, 2, 3].map((n) => field(`Option${n} Name`));
  const variants: CsvVariant[] = [];
  const images: { url: string; altText: string }[] = [];
  for (const row of rows) {
    const url = row.record['Image Src']?.trim();
    if (url && URL.canParse(url) && new URL(url).protocol === 'https:')
      images.push({ url, altText: row.record['Image Alt Text']?.trim() ?? '' });
    else if (url) fail(row, 'Image Src is not an https address.');
    if (!row.record['Variant Price']?.trim() && !row.record['Option1 Value']?.trim()) continue;
    const variant = readVariant(handle, optionNames, row);
    if (typeof variant === 'string') fail(row, variant);
    else if (variants.some((v) => v.sku === variant.sku)) fail(row, `The SKU ${variant.sku} stands twice in this product.`);
    else variants.push(variant);
  }
  if (variants.length === 0) {
    if (!problems.some((p) => p.handle === handle)) fail(first, 'The product has no row with a price.');
    return null;
  }
  return {
    line: first.info.lines,
    handle: toSlug(handle),
    name,
    description: field('Body (HTML)'),
    brand: field('Vendor'),
    category: field('Type'),
    tags: [
      ...new Set(
        (field('Tags') ?? '')
          .split(',')
          .map((t) => t.trim())
          .filter(Boolean),
      ),
    ],
    status: /^(true|yes)$/i.test(field('Published') ?? 'true') ? 'active' : 'draft',
    variants,
    images,
  };
};

/** A variant, or a sentence that says why the row is none. */
const readVariant = (handle: string, optionNames: (string | null)[], row: Row): CsvVariant | string => {
  const text = (name: string) => row.record[name]?.trim() ?? '';
  const price = toCents(text('Variant Price'));
  if (price === null) return `Variant Price "${text('Variant Price')}" is not an amount.`;
  const compareAt = text('Variant Compare At Price') ? toCents(text('Variant Compare At Price')) : null;
  if (text('Variant Compare At Price') && compareAt === null)
    return `Variant Compare At Price "${text('Variant Compare At Price')}" is not an amount.`;
  const stock = text('Variant Inventory Qty') || '0';
  if (!/^\d{1,9}$/.test(stock)) return `Variant Inventory Qty "${stock}" is not a whole number of 0 or more.`;
  const grams = text('Variant Grams') || '0';
  if (!/^\d{1,8}(\.0+)?$/.test(grams)) return `Variant Grams "${grams}" is not a whole number.`;
  const options: Record<string, string> = {};
  optionNames.forEach((name, i) => {
    const value = text(`Option${i + 1} Value`);
    if (name && value && !(name === 'Title' && value === 'Default Title')) options[name] = value;
  });
  const sku = text('Variant SKU') || [toSlug(handle), ...Object.values(options).map(toSlug)].join('-').slice(0, 64);
  return {
    line: row.info.lines,
    sku,
    options,
    priceCents: price,
    compareAtPriceCents: compareAt !== null && compareAt >= price ? compareAt : null,
    weightGrams: Number.parseInt(grams, 10) || null,
    stock: Number(stock),
  };
};

/** Minor units of a decimal amount with at most two decimals; null when it is not one. */
export const toCents = (amount: string): number | null => {
  const match = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(amount);
  return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : null;
};
