/** The locks on imports; a worker claims one in `import.store.ts`. */
import type { CatalogImport, CatalogImportId } from '@cartwright/contracts';
import { anyId, notFound, type Tx } from '../kernel/index.ts';

/** Tx step: locks an import. Throws `NOT_FOUND`. */
export const lockImport = async (tx: Tx, id: CatalogImportId): Promise<Pick<CatalogImport, 'status' | 'mode' | 'mapping'>> => {
  const row = await tx.db
    .selectFrom('catalog_imports')
    .select(['status', 'mode', 'mapping'])
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (!row) throw notFound('This import', id);
  return row;
};

/** Tx step: locks those of the imports that are not being processed. Returns their ids. */
export const lockIdleImports = async (tx: Tx, ids: readonly CatalogImportId[]): Promise<CatalogImportId[]> => {
  const rows = await tx.db
    .selectFrom('catalog_imports')
    .select('id')
    .where('id', '=', anyId(ids))
    .where('status', 'not in', ['queued', 'running'])
    .orderBy('id')
    .forNoKeyUpdate()
    .$narrowType<{ id: CatalogImportId }>()
    .execute();
  return rows.map(({ id }) => id);
};
