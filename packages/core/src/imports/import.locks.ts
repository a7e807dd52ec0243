/** The locks on imports; a worker claims one in `import.store.ts`. */
import type { CatalogImport, CatalogImportId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { notFound, type Tx } from '../kernel/index.ts';

/** Tx step: locks an import. Throws `NOT_FOUND`. */
export const lockImport = async (tx: Tx, id: CatalogImportId): Promise<Pick<CatalogImport, 'status' | 'mode'>> => {
  const { rows } = await sql<
    Pick<CatalogImport, 'status' | 'mode'>
  >`select status, mode from catalog_imports where id = ${id} for no key update`.execute(tx.db);
  if (!rows[0]) throw notFound('This import');
  return rows[0];
};
