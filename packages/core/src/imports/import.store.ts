/**
 * Writes the tables `catalog_imports`, `catalog_import_chunks`, `catalog_import_rows` and `catalog_import_names`. The rows of the file
 * and its products are in `import-lines.store.ts`.
 *
 * The states of an import: `uploading` -> `queued` -> `running` -> `finished` or `failed`. A finished preview may be queued again, and an
 * import that has not ended may be `cancelled` at any moment. One worker at a time has the lease on it.
 */
import type { CatalogImportId, ImportDecimalSign, ImportMapping, ImportRow, UserId } from '@cartwright/contracts';
import { sql } from 'kysely';
import {
  anyId,
  columnsAs,
  createLease,
  DomainError,
  InternalRefusal,
  json,
  now,
  rowsAs,
  type Claim as LeaseClaim,
  type Tx,
} from '../kernel/index.ts';
import type { ImportName } from './import.records.ts';
import type { CsvExtent } from './read-product-file.ts';

const lease = createLease({
  seconds: 60,
  whileOpen: sql`status = 'running'`,
  lost: () => new InternalRefusal('LEASE_LOST', 'Another worker is running this import.'),
  column: 'leased_until',
});

/** An import and the right to work on it, until the lease ends. */
export interface ImportClaim extends LeaseClaim<CatalogImportId> {
  readonly mode: 'preview' | 'commit';
  /** What the columns of the file mean; null when they are those of a known format. */
  readonly mapping: ImportMapping | null;
  /** The sign that begins the decimals of its numbers; null when the file decides. */
  readonly decimalSign: ImportDecimalSign | null;
  /** How far it got: the position of the first row of the last processed product; the line, if an earlier version began it. */
  readonly cursorLine: number;
  /** Whether the file was checked, and its rows are stored by product. */
  readonly isStaged: boolean;
  /** Whether a worker of an earlier version, which keeps its place in bytes, has written products of the file. */
  readonly isBegunEarlier: boolean;
}

/** Tx step: inserts an import without a file. */
export const insertImport = async (
  tx: Tx,
  { id, fileName, createdBy }: { readonly id: CatalogImportId; readonly fileName: string; readonly createdBy: UserId | null },
): Promise<void> => {
  await tx.db.insertInto('catalog_imports').values({ id, fileName, mode: 'preview', createdBy }).execute();
};

/** Tx step: stores a chunk of an import's file, instead of one that was stored at this position. */
export const saveChunk = async (tx: Tx, id: CatalogImportId, position: number, content: string): Promise<void> => {
  await tx.db
    .insertInto('catalog_import_chunks')
    .values({ importId: id, position, content })
    .onConflict((conflict) => conflict.columns(['importId', 'position']).doUpdateSet((eb) => ({ content: eb.ref('excluded.content') })))
    .execute();
};

/** Tx step: deletes the files of imports. */
export const deleteChunks = async (tx: Tx, ids: readonly CatalogImportId[]): Promise<void> => {
  await tx.db.deleteFrom('catalog_import_chunks').where('importId', '=', anyId(ids)).execute();
};

const begun = {
  cursorLine: 0,
  cursorByte: 0,
  processedCount: 0,
  createdCount: 0,
  updatedCount: 0,
  unchangedCount: 0,
  failedCount: 0,
  notedCount: 0,
  newCategories: [],
};

/** How a file is to be read from now on; what is left out stays. */
export interface ChangedReading {
  readonly mapping?: ImportMapping | null;
  readonly decimalSign?: ImportDecimalSign | null;
}

/**
 * Tx step: begins from the first product, with an empty report. With another mapping, the rows of the file are stored anew. Throws
 * `IMPORT_RUNNING` when another request was first.
 */
export const queueImport = async (
  tx: Tx,
  id: CatalogImportId,
  mode: 'preview' | 'commit',
  { mapping, decimalSign }: ChangedReading = {},
): Promise<void> => {
  await emptyReport(tx, id);
  const remapped = mapping !== undefined && { mapping: mapping && json(mapping), stagedAt: null };
  const { numUpdatedRows } = await tx.db
    .updateTable('catalog_imports')
    .set({
      ...begun,
      ...remapped,
      ...(decimalSign !== undefined && { decimalSign }),
      mode,
      status: 'queued',
      finishedAt: null,
      lockedUntil: null,
      leasedUntil: null,
    })
    .where('id', '=', id)
    .where((eb) => eb.or([eb('status', '=', 'uploading'), eb.and([eb('status', '=', 'finished'), eb('mode', '=', 'preview')])]))
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new DomainError('IMPORT_RUNNING', 'This import was started by another request.');
};

/** Tx step: the same for an import that is claimed, before its file is read. */
export const restartImport = async (tx: Tx, { id }: ImportClaim): Promise<void> => {
  await emptyReport(tx, id);
  await tx.db
    .updateTable('catalog_imports')
    .set({ ...begun, stagedAt: null })
    .where('id', '=', id)
    .execute();
};

const emptyReport = async (tx: Tx, id: CatalogImportId): Promise<void> => {
  await tx.db.deleteFrom('catalog_import_rows').where('importId', '=', id).execute();
  await deleteNames(tx, [id]);
};

/**
 * Claims the oldest import without a worker, or the given one; null when there is none. Workers of versions before 0.2 lease an import by
 * `locked_until`, and read its file in their own way. An import that such a worker has stays with it; one that is claimed here is locked
 * for them forever.
 */
