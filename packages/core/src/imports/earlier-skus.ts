/**
 * Finds SKUs that a file repeats, however far apart: those already read are kept in a table, so that memory does not grow with the file.
 */
import type { CatalogImportId, ImportRow } from '@cartwright/contracts';
import { sql } from 'kysely';
import { anyText, type Tx } from '../kernel/index.ts';
import type { ImportName } from './import.records.ts';
import { insertNames } from './import.store.ts';
import type { SkuPlace } from './import.skus.ts';

/** Those of the SKUs that occurred in an earlier batch of the file. */
export const findMetSkus = async (tx: Tx, id: CatalogImportId, skus: readonly string[]): Promise<Map<string, SkuPlace>> => {
  const rows = await tx.db
    .selectFrom('catalog_import_names')
    .select(['name', 'handle', 'line'])
    .where('importId', '=', id)
    .where('kind', '=', sql.lit('sku'))
    .where('name', '=', anyText(skus))
    .execute();
  return new Map(rows.map(({ name, ...place }) => [name, place]));
};

/** Tx step: stores the SKUs of rows that did not fail, each with its first line. */
export const keepSkus = async (tx: Tx, id: CatalogImportId, rows: readonly ImportRow[]): Promise<void> => {
  const skus = new Map<string, ImportName>();
  for (const { handle, sku, line, outcome } of rows)
    if (outcome !== 'failed' && sku !== null && !skus.has(sku)) skus.set(sku, { name: sku, handle, line });
  if (skus.size > 0) await insertNames(tx, id, 'sku', [...skus.values()]);
};
