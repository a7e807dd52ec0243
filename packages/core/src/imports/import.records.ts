/** Reads of an import: its record, its file chunk by chunk, and the rows of its products. */
import { catalogImportSchema, type CatalogImport, type CatalogImportId, type ImportMapping } from '@cartwright/contracts';
import { CatalogImport as CatalogImportEntity } from '@cartwright/db';
import { sql } from 'kysely';
import { anyText, notFound, storedRecord, type Core, type Tx } from '../kernel/index.ts';
import type { CsvColumns, CsvFile, RowRemarks } from './csv.rows.ts';

type Db = Pick<Core | Tx, 'db'>;

/** Row -> contract shape. */
export const importRecord = storedRecord(CatalogImportEntity, catalogImportSchema);

/** Throws `NOT_FOUND`. */
export const readImport = async ({ db }: Db, id: CatalogImportId): Promise<CatalogImport> => {
  const row = await db.selectFrom('catalog_imports').select(importRecord.fields).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('This import', id);
  return importRecord.of(row);
};

/** The file of an import: one chunk in memory at a time. */
export const importFile = ({ db }: Db, id: CatalogImportId): CsvFile =>
  async function* () {
    for (let position = 0; ; position += 1) {
      const chunk = await db
        .selectFrom('catalog_import_chunks')
        .select('content')
        .where('importId', '=', id)
        .where('position', '=', position)
        .executeTakeFirst();
      if (!chunk) return;
      yield chunk.content;
    }
  };

/** The mappings of imports that ended, newest first. */
export const readEarlierMappings = async (
  { db }: Db,
  limit: number,
): Promise<{ readonly mapping: ImportMapping; readonly header: CsvColumns | null }[]> => {
  const rows = await db
    .selectFrom('catalog_imports')
    .select(['mapping', 'header'])
    .where('mapping', 'is not', null)
    .where('status', '=', sql.lit('finished'))
    .orderBy('createdAt', 'desc')
    .limit(limit)
    .execute();
  return rows.flatMap(({ mapping, header }) => (mapping ? [{ mapping, header }] : []));
};

/** The categories that an import adds so far, each as `Clothes > Tees`. */
export const readNewCategories = async ({ db }: Db, id: CatalogImportId): Promise<readonly string[]> =>
  (await db.selectFrom('catalog_imports').select('newCategories').where('id', '=', id).executeTakeFirst())?.newCategories ?? [];

/** The header of a file whose rows are stored; null before. Throws `NOT_FOUND`. */
export const readStoredHeader = async ({ db }: Db, id: CatalogImportId): Promise<CsvColumns | null> => {
  const row = await db.selectFrom('catalog_imports').select('header').where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('This import', id);
  return row.header;
};

/** A product of the file: how many rows it has, and where the first one is. */
export interface FiledProduct {
  readonly productKey: string;
  readonly firstPosition: number;
  readonly firstLine: number;
  readonly rowCount: number;
}

/** The products of a file whose first row comes after a position, in the order of their first rows. */
export const readFiledProducts = ({ db }: Db, id: CatalogImportId, after: number, limit: number): Promise<FiledProduct[]> =>
  db
    .selectFrom('catalog_import_keys')
    .select(['productKey', 'firstPosition', 'firstLine', 'rowCount'])
    .where('importId', '=', id)
    .where('firstPosition', '>', after)
    .orderBy('firstPosition')
    .limit(limit)
    .execute();

/** A row of a file. */
export interface FiledRow extends RowRemarks {
  readonly position: number;
  readonly line: number;
  readonly productKey: string;
  readonly cells: readonly string[];
}

/** The rows of products, by their keys, in the order of the file. */
export const readFiledRows = async ({ db }: Db, id: CatalogImportId, productKeys: readonly string[]): Promise<Map<string, FiledRow[]>> => {
  const rows = await db
    .selectFrom('catalog_import_lines')
    .select(['position', 'line', 'productKey', 'cells', 'remarks'])
    .where('importId', '=', id)
    .where('productKey', '=', anyText(productKeys))
    .orderBy('position')
    .execute();
  return Map.groupBy(
    rows.map(({ remarks, ...row }): FiledRow => ({ ...row, ...remarks })),
    ({ productKey }) => productKey,
  );
};

/** What belongs to one product of a file: a SKU, or a key that rows of the product have in place of its own. */
export interface ImportName {
  readonly name: string;
  /** The handle or key of the product. */
  readonly handle: string;
  /** The first line that says so. */
  readonly line: number;
}

/** A row of a failed product, and why it failed. */
export interface FailedRow extends Pick<FiledRow, 'position' | 'cells'> {
  readonly message: string | null;
}

/** The rows of failed products after a position, in the order of the file. */
export const readFailedRows = ({ db }: Db, id: CatalogImportId, after: number, limit: number): Promise<FailedRow[]> =>
  db
    .selectFrom('catalog_import_lines as l')
    .innerJoin('catalog_import_keys as k', (join) => join.onRef('k.importId', '=', 'l.importId').onRef('k.productKey', '=', 'l.productKey'))
    .leftJoin('catalog_import_rows as r', (join) => join.onRef('r.importId', '=', 'l.importId').onRef('r.line', '=', 'l.line'))
    .select(['l.position', 'l.cells', 'r.message'])
    .where('l.importId', '=', id)
    .where('l.position', '>', after)
    .where('k.refused', '=', sql.lit(true))
    .orderBy('l.position')
    .limit(limit)
    .execute();

/** Imports that began before an instant, are not being processed, and have a file: by their ids, after one of them. */
export const findOldFiles = async ({ db }: Db, before: Date, after: CatalogImportId, limit: number): Promise<CatalogImportId[]> => {
  const found = await db
    .selectFrom('catalog_imports')
    .select('id')
    .where('createdAt', '<', before)
    .where('status', 'not in', ['queued', 'running'])
    .where('id', '>', after)
    .where(({ or, exists, selectFrom }) =>
      or([
        exists(selectFrom('catalog_import_chunks as c').select('c.importId').whereRef('c.importId', '=', 'catalog_imports.id')),
        // Rows are stored before their keys, while the chunks are there.
        exists(selectFrom('catalog_import_keys as k').select('k.importId').whereRef('k.importId', '=', 'catalog_imports.id')),
      ]),
    )
    .orderBy('id')
    .limit(limit)
    .$narrowType<{ id: CatalogImportId }>()
    .execute();
  return found.map(({ id }) => id);
};
