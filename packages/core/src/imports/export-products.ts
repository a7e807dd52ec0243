import { openProductStatuses, toDecimal, type Metadata, type ProductId, type productExport } from '@cartwright/contracts';
import { stringify } from 'csv-stringify/sync';
import type { z } from 'zod';
import { disarmFormulas, hasScope, requireScope, type Actor, type Core } from '../kernel/index.ts';
import { readExportedProducts, type ExportedProduct } from '../read-models/stored-products.ts';
import { joinList } from './csv.cells.ts';

type Filters = z.output<(typeof productExport)['input']>;

const batch = 500;
const allColumns = [
  'Handle',
  'Title',
  'Body (HTML)',
  'Vendor',
  'Type',
  'Tags',
  'Published',
  'Option1 Name',
  'Option1 Value',
  'Option2 Name',
  'Option2 Value',
  'Option3 Name',
  'Option3 Value',
  'Variant SKU',
  'Variant Grams',
  'Variant Inventory Qty',
  'Variant Price',
  'Variant Compare At Price',
  'Variant Barcode',
  'Cost per item',
  'Variant Image',
  'Image Src',
  'Image Position',
  'Image Alt Text',
  'SEO Title',
  'SEO Description',
  'Status',
  // Not columns of Shopify's: what its format cannot say.
  'Currency',
  'Backorder Limit',
  'Metadata',
  'Variant Metadata',
] as const;
type Cells = Partial<Record<(typeof allColumns)[number], string | number>>;

/**
 * Products in Shopify's CSV format, piece by piece: one statement for every 500 products and never more of them in
 * memory. The import restores the same catalogue from it. Costs are in it for those who may read them, with `catalog:write`.
 * Cells that a spreadsheet would run as a formula get a leading apostrophe, which the import removes.
 */
export const exportProducts = async function* (core: Core, actor: Actor, { status }: Filters): AsyncGenerator<string, void, undefined> {
  requireScope(actor, 'catalog:read');
  const columns = hasScope(actor, 'catalog:write') ? allColumns : allColumns.filter((column) => column !== 'Cost per item');
  yield stringify([columns]);
  let after: ProductId | null = null;
  for (;;) {
    const products: ExportedProduct[] = await readExportedProducts(core, { status: status ?? null, after, limit: batch });
    const last = products.at(-1);
    if (!last) return;
    yield stringify(products.flatMap(toRows).map((cells) => columns.map((column) => disarmFormulas(String(cells[column] ?? '')))));
    if (products.length < batch) return;
    after = last.id;
  }
};

/** The first row carries the product, each row a variant and an image, as many as the longer list has. */
const toRows = (product: ExportedProduct): Cells[] => {
  const { variants, images } = product;
  return Array.from({ length: Math.max(variants.length, images.length) }, (_, i) => {
    const image = images[i];
    return {
      Handle: product.handle,
      ...(i === 0 && productCells(product)),
      ...variantCells(product, i),
      ...(image && { 'Image Src': image.url, 'Image Position': i + 1, 'Image Alt Text': image.altText }),
    };
  });
};

const optionNumbers = [1, 2, 3] as const;

const productCells = (product: ExportedProduct): Cells => {
  const cells: Cells = {
    Title: product.name,
    'Body (HTML)': product.description ?? '',
    Vendor: product.brand ?? '',
    Type: product.category ?? '',
    // A comma of a tag follows a backslash, so that the import finds the same tags.
    Tags: joinList(product.tags),
    'SEO Title': product.seoTitle ?? '',
    'SEO Description': product.seoDescription ?? '',
    Metadata: jsonOf(product.metadata),
    Published: String(openProductStatuses.some((status) => status === product.status)),
    Status: product.status,
    Currency: product.currency,
  };
  for (const n of optionNumbers) cells[`Option${n} Name`] = product.options[n - 1]?.name ?? (n === 1 ? 'Title' : '');
  return cells;
};

const variantCells = (product: ExportedProduct, index: number): Cells => {
  const variant = product.variants[index];
  if (!variant) return {};
  const cells: Cells = {
    'Variant SKU': variant.sku,
    'Variant Grams': variant.weightGrams ?? 0,
    'Variant Inventory Qty': variant.onHand,
    'Variant Price': toDecimal(variant.priceCents, product.currency),
    'Variant Compare At Price': decimalOf(variant.compareAtPriceCents, product.currency),
    'Variant Barcode': variant.barcode ?? '',
    'Cost per item': decimalOf(variant.costCents, product.currency),
    'Variant Image': variant.imageUrl ?? '',
    'Backorder Limit': variant.backorderLimit,
    'Variant Metadata': jsonOf(variant.metadata),
  };
  for (const n of optionNumbers) {
    const name = product.options[n - 1]?.name;
    cells[`Option${n} Value`] = name === undefined ? (n === 1 ? 'Default Title' : '') : (variant.options[name] ?? '');
  }
  return cells;
};

const decimalOf = (cents: number | null, currency: string): string => (cents === null ? '' : toDecimal(cents, currency));
const jsonOf = (facts: Metadata): string => (Object.keys(facts).length === 0 ? '' : JSON.stringify(facts));
