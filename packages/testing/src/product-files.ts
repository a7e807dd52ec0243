/** Product files in Shopify's format: any rows as CSV, and files with faults of every kind. */
import { contract, type ImportDecimalSign, type ImportMapping, type Product } from '@cartwright/contracts';
import { getProduct } from '@cartwright/core/catalog';
import { importProducts } from '@cartwright/core/imports';
import { DomainError, system, type Core } from '@cartwright/core/kernel';
import { sql } from 'kysely';
import { there } from './builders.ts';

const columns = [
  'Handle',
  'Title',
  'Type',
  'Tags',
  'Status',
  'Published',
  'Option1 Name',
  'Option1 Value',
  'Option2 Name',
  'Option2 Value',
  'Variant SKU',
  'Variant Grams',
  'Variant Inventory Qty',
  'Variant Price',
  'Variant Compare At Price',
  'Image Src',
  'Image Alt Text',
  'Currency',
] as const;
/** The cells of a row by the names of their columns. */
export type ProductCells = Partial<Record<(typeof columns)[number], string>>;
/** The rows as a CSV file, with a header. */
export const csvOf = (rows: readonly ProductCells[]): string =>
  [
    columns.join(','),
    ...rows.map(
      (row) =>
        columns.map((name) => `"${(row[name] ?? '').replaceAll('"', '""')}"`).join(',') + (row.Handle?.startsWith('wide') ? ',extra' : ''),
    ),
  ].join('\n');
/** Random numbers that are the same for the same seed. */
const createRandom = (seed: number) => {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return {
    chance: (p: number) => next() < p,
    below: (n: number) => Math.floor(next() * n),
    pick: <T>(items: readonly T[]) => there(items[Math.floor(next() * items.length)]),
  };
};

/**
 * A file of products with faults of every kind. Every row has its own image, SKU and price, so that its values are found in no other row.
 */
export const faultyFile = (seed: number, products: number): ProductCells[] => {
  const { chance, below, pick } = createRandom(seed);
  const rows: ProductCells[] = [];
  const given: { handle: string; sku: string }[] = [];
  for (let p = 0; p < products; p += 1) {
    const again = given.length > 0 && chance(0.06) ? pick(given) : null;
    const handle = again?.handle ?? `${pick(['p', 'wide', 'P', 'ß', 'Ünï'])}${chance(0.1) ? ' ' : '-'}${seed}-${chance(0.05) ? '' : p}`;
    const variants = 1 + below(5);
    for (let v = 0; v < variants; v += 1) {
      const key = `${seed}-${p}-${v}`;
      const row: ProductCells = {
        Handle: handle,
        ...(v === 0 && {
          Title: chance(0.04) ? '' : chance(0.03) ? 'x'.repeat(300) : `Title ${key}`,
          Type: `Type ${key}`,
          Tags: chance(0.03) ? Array.from({ length: 101 }, (_, n) => `${n}`).join() : `tag-${key}`,
          Status: pick(['active', 'draft', 'unlisted', 'archived', '', 'odd']),
          Published: pick(['TRUE', 'FALSE', '', 'WAHR']),
          'Option1 Name': 'Size',
          'Option2 Name': chance(0.03) ? 'Size' : chance(0.5) ? 'Color' : '',
          Currency: chance(0.03) ? 'Yen' : chance(0.03) ? 'EUR' : '',
        }),
        'Option1 Value': chance(0.08) ? '0' : `${v}`,
        'Option2 Value': pick(['', 'Red']),
        'Variant SKU': chance(0.15) ? '' : chance(0.05) && given.length > 0 ? pick(given).sku : `sku-${key}`,
        'Variant Grams': chance(0.03) ? 'heavy' : `${below(900)}`,
        'Variant Inventory Qty': chance(0.04) ? '-1' : `${below(9)}`,
        'Variant Price': chance(0.05) ? pick(['cheap', '', '-1', '1e9999']) : `${rows.length + 1}.${10 + seed}`,
        'Variant Compare At Price': chance(0.05) ? '0.01' : '',
        'Image Src': `${chance(0.15) ? pick(['http:', '', 'ftp:']) : 'https:'}//img.example/${key}${chance(0.03) ? '.svg' : '.jpg'}`,
        'Image Alt Text': chance(0.03) ? 'y'.repeat(600) : key,
      };
      if (chance(0.03)) row.Title = 'Caf\uFFFD';
      if (chance(0.1)) for (const name of ['Option1 Value', 'Variant SKU', 'Variant Price'] as const) row[name] = '';
      if (chance(0.01)) row.Handle = pick(['', '!!!', 'h'.repeat(256)]);
      rows.push(row);
      if (row['Variant SKU'] && row.Handle === handle) given.push({ handle, sku: row['Variant SKU'] });
    }
  }
  return rows;
};

/** Imports a CSV file of products as staff. */
export const importCsv = (
  { core }: { readonly core: Core },
  csv: string,
  mode: 'preview' | 'commit' = 'commit',
  reading: { readonly mapping?: ImportMapping | undefined; readonly decimalSign?: ImportDecimalSign | undefined } = {},
): ReturnType<typeof importProducts> =>
  importProducts(core, system('test'), contract.imports.create.input.parse({ csv, mode, ...reading }));

/** A file of lines with the columns Handle, Title, Type, Option1 Name, Option1 Value, Variant SKU and Variant Price. */
export const productLines = (...lines: string[]): string =>
  ['Handle,Title,Type,Option1 Name,Option1 Value,Variant SKU,Variant Price', ...lines, ''].join('\n');

/** The product with this id, or with this address (slug or handle), as staff see it; null when there is none. */
export const findProduct = async (core: Core, key: { readonly id: string } | { readonly slug: string }): Promise<Product | null> => {
  try {
    return await getProduct(core, system('test'), { id: 'id' in key ? key.id : key.slug });
  } catch (error) {
    if (error instanceof DomainError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
};

/** The product of the shop with this handle, whatever its slug. */
export const productByHandle = async ({ core }: { readonly core: Core }, handle: string): Promise<Product> => {
  const { rows } = await sql<{ id: string }>`select id from products where handle = ${handle} and deleted_at is null`.execute(core.db);
  const product = rows[0] && (await findProduct(core, { id: rows[0].id }));
  if (!product) throw new Error(`There is no product with the handle ${handle}`);
  return product;
};
