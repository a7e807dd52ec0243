/** Small files, each named after what is odd in it, with the report of its import and the products that it makes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  importDecimalSigns,
  importMappingSchema,
  toDecimal,
  type CatalogImport,
  type ImportRow,
  type Product,
} from '@cartwright/contracts';
import { createTestShop, findProduct, importCsv, type TestShop } from '@cartwright/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { getProductCosts } from '../catalog/index.ts';
import { getStockLevel } from '../inventory/index.ts';
import { system } from '../kernel/index.ts';

const staff = system('test');
const folder = path.join(import.meta.dirname, 'odd-files');
const files = readdirSync(folder).filter((name) => name.endsWith('.csv'));
let shop: TestShop;
beforeEach(async () => {
  shop = await createTestShop();
});
afterEach(() => shop.close());

const ofRow = ({ line, outcome, sku, message }: ImportRow) => `line ${line}: ${[outcome, sku, message].filter(Boolean).join(' | ')}`;

const ofVariant = async (product: Product, variant: Product['variants'][number]) => {
  const { variants } = await getProductCosts(shop.core, staff, { id: product.id });
  const cost = variants.find(({ variantId }) => variantId === variant.id)?.costCents ?? null;
  const level = await getStockLevel(shop.core, staff, { variantId: variant.id });
  const decimal = (cents: number | null) => cents !== null && toDecimal(cents, product.currency);
  const facts = {
    price: decimal(variant.priceCents),
    'compare-at': decimal(variant.compareAtPriceCents),
    cost: decimal(cost),
    grams: variant.weightGrams,
    barcode: variant.barcode,
    image: product.images.find(({ id }) => id === variant.imageId)?.url,
    units: level.onHand,
    backorders: level.backorderLimit || null,
    stock: level.tracked ? null : 'not tracked',
    metadata: Object.keys(variant.metadata).length > 0 && JSON.stringify(variant.metadata),
  };
  const shown = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined && value !== false);
  return `  ${[variant.sku, variant.title].filter(Boolean).join(', ')}: ${shown.map(([name, value]) => `${name} ${value}`).join(', ')}`;
};

const ofProduct = async (product: Product) => {
  const { status, category, tags, seoTitle, seoDescription, metadata, images } = product;
  const facts = {
    category: category?.name,
    tags: tags.length > 0 && tags.map((tag) => `"${tag}"`).join(' '),
    'title for search engines': seoTitle,
    'description for search engines': seoDescription,
    metadata: Object.keys(metadata).length > 0 && JSON.stringify(metadata),
    images: images.length > 0 && images.map(({ url }) => url).join(' '),
  };
  const shown = Object.entries(facts).flatMap(([name, value]) => (value ? [`  ${name}: ${value}`] : []));
  const variants = [];
  for (const variant of product.variants) variants.push(await ofVariant(product, variant));
  return [`${product.handle} "${product.name}", ${status}`, ...shown, ...variants].join('\n');
};

/** What became of a file, as text. */
const describeImport = async (report: CatalogImport & { readonly rows: readonly ImportRow[] }): Promise<string> => {
  const products = await shop.core.db.selectFrom('products').select('id').orderBy('handle').execute();
  const shown = [];
  for (const { id } of products) {
    const product = await findProduct(shop.core, { id });
    if (product) shown.push(await ofProduct(product));
  }
  const { unusedColumns, newCategories } = report;
  return [
    ...report.rows.map(ofRow),
    ...unusedColumns.map(({ name, rowCount }) => `not used: ${name}, ${rowCount} rows`),
    ...newCategories.map((name) => `new category: ${name}`),
    '',
    ...shown,
    '',
  ].join('\n');
};

/** What the columns of a file mean, if it is not of a known format. */
const mappingOf = (file: string) => {
  const mapping = path.join(folder, file.replace('.csv', '.mapping.json'));
  return existsSync(mapping) ? importMappingSchema.parse(JSON.parse(readFileSync(mapping, 'utf8'))) : undefined;
};

/** The sign that begins the decimals of a file, if somebody says so. */
const decimalSignOf = (file: string) => {
  const stated = path.join(folder, file.replace('.csv', '.decimals.txt'));
  return existsSync(stated) ? z.enum(importDecimalSigns).parse(readFileSync(stated, 'utf8').trim()) : undefined;
};

it.each(files)('%s is imported as its report says, and a second time without a change', async (file) => {
  const csv = readFileSync(path.join(folder, file), 'utf8');
  const mapping = mappingOf(file);
  const reading = { mapping, decimalSign: decimalSignOf(file) };
  const preview = await importCsv(shop, csv, 'preview', reading);
  const report = await importCsv(shop, csv, 'commit', reading);
  expect(preview.rows).toEqual(report.rows);
  expect(preview.newCategories).toEqual(report.newCategories);
  await expect(await describeImport(report)).toMatchFileSnapshot(path.join(folder, file.replace('.csv', '.report.txt')));
  expect(await importCsv(shop, csv, 'commit', reading)).toMatchObject({
    createdCount: 0,
    updatedCount: 0,
    failedCount: report.failedCount,
  });
});
