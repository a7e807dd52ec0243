import { openProductStatuses, productTextNames, toDecimal, type Metadata, type ProductId, type productExport } from '@cartwright/contracts';
import { stringify } from 'csv-stringify/sync';
import type { z } from 'zod';
import { readCategoryPlaces } from '../catalog/index.ts';
import { disarmFormulas, hasScope, requireScope, type Actor, type Core } from '../kernel/index.ts';
import { textColumn } from './csv.layout.ts';
import { isDefault } from './csv.variants.ts';
import { joinList, joinPath } from './csv.lists.ts';
import { readExportedProducts, type CategoryPlace, type ExportedProduct } from '../read-models/stored-products.ts';

type Filters = z.output<(typeof productExport)['input']>;

const batch = 500;
const productColumns = [
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
  'Variant Inventory Tracker',
  'Variant Inventory Qty',
  'Variant Inventory Policy',
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
  'Slug',
  'Category Path',
  'Publish At',
  'Unpublish At',
  'Currency',
  'Backorder Limit',
  'Metadata',
  'Variant Metadata',
  'Variant Options',
] as const;
type Cells = Partial<Record<(typeof productColumns)[number], string | number>>;
/** A row by its columns. */
type CsvCells = Partial<Readonly<Record<string, string | number>>>;
/** The columns of an export: a text of a product that Shopify's format lacks has one of its own. */
const allColumns: readonly string[] = [...new Set([...productColumns, ...Object.values(textColumn)])];

/**
 * Products in Shopify's CSV format, piece by piece: one statement for every 500 products and never more of them in
 * memory. All categories are read once, and again when some products have one that was added since. The import restores
 * the same catalogue from it. Costs are in it for those who may read them, with `catalog:write`.
 * Cells that a spreadsheet would run as a formula get a leading apostrophe, which the import removes.
 */
export const exportProducts = async function* (core: Core, actor: Actor, { status }: Filters): AsyncGenerator<string, void, undefined> {
  requireScope(actor, 'catalog:read');
  const columns = hasScope(actor, 'catalog:write') ? allColumns : allColumns.filter((column) => column !== 'Cost per item');
  yield stringify([columns]);
  const placeOf = createPlaces(core);
  let after: ProductId | null = null;
  for (;;) {
    const products: ExportedProduct[] = await readExportedProducts(core, { status: status ?? null, after, limit: batch });
    const last = products.at(-1);
    if (!last) return;
    const places = await placeOf(products);
    const rows = products.flatMap((product, i) => toRows({ ...product, category: places[i] ?? null }));
    yield stringify(rows.map((cells) => columns.map((column) => disarmFormulas(String(cells[column] ?? '')))));
    if (products.length < batch) return;
    after = last.id;
  }
};

type PlacedProduct = ExportedProduct & { readonly category: CategoryPlace | null };

/** The categories of products by names, read again only when a product has one that was added since. */
const createPlaces = (core: Core) => {
  let placeOf: Awaited<ReturnType<typeof readCategoryPlaces>> = () => null;
  return async (products: readonly ExportedProduct[]): Promise<(CategoryPlace | null)[]> => {
    if (products.some(({ categoryId }) => categoryId !== null && !placeOf(categoryId))) placeOf = await readCategoryPlaces(core);
    return products.map(({ categoryId }) => placeOf(categoryId));
  };
};

/** The first row carries the product, each row a variant and an image, as many as the longer list has. */
const toRows = (product: PlacedProduct): CsvCells[] => {
  const { variants, images } = product;
  return Array.from({ length: Math.max(variants.length, images.length) }, (_, i) => {
    const image = images[i];
    return {
      Handle: product.handle,
      ...(i === 0 && { ...productCells(product), ...textCells(product) }),
      ...variantCells(product, i),
      ...(image && { 'Image Src': image.url, 'Image Position': i + 1, 'Image Alt Text': image.altText }),
    };
  });
};

const optionNumbers = [1, 2, 3] as const;

const productCells = (product: PlacedProduct): Cells => {
  const cells: Cells = {
    Title: product.name,
    Vendor: product.brand ?? '',
    Type: product.category?.name ?? '',
    'Category Path': product.category ? joinPath([...(product.category.above ?? []), product.category.name]) : '',
    Tags: joinList(product.tags),
    Slug: product.slug,
    'Publish At': product.publishAt ?? '',
    'Unpublish At': product.unpublishAt ?? '',
    Metadata: jsonOf(product.metadata),
    Published: String(openProductStatuses.some((status) => status === product.status)),
    Status: product.status,
    Currency: product.currency,
  };
  for (const n of optionNumbers) cells[`Option${n} Name`] = product.options[n - 1]?.name ?? (n === 1 ? 'Title' : '');
  return cells;
};

const textCells = (product: PlacedProduct): CsvCells =>
  Object.fromEntries(productTextNames.map((name) => [textColumn[name], product[name] ?? '']));

const variantCells = (product: ExportedProduct, index: number): Cells => {
  const variant = product.variants[index];
  if (!variant) return {};
  const cells: Cells = {
    'Variant SKU': variant.sku,
    'Variant Grams': variant.weightGrams ?? '',
    // Shopify reads a name as tracked, and an empty cell as untracked.
    'Variant Inventory Tracker': variant.tracked ? 'shopify' : '',
    'Variant Inventory Qty': variant.onHand,
    'Variant Inventory Policy': variant.backorderLimit > 0 ? 'continue' : 'deny',
    'Variant Price': toDecimal(variant.priceCents, product.currency),
    'Variant Compare At Price': decimalOf(variant.compareAtPriceCents, product.currency),
    'Variant Barcode': variant.barcode ?? '',
    'Cost per item': decimalOf(variant.costCents, product.currency),
    'Variant Image': variant.imageUrl ?? '',
    'Backorder Limit': variant.backorderLimit,
    'Variant Metadata': jsonOf(variant.metadata),
    'Variant Options': optionsBeyond(product, variant.options),
  };
  for (const n of optionNumbers) {
    const name = product.options[n - 1]?.name;
    cells[`Option${n} Value`] = name === undefined ? (n === 1 ? 'Default Title' : '') : (variant.options[name] ?? '');
  }
  return cells;
};

/** All options of a variant, in order, where the columns of Shopify's format cannot say them. */
const optionsBeyond = (product: ExportedProduct, options: Record<string, string>): string => {
  const pairs = product.options.flatMap(({ name }): [string, string][] => (options[name] === undefined ? [] : [[name, options[name]]]));
  const fits = product.options.length <= optionNumbers.length && !pairs.some(([name, value]) => isDefault(name, value));
  return fits ? '' : JSON.stringify(pairs);
};

const decimalOf = (cents: number | null, currency: string): string => (cents === null ? '' : toDecimal(cents, currency));
const jsonOf = (facts: Metadata): string => (Object.keys(facts).length === 0 ? '' : JSON.stringify(facts));
