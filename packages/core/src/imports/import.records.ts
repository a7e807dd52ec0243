/** Reads of an import: its record, and its file piece by piece. */
import type { CatalogImport, CatalogImportId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { notFound, type Core, type Tx } from '../kernel/index.ts';
import type { CsvFile } from './csv.rows.ts';

type Db = Pick<Core | Tx, 'db'>;
type ImportRecord = Omit<CatalogImport, 'createdAt' | 'finishedAt'> & { createdAt: Date; finishedAt: Date | null };

export const importColumns = sql`id, file_name as "fileName", mode, status, row_count as "rowCount", processed_count as "processedCount", created_count as "createdCount",
  updated_count as "updatedCount", unchanged_count as "unchangedCount", failed_count as "failedCount", noted_count as "notedCount", problem, created_at as "createdAt", finished_at as "finishedAt"`;

export const toImport = (row: ImportRecord): CatalogImport => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  finishedAt: row.finishedAt?.toISOString() ?? null,
});

/** Throws `NOT_FOUND`. */
export const readImport = async ({ db }: Db, id: CatalogImportId): Promise<CatalogImport> => {
  const { rows } = await sql<ImportRecord>`select ${importColumns} from catalog_imports where id = ${id}`.execute(db);
  if (!rows[0]) throw notFound('This import');
  return toImport(rows[0]);
};

/** The file of an import in pieces from a byte on: one piece in memory at a time, and none before that byte. */
export const importFile = ({ db }: Db, id: CatalogImportId): CsvFile =>
  async function* (from) {
    for (let next = await findPiece(db, id, from); next;) {
      yield next.skip === 0 ? next.content : Buffer.from(next.content).subarray(next.skip).toString();
      const { rows } = await sql<Piece>`
        select position, content, 0 as skip from catalog_import_chunks where import_id = ${id} and position > ${next.position} order by position limit 1`.execute(
        db,
      );
      next = rows[0];
    }
  };

interface Piece {
  readonly position: number;
  readonly content: string;
  /** The number of bytes in the piece before the requested one. */
  readonly skip: number;
}

/** The piece that contains a byte of the file. Only the lengths of the other pieces are read. */
const findPiece = async (db: Db['db'], id: CatalogImportId, byte: number): Promise<Piece | undefined> => {
  const { rows } = await sql<Piece>`
    with ends as (select position, octet_length(content) as bytes, sum(octet_length(content)) over (order by position) as ends_at from catalog_import_chunks where import_id = ${id})
    select c.position, c.content, (${byte} - e.ends_at + e.bytes)::int as skip from ends e join catalog_import_chunks c on c.import_id = ${id} and c.position = e.position
    where e.ends_at > ${byte} order by e.position limit 1`.execute(db);
  return rows[0];
};
