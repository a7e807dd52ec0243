/** Reads of an import: its record, and its file piece by piece. */
import { catalogImportSchema, type CatalogImport, type CatalogImportId } from '@cartwright/contracts';
import { CatalogImport as CatalogImportEntity } from '@cartwright/db';
import { sql } from 'kysely';
import { notFound, storedRecord, type Core, type Tx } from '../kernel/index.ts';
import type { CsvFile } from './csv.rows.ts';

type Db = Pick<Core | Tx, 'db'>;

/** Row -> contract shape. */
export const importRecord = storedRecord(CatalogImportEntity, catalogImportSchema);

/** Throws `NOT_FOUND`. */
export const readImport = async ({ db }: Db, id: CatalogImportId): Promise<CatalogImport> => {
  const row = await db.selectFrom('catalog_imports').select(importRecord.fields).where('id', '=', id).executeTakeFirst();
  if (!row) throw notFound('This import');
  return importRecord.of(row);
};

/** The file of an import in pieces from a byte on: one piece in memory at a time, and none before that byte. */
export const importFile = ({ db }: Db, id: CatalogImportId): CsvFile =>
  async function* (from) {
    for (let next = await findPiece(db, id, from); next;) {
      yield next.skip === 0 ? next.content : Buffer.from(next.content).subarray(next.skip).toString();
      next = await db
        .selectFrom('catalog_import_chunks')
        .select((eb) => ['position', 'content', eb.lit(0).as('skip')])
        .where('importId', '=', id)
        .where('position', '>', next.position)
        .orderBy('position')
        .limit(sql.lit(1))
        .executeTakeFirst();
    }
  };

interface Piece {
  readonly position: number;
  readonly content: string;
  /** The number of bytes in the piece before the requested one. */
  readonly skip: number;
}

/** The piece that contains a byte of the file. Only the lengths of the other pieces are read. */
const findPiece = (db: Db['db'], id: CatalogImportId, byte: number): Promise<Piece | undefined> =>
  db
    .with('ends', (cte) =>
      cte
        .selectFrom('catalog_import_chunks')
        .select(({ fn }) => {
          const bytes = fn<number>('octet_length', ['content']);
          return [
            'position',
            bytes.as('bytes'),
            fn
              .sum<number>(bytes)
              .over((over) => over.orderBy('position'))
              .as('endsAt'),
          ];
        })
        .where('importId', '=', id),
    )
    .selectFrom('ends as e')
    .innerJoin('catalog_import_chunks as c', (join) => join.on('c.importId', '=', id).onRef('c.position', '=', 'e.position'))
    .select((eb) => [
      'c.position',
      'c.content',
      eb.cast<number>(eb.parens(eb(eb(eb.val(byte), '-', eb.ref('e.endsAt')), '+', eb.ref('e.bytes'))), 'integer').as('skip'),
    ])
    .where('e.endsAt', '>', byte)
    .orderBy('e.position')
    .limit(sql.lit(1))
    .executeTakeFirst();
