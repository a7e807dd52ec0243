import type { ImportRow, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { offsetOf, requireScope, toPage, transact, type Actor, type Core } from '../kernel/index.ts';
import { toCsvFile } from './csv.rows.ts';
import { importColumns, readImport, toImport } from './import.records.ts';
import { claimImport, queueImport } from './import.store.ts';
import { workOffImport } from './run-import.ts';
import { countRows } from './shopify-csv.ts';
import { keepFile, openImport, requireCommitScopes } from './upload-import.ts';

type C = ShopContract['imports'];

/**
 * Imports Shopify's product CSV within the call. Each batch commits on its own, and invalid products never affect valid
 * ones. Products are identified by handle, variants by SKU or options, so the same file again changes nothing.
 * `preview` does the same work and rolls it back. Throws `INVALID_CSV`, with nothing written.
 */
export const importProducts = async (
  core: Core,
  actor: Actor,
  input: z.output<C['create']['input']>,
): Promise<z.output<C['create']['output']>> => {
  requireScope(actor, 'catalog:write');
  requireCommitScopes(actor, input.mode);
  await countRows(toCsvFile(input.csv));
  // Claimed in the transaction that opens it, so that no worker takes this import.
  const work = await transact(core, async (tx) => {
    const id = await openImport(tx, actor, input.fileName);
    await keepFile(tx, id, input.csv);
    await queueImport(tx, id, input.mode);
    return claimImport(tx, id);
  });
  if (!work) throw new Error('An import that was just created cannot be claimed');
  await workOffImport(core, work, Number.POSITIVE_INFINITY);
  const { rows } = await sql<ImportRow>`
    select line, handle, sku, outcome, message, code from catalog_import_rows where import_id = ${work.id} order by line`.execute(core.db);
  return { ...(await readImport(core, work.id)), rows };
};

/** An import with a page of its report. Throws `NOT_FOUND`. */
export const getCatalogImport = async (
  core: Core,
  actor: Actor,
  input: z.output<C['get']['input']>,
): Promise<z.output<C['get']['output']>> => {
  requireScope(actor, 'catalog:read');
  const report = await readImport(core, input.id);
  const { rows } = await sql<ImportRow & { totalCount: number }>`
    select line, handle, sku, outcome, message, code, count(*) over () as "totalCount" from catalog_import_rows
    where import_id = ${input.id} and outcome = coalesce(${input.outcome ?? null}, outcome)
      and (${input.noted ?? null}::boolean is null or ${input.noted ?? null} = (outcome <> 'failed' and message is not null)) order by line limit ${input.pageSize} offset ${offsetOf(input)}`.execute(
    core.db,
  );
  const items = rows.map(({ totalCount: _, ...row }) => row);
  return { ...report, rows: toPage(input, items, rows[0]?.totalCount ?? 0) };
};

/** Imports, newest first. */
export const listCatalogImports = async (
  core: Core,
  actor: Actor,
  input: z.output<C['list']['input']>,
): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'catalog:read');
  const { rows } = await sql<Parameters<typeof toImport>[0]>`
    select ${importColumns} from catalog_imports order by created_at desc, id desc limit ${input.pageSize} offset ${offsetOf(input)}`.execute(
    core.db,
  );
  const total = await sql<{ n: number }>`select count(*)::int as n from catalog_imports`.execute(core.db);
  return toPage(input, rows.map(toImport), total.rows[0]?.n ?? 0);
};
