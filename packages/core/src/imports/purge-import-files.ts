import type { CatalogImportId } from '@cartwright/contracts';
import { workOffPages, type Core } from '../kernel/index.ts';
import { deleteLines } from './import-lines.store.ts';
import { lockIdleImports } from './import.locks.ts';
import { findOldFiles } from './import.records.ts';
import { deleteChunks, deleteNames } from './import.store.ts';

const keptForMs = 30 * 24 * 3_600_000;

/**
 * Deletes the files of imports that began 30 days ago, with the failed rows, which shops may have left there. The import and its report
 * stay. Returns how many were processed. Scheduled; safe in several workers.
 */
export const purgeImportFiles = (core: Core, pageSize = 20): Promise<number> => {
  const keptSince = new Date(core.clock.now().getTime() - keptForMs);
  return workOffPages<CatalogImportId>(core, {
    what: 'the removal of the file of an import',
    pageSize,
    find: (after, limit) => findOldFiles(core, keptSince, after, limit),
    handle: async (tx, wanted) => {
      const ids = await lockIdleImports(tx, wanted);
      await deleteLines(tx, ids);
      await deleteNames(tx, ids);
      await deleteChunks(tx, ids);
      return ids.length;
    },
  });
};
