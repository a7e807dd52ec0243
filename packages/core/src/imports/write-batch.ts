/** Writes a batch of the products of a file, and reports on each of their rows. */
import type { CatalogImportId, ErrorCode, ImportRow, ProductId } from '@cartwright/contracts';
import { findSkuOwners, lockProductsByHandle, writeProducts, type WrittenProducts } from '../catalog/index.ts';
import { type Actor, type Tx } from '../kernel/index.ts';
import type { StoredProduct } from '../read-models/stored-products.ts';
import { refuseOver, toWhole } from './import.known.ts';
import type { CsvProduct, WholeProduct } from './parsed-product.ts';
import { joinPath } from './csv.lists.ts';
import { findMetSkus } from './earlier-skus.ts';
import { giveFreeSkus, possibleSkus, refuseForeignSku, type SkuPlace } from './import.skus.ts';

/** A product of the file with the matching product of the shop. */
interface Accepted {
  readonly product: WholeProduct;
  readonly before: StoredProduct | null;
  readonly id: ProductId;
}
interface Refused {
  readonly message: string;
  readonly code: ErrorCode;
}

/** What became of a batch. */
export interface ImportedBatch {
  readonly rows: readonly ImportRow[];
  /** The categories that it added, each as `Clothes > Tees`. */
  readonly newCategories: readonly string[];
}

/** The report of a product that is refused as a whole: one entry for each of its rows. */
export const failProduct = ({ handle, rows }: Pick<CsvProduct, 'handle' | 'rows'>, { message, code }: Refused): ImportRow[] =>
  rows.map(({ line, sku }) => ({ line, handle, sku, outcome: 'failed', message, code }));

/**
 * Tx step: creates and changes products, identified by their handles, and returns the report of their rows and the categories that were
 * added. A product is refused when a new variant has a SKU of another product in the shop. Throws a `DomainError` when one of the products
 * is refused by the database; the caller then tries them in smaller batches.
 */
export const importBatch = async (tx: Tx, actor: Actor, importId: CatalogImportId, file: readonly CsvProduct[]): Promise<ImportedBatch> => {
  const skus = possibleSkus(file);
  // Owners are read before products: a product that another import creates after this read is found below, or the database
  // refuses this batch and it is tried again.
  const owners = await findSkuOwners(tx, skus);
  const known = await lockProductsByHandle(
    tx,
    file.map(({ handle }) => handle),
  );
  const taken = new Map<string, SkuPlace>(await findMetSkus(tx, importId, skus));
  const report: ImportRow[] = [];
  const accepted: Accepted[] = [];
  const used = { inFile: taken, inShop: owners };
  for (const given of file) {
    const before = known.get(given.handle) ?? null;
    const product = giveFreeSkus(toWhole(given, before), before, used);
    const refused = refuseOver(product, before) ?? refuseForeignSku(product, before, used);
    if (refused) {
      report.push(...failProduct(product, refused));
      continue;
    }
    for (const { sku, line } of product.variants) taken.set(sku, { handle: product.handle, line });
    accepted.push({ product, before, id: before?.id ?? tx.ids.next<ProductId>() });
  }
  const written = await writeProducts(tx, actor, accepted, 'CSV import');
  return {
    rows: [...report, ...accepted.flatMap((one) => reportWritten(one, written))],
    newCategories: written.newCategories.map(joinPath),
  };
};

/** The report of an imported row, with the notes on skipped parts. */
const row = (product: WholeProduct, line: number, sku: string | null, outcome: ImportRow['outcome']): ImportRow => {
  const notes = product.notes.filter((note) => note.line === line);
  return {
    line,
    handle: product.handle,
    sku,
    outcome,
    message: notes.map(({ message }) => message).join(' ') || null,
    code: notes.find(({ code }) => code !== null)?.code ?? null,
  };
};

/** Rows without a variant are in the report when a part of them is skipped. */
const rowsWithoutVariant = (product: WholeProduct): ImportRow[] => {
  const reported = new Set(product.variants.map(({ line }) => line));
  return [...new Set(product.notes.map(({ line }) => line))]
    .filter((line) => !reported.has(line))
    .map((line) => row(product, line, null, 'unchanged'));
};

/** The report of a product that was written. A change of the product itself is reported on its first row, also if that has no variant. */
const reportWritten = ({ id, before, product }: Accepted, { changed, outcomes }: WrittenProducts): ImportRow[] => {
  const rows = product.variants.map((variant) => row(product, variant.line, variant.sku, outcomes.get(variant) ?? 'created'));
  const ofProduct = before === null ? 'created' : changed.has(id) ? 'updated' : 'unchanged';
  const own = rows.findIndex(({ line }) => line === product.line);
  const [first] = rows.splice(own, own < 0 ? 0 : 1);
  const firstRow = first ?? row(product, product.line, null, ofProduct);
  return [
    firstRow.outcome === 'unchanged' ? { ...firstRow, outcome: ofProduct } : firstRow,
    ...rows,
    ...rowsWithoutVariant(product).filter(({ line }) => line !== product.line),
  ];
};
