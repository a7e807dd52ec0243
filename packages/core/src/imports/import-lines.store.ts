/**
 * Writes the tables `catalog_import_lines` and `catalog_import_keys`: the rows of a file, and its products. `catalog_import_names` has the
 * keys of rows that belong to the product of another row.
 */
import type { CatalogImportId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { anyId, anyText, rowsAs, type Tx } from '../kernel/index.ts';
import type { FiledRow } from './import.records.ts';

/** Tx step: stores rows of a file. */
export const insertLines = async (tx: Tx, id: CatalogImportId, rows: readonly FiledRow[]): Promise<void> => {
  await tx.db
    .insertInto('catalog_import_lines')
    .columns(['importId', 'position', 'line', 'productKey', 'cells', 'remarks'])
    .expression(
      tx.db
        .selectFrom(rowsAs('r', rows.map(toLine), { position: 'int', line: 'int', productKey: 'text', cells: 'jsonb', remarks: 'jsonb' }))
        .select((eb) => [
          eb.cast<string>(eb.val(id), 'uuid').as('importId'),
          'r.position',
          'r.line',
          'r.productKey',
          'r.cells',
          'r.remarks',
        ]),
    )
    .execute();
};

const toLine = ({ refusals, notes, position, line, productKey, cells }: FiledRow) => ({
  position,
  line,
  productKey,
  cells,
  remarks: refusals || notes ? { refusals, notes } : null,
});

/** Consecutive rows of a file, from a position up to another one, so that no statement takes as long as a file is large. */
export interface RowSpan {
  readonly from: number;
  readonly to: number;
}

/** Tx step: gives the rows that belong to the product of another row its key. */
export const joinParts = async (tx: Tx, id: CatalogImportId, { from, to }: RowSpan): Promise<void> => {
  await tx.db
    .updateTable('catalog_import_lines as l')
    .from('catalog_import_names as n')
    .set((eb) => ({ productKey: eb.ref('n.handle') }))
    .where('l.importId', '=', id)
    .where('l.position', '>=', from)
    .where('l.position', '<', to)
    .whereRef('n.importId', '=', 'l.importId')
    .where('n.kind', '=', sql.lit('handle'))
    .whereRef('n.name', '=', 'l.productKey')
    .execute();
};

/** Tx step: finds the products of stored rows. Rows of a product that earlier rows have found are counted with it. */
export const insertProductKeys = async (tx: Tx, id: CatalogImportId, { from, to }: RowSpan): Promise<void> => {
  await tx.db
    .insertInto('catalog_import_keys')
    .columns(['importId', 'productKey', 'firstPosition', 'firstLine', 'rowCount'])
    .expression(
      tx.db
        .selectFrom('catalog_import_lines')
        .select(({ fn, cast }) => [
          'importId',
          'productKey',
          fn.min('position').as('firstPosition'),
          fn.min('line').as('firstLine'),
          cast<number>(fn.countAll(), 'integer').as('rowCount'),
        ])
        .where('importId', '=', id)
        .where('position', '>=', from)
        .where('position', '<', to)
        .groupBy(['importId', 'productKey']),
    )
    .onConflict((conflict) =>
      conflict.columns(['importId', 'productKey']).doUpdateSet(({ eb, ref }) => ({
        rowCount: eb(ref('catalog_import_keys.rowCount'), '+', ref('excluded.rowCount')),
      })),
    )
    .execute();
};

/** Tx step: deletes the rows of products that were imported. */
export const deleteImported = async (tx: Tx, id: CatalogImportId, productKeys: readonly string[]): Promise<void> => {
  await tx.db.deleteFrom('catalog_import_lines').where('importId', '=', id).where('productKey', '=', anyText(productKeys)).execute();
};

/** Tx step: marks products as failed, so that their rows are kept. */
export const markFailed = async (tx: Tx, id: CatalogImportId, productKeys: readonly string[]): Promise<void> => {
  await tx.db
    .updateTable('catalog_import_keys')
    .set({ refused: true })
    .where('importId', '=', id)
    .where('productKey', '=', anyText(productKeys))
    .execute();
};

/** Tx step: forgets which products failed, before an import begins again. */
export const clearFailed = async (tx: Tx, id: CatalogImportId): Promise<void> => {
  await tx.db
    .updateTable('catalog_import_keys')
    .set({ refused: false })
    .where('importId', '=', id)
    .where('refused', '=', sql.lit(true))
    .execute();
};

/** Tx step: deletes the products of a file that were imported. */
export const deleteImportedKeys = async (tx: Tx, id: CatalogImportId): Promise<void> => {
  await tx.db.deleteFrom('catalog_import_keys').where('importId', '=', id).where('refused', '=', sql.lit(false)).execute();
};

/** Tx step: deletes all rows and products of files. */
export const deleteLines = async (tx: Tx, ids: readonly CatalogImportId[]): Promise<void> => {
  await tx.db.deleteFrom('catalog_import_lines').where('importId', '=', anyId(ids)).execute();
  await tx.db.deleteFrom('catalog_import_keys').where('importId', '=', anyId(ids)).execute();
};
