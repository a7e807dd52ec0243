/** Writes a batch of the products of a file, and reports on each of their rows. */
import type { CatalogImportId, ErrorCode, ImportRow, ProductId } from '@cartwright/contracts';
import { findSkuOwners, lockProductsByHandle, writeProducts, type SkuOwner, type WrittenProducts } from '../catalog/index.ts';
import { takenRefusal, type Actor, type Tx } from '../kernel/index.ts';
import type { KnownProduct } from '../read-models/product-files.ts';
import { refuseOver, toWhole, type WholeProduct } from './import.known.ts';
import { findMetNames, type MetNames, type NamePlace } from './import.names.ts';
import type { CsvProduct } from './csv.products.ts';
import { makeUpOtherSku, replacedSku, toOwnSku } from './csv.variants.ts';

/** A product of the file with the matching product of the shop. */
interface Accepted {
  readonly product: WholeProduct;
  readonly known: KnownProduct | null;
  readonly id: ProductId;
}
interface Refused {
  readonly message: string;
  readonly code: ErrorCode;
}

/** What became of a batch. */
export interface ImportedBatch {
  readonly rows: readonly ImportRow[];
  /** Names of the categories that it added. */
  readonly newCategories: readonly string[];
}

/** The report of a product that is refused as a whole: one entry for each of its rows. */
export const failProduct = ({ handle, rows }: Pick<CsvProduct, 'handle' | 'rows'>, { message, code }: Refused): ImportRow[] =>
  rows.map(({ line, sku }) => ({ line, handle, sku, outcome: 'failed', message, code }));

/**
 * Tx step: creates and changes products, identified by their handles, and returns the report of their rows and the
 * categories that were added. A product is refused when its handle occurred earlier in the file, or when a new variant has a SKU
 * of another product in the shop. Throws a `DomainError` when one of the products is refused by the database; the caller then
 * tries them in smaller batches.
 */
export const importBatch = async (tx: Tx, actor: Actor, importId: CatalogImportId, file: readonly CsvProduct[]): Promise<ImportedBatch> => {
  const skus = file.flatMap(({ handle, variants }) =>
    variants.flatMap(({ sku, isSkuMadeUp, options = {} }) => [
      sku,
      isSkuMadeUp ? makeUpOtherSku(handle, options) : toOwnSku(sku, handle, options),
    ]),
  );
  // Owners are read before products: a product that another import creates after this read is found below, or the database
  // refuses this batch and it is tried again.
  const owners = await findSkuOwners(tx, skus);
  const known = await lockProductsByHandle(
    tx,
    file.map(({ handle }) => handle),
  );
  const met = await findMetNames(tx, importId, file, skus);
  const report: ImportRow[] = [];
  const accepted: Accepted[] = [];
  const taken = new Map<string, NamePlace>(met.skus);
  for (const given of file) {
    const before = known.get(given.handle) ?? null;
    const product = giveFreeSkus(toWhole(given, before), before, taken, owners);
    const refused = refuseRepeat(product, met) ?? refuseOver(product, before) ?? refuseForeign(product, before, taken, owners);
    if (refused) {
      report.push(...failProduct(product, refused));
      continue;
    }
    for (const { sku, line } of product.variants) taken.set(sku, { handle: product.handle, line });
    accepted.push({ product, known: before, id: before?.id ?? tx.ids.next<ProductId>() });
  }
  const written = await writeProducts(tx, actor, accepted);
  return { rows: [...report, ...accepted.flatMap((one) => reportWritten(one, written))], newCategories: written.newCategories };
};

const isForeign = (
  sku: string,
  { handle }: WholeProduct,
  known: KnownProduct | null,
  taken: ReadonlyMap<string, NamePlace>,
  owners: ReadonlyMap<string, SkuOwner>,
): boolean => (taken.get(sku) ?? { handle }).handle !== handle || (owners.get(sku)?.productId ?? known?.id) !== known?.id;

/**
 * Replaces SKUs that other products have: a generated one by another, one that an earlier row of the file has by one of the variant's own,
 * with a note. A variant of the shop keeps the SKU that it has. A new one with a SKU of the shop stays as it is, to be refused: it may be
 * the same variant under another handle.
 */
const giveFreeSkus = (
  product: WholeProduct,
  known: KnownProduct | null,
  taken: ReadonlyMap<string, NamePlace>,
  owners: ReadonlyMap<string, SkuOwner>,
): WholeProduct => {
  const notes = [...product.notes];
  const variants = product.variants.map((variant) => {
    const { before, isSkuMadeUp, options, line } = variant;
    if (!isForeign(variant.sku, product, known, taken, owners)) return variant;
    if (isSkuMadeUp) return before ? variant : { ...variant, sku: makeUpOtherSku(product.handle, options) };
    const place = taken.get(variant.sku);
    if (!before && !place) return variant;
    const sku = before?.sku ?? toOwnSku(variant.sku, product.handle, options);
    const owner = place ? `line ${place.line}, of the product ${place.handle}` : `the product ${owners.get(variant.sku)?.handle}`;
    notes.push({ line, ...replacedSku(variant.sku, owner, sku) });
    return { ...variant, sku };
  });
  for (const { before, sku, line } of variants)
    if (before && before.sku !== sku) notes.push({ line, message: `The SKU changes from ${before.sku} to ${sku}.`, code: null });
  return { ...product, variants, notes };
};

const refuseRepeat = ({ handle }: WholeProduct, { handles }: MetNames): Refused | null => {
  const first = handles.get(handle);
  return first
    ? takenRefusal(
        'HANDLE_TAKEN',
        `The handle ${handle} already appears in line ${first.line}.`,
        'Keep the rows of one product next to each other, or use another handle for this product.',
      )
    : null;
};

const refuseForeign = (
  product: WholeProduct,
  known: KnownProduct | null,
  taken: ReadonlyMap<string, NamePlace>,
  owners: ReadonlyMap<string, SkuOwner>,
): Refused | null => {
  const foreign = product.variants.find(({ sku }) => isForeign(sku, product, known, taken, owners))?.sku;
  if (foreign === undefined) return null;
  const place = taken.get(foreign);
  const where =
    place && place.handle !== product.handle
      ? `${foreign} appears in line ${place.line}, in the product ${place.handle}`
      : `${foreign} belongs to the product with the handle ${owners.get(foreign)?.handle}`;
  return takenRefusal(
    'SKU_TAKEN',
    `Another variant already has this SKU: ${where}.`,
    'Use another SKU, or give this row the handle of that product.',
  );
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

/** Rows without a variant are in the report when a part of them was skipped. */
const rowsWithoutVariant = (product: WholeProduct): ImportRow[] => {
  const reported = new Set(product.variants.map(({ line }) => line));
  return [...new Set(product.notes.map(({ line }) => line))]
    .filter((line) => !reported.has(line))
    .map((line) => row(product, line, null, 'unchanged'));
};

/** The report of a product that was written. A change of the product itself is reported on its first row. */
const reportWritten = ({ id, product }: Accepted, { changed, outcomes }: WrittenProducts): ImportRow[] => {
  const rows = product.variants.map((variant) => row(product, variant.line, variant.sku, outcomes.get(variant) ?? 'created'));
  const [first] = rows;
  if (first?.outcome === 'unchanged' && changed.has(id)) rows[0] = { ...first, outcome: 'updated' };
  return [...rows, ...rowsWithoutVariant(product)];
};
