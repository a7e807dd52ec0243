/**
 * The states of an import and its lease for one worker at a time: the only functions that write
 * `catalog_imports.status`. `uploading` -> `queued` -> `running` -> `finished` or `failed`. A finished preview may be
 * queued again, and an import that has not ended may be `cancelled` at any moment.
 */
import type { CatalogImportId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { createLease, DomainError, type Claim as LeaseClaim, type Tx } from '../kernel/index.ts';

const lease = createLease({
  seconds: 60,
  whileOpen: sql`status = 'running'`,
  lost: () => new DomainError('CONFLICT', 'Another worker is running this import.'),
});

/** An import and the right to work on it, until the lease ends. */
export interface Claim extends LeaseClaim<CatalogImportId> {
  readonly mode: 'preview' | 'commit';
  /** Where the last batch ended; both are 0 at the start. */
  readonly cursorLine: number;
  readonly cursorByte: number;
  readonly checked: boolean;
}

/** The error for an import that was already started: it is running or has ended. */
export const startedBefore = (status: string): DomainError =>
  ['queued', 'running'].includes(status)
    ? new DomainError('IMPORT_RUNNING', `This import is ${status}. Wait until it has ended, or cancel it.`, { details: { status } })
    : new DomainError('IMPORT_ENDED', `This import is ${status}. Start a new one.`, { details: { status } });

/** Tx step: begins from the first line, with an empty report. */
export const queueImport = async (tx: Tx, id: CatalogImportId, mode: 'preview' | 'commit'): Promise<void> => {
  await sql`delete from catalog_import_rows where import_id = ${id}`.execute(tx.db);
  await sql`delete from catalog_import_names where import_id = ${id}`.execute(tx.db);
  const { numAffectedRows } = await sql`
    update catalog_imports set mode = ${mode}, status = 'queued', cursor_line = 0, cursor_byte = 0, processed_count = 0, created_count = 0, updated_count = 0, unchanged_count = 0, failed_count = 0, noted_count = 0,
      finished_at = null, locked_until = null where id = ${id} and (status = 'uploading' or (status = 'finished' and mode = 'preview'))`.execute(
    tx.db,
  );
  if (numAffectedRows !== 1n) throw new DomainError('IMPORT_RUNNING', 'This import was started by another request.');
};

/** Claims the oldest import without a worker, or the given one; null when there is none. */
export const claimImport = async ({ db }: Pick<Tx, 'db'>, id: CatalogImportId | null): Promise<Claim | null> => {
  const { rows } = await sql<Claim>`
    update catalog_imports set status = 'running', ${lease.take}
    where id = (select id from catalog_imports where status in ('queued', 'running') and ${lease.isFree} and id = coalesce(${id}, id)
      order by created_at limit 1 for update skip locked)
    returning id, mode, cursor_line as "cursorLine", cursor_byte as "cursorByte", checked_at is not null as checked, fence`.execute(db);
  return rows[0] ?? null;
};

/** Renews the lease. Throws when another worker has taken it over: then nothing more is written here. */
export const keepLease = async ({ db }: Pick<Tx, 'db'>, claim: Claim): Promise<void> =>
  lease.assertHeld(await sql`update catalog_imports set ${lease.renew} where ${lease.isHeldBy(claim)}`.execute(db));

/** Releases the claim, so that another worker can continue at once. */
export const releaseLease = async ({ db }: Pick<Tx, 'db'>, claim: Claim): Promise<void> => {
  await sql`update catalog_imports set ${lease.release} where ${lease.isHeldBy(claim)}`.execute(db);
};

/** Tx step: ends a claimed import, `failed` when there is a problem with the file as a whole. Throws when the lease was lost. */
export const recordImportEnd = async (tx: Tx, claim: Claim, problem: string | null): Promise<void> =>
  lease.assertHeld(
    await sql`
      update catalog_imports set status = ${problem === null ? 'finished' : 'failed'}, problem = ${problem}, finished_at = now(), ${lease.release}
      where ${lease.isHeldBy(claim)}`.execute(tx.db),
  );

/** Tx step: cancels an import that has not ended; its worker loses the lease. Returns false when it had ended. */
export const recordImportCancelled = async (tx: Tx, id: CatalogImportId): Promise<boolean> => {
  const { numAffectedRows } = await sql`
    update catalog_imports set status = 'cancelled', finished_at = now(), ${lease.revoke}
    where id = ${id} and status in ('uploading', 'queued', 'running')`.execute(tx.db);
  return numAffectedRows === 1n;
};
