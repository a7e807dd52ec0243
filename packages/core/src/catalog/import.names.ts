/** What a file says twice, however far apart: the names it has met stand in a table, so that memory does not grow with the file. */
import type { CatalogImportId, ImportRow } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

interface Name {
  readonly kind: 'handle' | 'sku';
  readonly name: string;
  readonly handle: string;
  readonly line: number;
}

/** The names in rows of a batch, each with the line it stands in first; a handle with the first line of its product. */
const namesOf = (rows: readonly ImportRow[]): Name[] => {
  const names = new Map<string, Name>();
  for (const { handle, sku, line } of rows) {
    const both = [
      { kind: 'handle', name: handle, handle, line } as const,
      ...(sku === null ? [] : [{ kind: 'sku', name: sku, handle, line } as const]),
    ];
    for (const name of both) if (!names.has(`${name.kind}:${name.name}`)) names.set(`${name.kind}:${name.name}`, name);
  }
  return [...names.values()];
};

/**
 * Tx step: tells of each row whose handle or SKU stood in an earlier batch of the file. A product that takes the SKU
 * of another one fails whole, as it does when the file is imported; one that comes again is a change of the first.
 */
export const tellRepeats = async (tx: Tx, id: CatalogImportId, rows: readonly ImportRow[]): Promise<ImportRow[]> => {
  const names = namesOf(rows.filter(({ outcome, code }) => outcome !== 'failed' || code === 'SKU_TAKEN'));
  if (names.length === 0) return [...rows];
  const { rows: known } = await sql<Name>`
    select kind, name, handle, line from catalog_import_names where import_id = ${id}
      and (kind, name) in (select n.kind, n.name from jsonb_to_recordset(${JSON.stringify(names)}::jsonb) as n(kind text, name text))`.execute(
    tx.db,
  );
  const handles = new Map(known.flatMap((name) => (name.kind === 'handle' ? [[name.name, name]] : [])));
  const skus = new Map(known.flatMap((name) => (name.kind === 'sku' ? [[name.name, name]] : [])));
  const thieves = new Map<string, Name>();
  for (const row of rows) {
    const first = row.sku === null ? undefined : skus.get(row.sku);
    if (first && first.handle !== row.handle && !thieves.has(row.handle)) thieves.set(row.handle, first);
  }
  const told = rows.map((row): ImportRow => {
    if (row.outcome === 'failed' && row.code !== 'SKU_TAKEN') return row;
    const owner = thieves.get(row.handle);
    if (owner) {
      const message = `Another variant has this SKU already: ${owner.name} stands in line ${owner.line}, in the product ${owner.handle}.`;
      return { ...row, outcome: 'failed', message, code: 'SKU_TAKEN' };
    }
    if (row.outcome === 'failed') return row;
    const sku = row.sku === null ? undefined : skus.get(row.sku);
    if (sku)
      return {
        ...row,
        outcome: row.outcome === 'created' ? 'updated' : row.outcome,
        message: `The SKU stands in line ${sku.line} already; this row changes it.`,
      };
    const handle = handles.get(row.handle);
    return handle ? { ...row, message: `The handle stands in line ${handle.line} already; this row changes that product.` } : row;
  });
  await sql`
    insert into catalog_import_names (import_id, kind, name, handle, line)
    select ${id}, n.kind, n.name, n.handle, n.line from jsonb_to_recordset(${JSON.stringify(namesOf(told.filter(({ outcome }) => outcome !== 'failed')))}::jsonb) as n(kind text, name text, handle text, line int)
    on conflict do nothing`.execute(tx.db);
  return told;
};
