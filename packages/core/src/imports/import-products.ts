import type { CatalogImportId, ErrorCode, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { offsetOf, requireScope, rowCount, selectPage, toPage, transact, type Actor, type Core } from '../kernel/index.ts';
import { toCsvFile } from './csv.rows.ts';
import { importRecord, readImport } from './import.records.ts';
import { claimImport, queueImport } from './import.store.ts';
import { workOffImport } from './run-import.ts';
import { readProductFile } from './read-product-file.ts';
import { keepFile, openImport, requireCommitScopes } from './upload-import.ts';

type C = ShopContract['imports'];

/**
 * Imports a product file within the call. Each batch commits on its own, and invalid products never affect valid
 * ones. Products are identified by handle, variants by SKU or options, so the same file again changes nothing.
 * `preview` does the same work and rolls it back. Throws `INVALID_CSV` or `INVALID_MAPPING`, with nothing written.
 */
export const importProducts = async (
  core: Core,
  actor: Actor,
  input: z.output<C['create']['input']>,
): Promise<z.output<C['create']['output']>> => {
  requireScope(actor, 'catalog:write');
  requireCommitScopes(actor, input.mode);
  const mapping = input.mapping ?? null;
  await readProductFile(toCsvFile(input.csv), mapping);
  // Claimed in the transaction that opens it, so that no worker takes this import.
  const work = await transact(core, async (tx) => {
    const id = await openImport(tx, actor, input.fileName);
    await keepFile(tx, id, input.csv);
    await queueImport(tx, id, input.mode, { mapping, decimalSign: input.decimalSign ?? null });
    return claimImport(tx, id);
  });
  if (!work) throw new Error('An import that was just created cannot be claimed');
  await workOffImport(core, work, Number.POSITIVE_INFINITY);
  const rows = await reportOf(core, work.id).execute();
  return { ...(await readImport(core, work.id)), rows };
};

/** The report of an import, line by line. */
const reportOf = ({ db }: Pick<Core, 'db'>, id: CatalogImportId) =>
  db
    .selectFrom('catalog_import_rows')
    .select((eb) => ['line', 'handle', 'sku', 'outcome', 'message', eb.ref('code').$castTo<ErrorCode | null>().as('code')])
    .where('importId', '=', id)
    .orderBy('line');

/** An import with a page of its report. Throws `NOT_FOUND`. */
export const getCatalogImport = async (
  core: Core,
  actor: Actor,
  input: z.output<C['get']['input']>,
): Promise<z.output<C['get']['output']>> => {
  requireScope(actor, 'catalog:read');
  const report = await readImport(core, input.id);
  let found = reportOf(core, input.id);
  const { outcome, noted } = input;
  if (outcome !== undefined) found = found.where('outcome', '=', outcome);
  if (noted !== undefined)
    found = found.where((eb) => {
      const isNoted = eb.and([eb('outcome', '<>', sql.lit('failed')), eb('message', 'is not', null)]);
      return noted ? isNoted : eb.not(isNoted);
    });
  return { ...report, rows: await selectPage(found, input, (row) => row) };
};

/** Imports that were started, newest first: an upload that nobody starts is no import. */
export const listCatalogImports = async (
  core: Core,
  actor: Actor,
  input: z.output<C['list']['input']>,
): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'catalog:read');
  const rows = await core.db
    .selectFrom('catalog_imports')
    .select(importRecord.fields)
    .where('status', '<>', sql.lit('uploading'))
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(input.pageSize)
    .offset(offsetOf(input))
    .execute();
  const { n } = await core.db
    .selectFrom('catalog_imports')
    .select(rowCount.as('n'))
    .where('status', '<>', sql.lit('uploading'))
    .executeTakeFirstOrThrow();
  return toPage(input, rows.map(importRecord.of), n);
};
