/**
 * Finds names that a file repeats, however far apart: names already read are kept in a table, so that memory does not grow with
 * the file.
 */
import type { CatalogImportId, ImportRow } from '@cartwright/contracts';
import { sql } from 'kysely';
import { anyText, type Tx } from '../kernel/index.ts';
import { insertNames, type ImportName } from './import.store.ts';
import type { CsvProduct } from './file-product.ts';
import type { NamePlace } from './import.skus.ts';

/** Those names of a batch that occurred in earlier batches. */
export interface MetNames {
  readonly handles: ReadonlyMap<string, NamePlace>;
  readonly skus: ReadonlyMap<string, NamePlace>;
}

/** The handles and SKUs of these products, generated SKUs in both forms, that occurred in an earlier batch of the file. */
export const findMetNames = async (
  tx: Tx,
  id: CatalogImportId,
  products: readonly CsvProduct[],
  skus: readonly string[],
): Promise<MetNames> => {
  const handles = products.map(({ handle }) => handle);
  const rows = await tx.db
    .selectFrom('catalog_import_names')
    .select(['kind', 'name', 'handle', 'line'])
    .where('importId', '=', id)
    .where(({ eb, and, or }) =>
      or([
        and([eb('kind', '=', sql.lit('handle')), eb('name', '=', anyText(handles))]),
        and([eb('kind', '=', sql.lit('sku')), eb('name', '=', anyText(skus))]),
      ]),
    )
    .execute();
  const places = (kind: ImportName['kind']) => new Map(rows.flatMap((row) => (row.kind === kind ? [[row.name, row]] : [])));
  return { handles: places('handle'), skus: places('sku') };
};

/** Tx step: stores the handles and SKUs of rows that did not fail, a handle with the first line of its product. */
export const keepNames = async (tx: Tx, id: CatalogImportId, rows: readonly ImportRow[]): Promise<void> => {
  const names = new Map<string, ImportName>();
  for (const { handle, sku, line, outcome } of rows) {
    if (outcome === 'failed') continue;
    const both: ImportName[] = [
      { kind: 'handle', name: handle, handle, line },
      ...(sku === null ? [] : [{ kind: 'sku', name: sku, handle, line } as const]),
    ];
    for (const name of both) if (!names.has(`${name.kind}:${name.name}`)) names.set(`${name.kind}:${name.name}`, name);
  }
  if (names.size > 0) await insertNames(tx, id, [...names.values()]);
};
