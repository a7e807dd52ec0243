/** The rows of an import: its state, the pieces of its file, its report. */
import type { CatalogImport, CatalogImportId, ImportRow } from '@cartwright/contracts';
import { sql } from 'kysely';
import { notFound, type Core, type Tx } from '../kernel/index.ts';

type Db = Pick<Core | Tx, 'db'>;
type ImportRecord = Omit<CatalogImport, 'createdAt' | 'finishedAt'> & { createdAt: Date; finishedAt: Date | null };

export const importColumns = sql`id, file_name as "fileName", mode, status, row_count as "rowCount", processed_count as "processedCount", created_count as "createdCount",
  updated_count as "updatedCount", unchanged_count as "unchangedCount", failed_count as "failedCount", problem, created_at as "createdAt", finished_at as "finishedAt"`;

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

/** The file of an import, piece by piece: one of them in memory at a time. */
export const readImportFile = async function* ({ db }: Db, id: CatalogImportId): AsyncGenerator<string, void, undefined> {
  for (let position = -1; ;) {
    const { rows } = await sql<{ position: number; content: string }>`
      select position, content from catalog_import_chunks where import_id = ${id} and position > ${position} order by position limit 1`.execute(
      db,
    );
    const next = rows[0];
    if (!next) return;
    yield next.content;
    position = next.position;
  }
};

/** Tx step: adds a part of the report and moves the counts with it. A line that is reported already is left alone. */
export const addToReport = async (
  tx: Tx,
  id: CatalogImportId,
  rows: readonly ImportRow[],
  done: { readonly rowCount: number; readonly lastLine: number },
): Promise<void> => {
  await sql`
    with added as (
      insert into catalog_import_rows (import_id, line, handle, sku, outcome, message, code)
      select ${id}, r.line, left(r.handle, 255), left(r.sku, 64), r.outcome, r.message, r.code from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(line int, handle text, sku text, outcome text, message text, code text)
      on conflict (import_id, line) do nothing returning outcome)
    update catalog_imports set processed_count = processed_count + ${done.rowCount}, cursor_line = ${done.lastLine},
      created_count = created_count + (select count(*) from added where outcome = 'created')::int,
      updated_count = updated_count + (select count(*) from added where outcome = 'updated')::int,
      unchanged_count = unchanged_count + (select count(*) from added where outcome = 'unchanged')::int,
      failed_count = failed_count + (select count(*) from added where outcome = 'failed')::int
    where id = ${id}`.execute(tx.db);
};