export const claimImport = async ({ db }: Pick<Tx, 'db'>, id: CatalogImportId | null): Promise<ImportClaim | null> => {
  const { rows } = await sql<ImportClaim>`
    update catalog_imports set status = 'running', ${lease.take}, locked_until = 'infinity'
    where id = (
      select id from catalog_imports
      where status in ('queued', 'running') and ${lease.isFree} and id = coalesce(${id}, id)
        and (locked_until is null or locked_until <= now() or locked_until = 'infinity')
      order by created_at limit 1 for update skip locked)
    returning ${columnsAs<'catalog_imports'>('catalog_imports', ['id', 'mode', 'mapping', 'decimalSign', 'cursorLine', 'fence'])},
      staged_at is not null and cursor_byte = 0 as "isStaged", mode = 'commit' and cursor_byte > 0 as "isBegunEarlier"`.execute(db);
  return rows[0] ?? null;
};

/** Renews the lease. Throws when another worker has taken it over: then nothing more is written here. */
export const keepLease = async ({ db }: Pick<Tx, 'db'>, claim: ImportClaim): Promise<void> =>
  lease.assertHeld(await sql`update catalog_imports set ${lease.renew} where ${lease.isHeldBy(claim)}`.execute(db));

/** Releases the claim, so that another worker can continue at once. */
export const releaseLease = async ({ db }: Pick<Tx, 'db'>, claim: ImportClaim): Promise<void> => {
  await sql`update catalog_imports set ${lease.release} where ${lease.isHeldBy(claim)}`.execute(db);
};

/** Tx step: records what was found in the file of a claimed import, once its rows are stored. */
export const recordImportStaged = async (
  { db }: Tx,
  { id }: ImportClaim,
  { header, rowCount, unusedColumns }: CsvExtent,
): Promise<void> => {
  await db
    .updateTable('catalog_imports')
    .set({ rowCount, header: json({ ...header, names: [...header.names] }), unusedColumns: json([...unusedColumns]), stagedAt: now })
    .where('id', '=', id)
    .execute();
};

/** Tx step: adds rows to the report and updates its counts. A line that is already reported is skipped. */
export const addToReport = async (
  tx: Tx,
  id: CatalogImportId,
  rows: readonly ImportRow[],
  done: { readonly rowCount: number; readonly cursor: number; readonly newCategories: readonly string[] },
): Promise<void> => {
  await sql`
    with added as (
      insert into catalog_import_rows (import_id, line, handle, sku, outcome, message, code)
      select ${id}, r.line, left(r.handle, 255), left(r.sku, 255), r.outcome, r.message, r.code
      from ${rowsAs('r', rows, { line: 'int', handle: 'text', sku: 'text', outcome: 'text', message: 'text', code: 'text' })}
      on conflict (import_id, line) do nothing returning outcome, message)
    update catalog_imports set processed_count = processed_count + ${done.rowCount},
      cursor_line = ${done.cursor},
      created_count = created_count + (select count(*) from added where outcome = 'created')::int,
      updated_count = updated_count + (select count(*) from added where outcome = 'updated')::int,
      unchanged_count = unchanged_count + (select count(*) from added where outcome = 'unchanged')::int,
      failed_count = failed_count + (select count(*) from added where outcome = 'failed')::int,
      noted_count = noted_count + (select count(*) from added where outcome <> 'failed' and message is not null)::int,
      new_categories = array(select distinct name from unnest(new_categories || ${done.newCategories}::text[]) as n(name) order by name)
    where id = ${id}`.execute(tx.db);
};

/**
 * Tx step: stores names of a file with their products: SKUs, or `handle`, the keys of rows that belong to the product of another row. A
 * name that is stored already stays as it is, so the first product counts.
 */
export const insertNames = async (tx: Tx, id: CatalogImportId, kind: 'handle' | 'sku', names: readonly ImportName[]): Promise<void> => {
  await tx.db
    .insertInto('catalog_import_names')
    .columns(['importId', 'kind', 'name', 'handle', 'line'])
    .expression(
      tx.db
        .selectFrom(rowsAs('n', names, { name: 'text', handle: 'text', line: 'int' }))
        .select((eb) => [eb.cast<string>(eb.val(id), 'uuid').as('importId'), sql.lit(kind).as('kind'), 'n.name', 'n.handle', 'n.line']),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
};

/** Tx step: deletes the stored names of files. */
export const deleteNames = async (tx: Tx, ids: readonly CatalogImportId[]): Promise<void> => {
  await tx.db.deleteFrom('catalog_import_names').where('importId', '=', anyId(ids)).execute();
};

/** Tx step: ends a claimed import, `failed` when there is a problem with the file as a whole. Throws when the lease was lost. */
export const recordImportEnd = async (tx: Tx, claim: ImportClaim, problem: string | null): Promise<void> =>
  lease.assertHeld(
    await sql`
      update catalog_imports set status = ${problem === null ? 'finished' : 'failed'}, problem = ${problem},
        finished_at = now(), ${lease.release}
      where ${lease.isHeldBy(claim)}`.execute(tx.db),
  );

/** Tx step: cancels an import that has not ended; its worker loses the lease. Returns false when it had ended. */
export const recordImportCancelled = async (tx: Tx, id: CatalogImportId): Promise<boolean> => {
  const { numAffectedRows } = await sql`
    update catalog_imports set status = 'cancelled', finished_at = now(), ${lease.revoke}
    where id = ${id} and status in ('uploading', 'queued', 'running')`.execute(tx.db);
  return numAffectedRows === 1n;
};
