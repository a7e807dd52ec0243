/** The upload of a file in chunks, and its start. */
import { isDeepStrictEqual } from 'node:util';
import { definedFields, importChunkSize, type CatalogImport, type CatalogImportId, type ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, nameCall, requireScope, rowCount, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { readHeader } from './csv.rows.ts';
import { clearFailed, deleteLines } from './import-lines.store.ts';
import { lockImport } from './import.locks.ts';
import { assertMapping } from './mapping.policy.ts';
import { importFile, readImport } from './import.records.ts';
import { deleteChunks, deleteNames, insertImport, queueImport, recordImportCancelled, saveChunk } from './import.store.ts';
import { textSlices } from './text-slices.ts';

type C = ShopContract['imports'];

/** Opens an import that waits for its file. */
export const beginImport = (core: Core, actor: Actor, { fileName }: z.output<C['begin']['input']>): Promise<CatalogImport> => {
  requireScope(actor, 'catalog:write');
  return transact(
    core,
    { once: { answers: true, subject: ({ id }) => id, again: (tx, { subject }) => readImport(tx, subject as CatalogImportId) } },
    async (tx) => readImport(tx, await openImport(tx, actor, fileName)),
  );
};

/** Tx step: a new import without a file. */
export const openImport = async (tx: Tx, actor: Actor, fileName: string): Promise<CatalogImportId> => {
  const id = tx.ids.next<CatalogImportId>();
  await insertImport(tx, { id, fileName, createdBy: actor.kind === 'user' ? actor.userId : null });
  return id;
};

/** Tx step: keeps a text as the chunks of an import's file. */
export const keepFile = async (tx: Tx, id: CatalogImportId, text: string): Promise<void> => {
  let position = 0;
  for (const chunk of textSlices(text, importChunkSize)) {
    await saveChunk(tx, id, position, chunk);
    position += 1;
  }
};

/** The error for an import that was already started: it is running or has ended. */
export const startedBefore = (status: CatalogImport['status']): DomainError =>
  ['queued', 'running'].includes(status)
    ? new DomainError('IMPORT_RUNNING', `This import is ${status}. Wait until it has ended, or cancel it.`, { details: { status } })
    : new DomainError('IMPORT_ENDED', `This import is ${status}. Start a new one.`, { details: { status } });

/** Keeps one chunk. Throws `IMPORT_RUNNING` or `IMPORT_ENDED` once the import was started. */
export const appendToImport = (
  core: Core,
  actor: Actor,
  { id, position, content }: z.output<C['append']['input']>,
): Promise<{ ok: true }> => {
  requireScope(actor, 'catalog:write');
  return transact(core, async (tx) => {
    const { status } = await lockImport(tx, id);
    if (status !== 'uploading') throw startedBefore(status);
    await saveChunk(tx, id, position, content);
    return { ok: true };
  });
};

/** The worker writes the file in the name of the shop, so whoever starts it must be allowed to set prices and stock. Throws `FORBIDDEN`. */
export const requireCommitScopes = (actor: Actor, mode: z.output<C['start']['input']>['mode']): void => {
  if (mode !== 'commit') return;
  requireScope(actor, 'pricing:write');
  requireScope(actor, 'inventory:write');
};

/**
 * Queues an import. A mapping and a decimal sign stay until others are given. Throws `IMPORT_RUNNING` or `IMPORT_ENDED` when the
 * import was started before and is no finished preview, `IMPORT_INCOMPLETE` when the file or a chunk of it is missing, `INVALID_CSV`
 * when the columns of a file with a mapping cannot be read, and `INVALID_MAPPING` when the mapping does not fit them.
 */
export const startImport = (
  core: Core,
  actor: Actor,
  { id, mode, mapping, decimalSign }: z.output<C['start']['input']>,
): Promise<CatalogImport> => {
  requireScope(actor, 'catalog:write');
  requireCommitScopes(actor, mode);
  return transact(core, async (tx) => {
    const before = await lockImport(tx, id);
    const again = before.status === 'finished' && before.mode === 'preview';
    if (before.status !== 'uploading' && !again) throw startedBefore(before.status);
    await assertWhole(tx, id);
    if (mapping) assertMapping(await readHeader(importFile(tx, id)), mapping);
    const isChanged = mapping !== undefined && !isDeepStrictEqual(mapping, before.mapping);
    await queueImport(tx, id, mode, definedFields({ mapping: isChanged ? mapping : undefined, decimalSign }));
    await clearFailed(tx, id);
    return readImport(tx, id);
  });
};

/** Cancels an import. Rows already written stay and are in the report; the file is deleted. Throws `IMPORT_ENDED`. */
export const cancelImport = (core: Core, actor: Actor, { id }: z.output<C['cancel']['input']>): Promise<CatalogImport> => {
  requireScope(actor, 'catalog:write');
  return transact(core, async (tx) => {
    const { status } = await lockImport(tx, id);
    if (!(await recordImportCancelled(tx, id)))
      throw new DomainError('IMPORT_ENDED', `This import is already ${status}.`, { details: { status } });
    await deleteNames(tx, [id]);
    await deleteLines(tx, [id]);
    await deleteChunks(tx, [id]);
    return readImport(tx, id);
  });
};

const assertWhole = async (tx: Tx, id: CatalogImportId): Promise<void> => {
  const chunks = await tx.db
    .selectFrom('catalog_import_chunks')
    .select(({ fn }) => [rowCount.as('n'), fn.max('position').as('last')])
    .where('importId', '=', id)
    .executeTakeFirstOrThrow();
  if (chunks.n > 0 && chunks.last === chunks.n - 1) return;
  if (chunks.n === 0) throw noFile();
  throw new DomainError('IMPORT_INCOMPLETE', 'A chunk of the file is missing. Upload every position, starting at 0.', {
    details: { pieces: chunks.n },
  });
};

/** The error for an import without a file, `IMPORT_INCOMPLETE`. */
export const noFile = (): DomainError =>
  new DomainError('IMPORT_INCOMPLETE', `This import has no file yet. Upload one with ${nameCall('imports.append')}, then start it.`, {
    details: { pieces: 0 },
  });
