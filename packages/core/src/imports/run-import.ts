/** Processes one import: checks the file, then writes it batch by batch, each batch with its part of the report. */
import type { ImportRow } from '@cartwright/contracts';
import { sql } from 'kysely';
import { retries } from '../jobs/index.ts';
import {
  DomainError,
  isLeaseLost,
  isLockTimeout,
  isUnstorable,
  nextAttempt,
  system,
  transact,
  type Actor,
  type Core,
  type Tx,
} from '../kernel/index.ts';
import { getStoreTerms } from '../pricing/index.ts';
import { failProduct, importBatch, type ImportedBatch } from './import-batch.ts';
import { keepNames } from './import.names.ts';
import { importFile } from './import.records.ts';
import {
  addToReport,
  claimImport,
  deleteChunks,
  deleteNames,
  keepLease,
  recordImportChecked,
  recordImportEnd,
  releaseLease,
  type Claim,
} from './import.store.ts';
import { measureFile, readShopifyCsv, type CsvGroup } from './shopify-csv.ts';

/** The most products and variants that are written in one transaction. */
export const batchSize = { products: 200, variants: 1_000 } as const;
/** The number of rows that any machine checks in a small part of a lease. */
const rowsPerLease = 50_000;

/** Thrown to roll back the work of a preview. */
class PreviewDone extends Error {
  readonly batch: ImportedBatch;
  constructor(batch: ImportedBatch) {
    super('preview');
    this.batch = batch;
  }
}

const importer: Actor = system('import');
const nothing: ImportedBatch = { rows: [], newCategories: [] };

/** Codes for a name that another transaction took at the same moment; on another attempt the import sees its owner. */
const races: readonly string[] = ['SKU_TAKEN', 'SLUG_TAKEN', 'HANDLE_TAKEN', 'NAME_TAKEN', 'OPTIONS_TAKEN'];

/** Writes products and records their report; a preview rolls back the products. */
const writeOnce = async (core: Core, work: Claim, groups: readonly CsvGroup[]): Promise<void> => {
  const products = groups.flatMap(({ product }) => product ?? []);
  if (work.mode === 'commit')
    // Report and cursor commit with the products, so that a crash repeats nothing.
    return transact(core, async (tx) => {
      await keepLease(tx, work);
      await report(tx, work, groups, products.length > 0 ? await importBatch(tx, importer, work.id, products) : nothing);
      tx.failpoints.reach('import.insideBatch');
    });
  const batch = await transact(core, async (tx): Promise<ImportedBatch> => {
    throw new PreviewDone(await importBatch(tx, importer, work.id, products));
  }).catch((error: unknown) => {
    if (error instanceof PreviewDone) return error.batch;
    throw error;
  });
  return transact(core, async (tx) => {
    await keepLease(tx, work);
    await report(tx, work, groups, batch);
  });
};

/** Writes a batch. A refused batch is tried in halves until the invalid product is alone and is reported. */
const runBatch = async (core: Core, work: Claim, groups: readonly CsvGroup[], attempt = 1): Promise<void> => {
  try {
    await writeOnce(core, work, groups);
    core.failpoints.reach('import.afterBatch');
  } catch (error) {
    // Another import writes the same products, or somebody changes one of them.
    const mayRepeat = nextAttempt(retries.importBatch, attempt) !== null;
    if (mayRepeat && isLockTimeout(error)) return runBatch(core, work, groups, attempt + 1);
    const refusal = isUnstorable(error) ? unstorable(error) : error;
    if (!(refusal instanceof DomainError)) throw error;
    if (mayRepeat && races.includes(refusal.code)) return runBatch(core, work, groups, attempt + 1);
    if (groups.length > 1) {
      const middle = groups.length >> 1;
      await runBatch(core, work, groups.slice(0, middle));
      return runBatch(core, work, groups.slice(middle));
    }
    const product = groups[0]?.product;
    await transact(core, async (tx) => {
      await keepLease(tx, work);
      await report(tx, work, groups, { ...nothing, rows: product ? failProduct(product, refusal) : [] });
    });
  }
};

/** The refusal of a product that the database cannot hold. */
const unstorable = (cause: unknown): DomainError =>
  new DomainError('INVALID_INPUT', 'The product cannot be stored: a value of it is too long or of an impossible form. Shorten its texts.', {
    cause,
  });

const report = async (tx: Tx, work: Claim, groups: readonly CsvGroup[], { rows: written, newCategories }: ImportedBatch): Promise<void> => {
  const problems = groups.flatMap((group) => group.problems.map((problem): ImportRow => ({ ...problem, outcome: 'failed' })));
  await keepNames(tx, work.id, written);
  await addToReport(tx, work.id, [...written, ...problems], {
    rowCount: groups.reduce((sum, group) => sum + group.rowCount, 0),
    end: groups.at(-1)?.end ?? { line: work.cursorLine, byte: work.cursorByte },
    newCategories,
  });
};

/** Groups products into batches; a repeated handle begins a new batch, so that it is compared with the stored name of the first. */
const inBatches = async function* (groups: AsyncIterable<CsvGroup>): AsyncGenerator<CsvGroup[], void, undefined> {
  let batch: CsvGroup[] = [];
  let handles = new Set<string>();
  let variants = 0;
  for await (const group of groups) {
    const handle = group.product?.handle;
    const full = batch.length >= batchSize.products || variants >= batchSize.variants;
    if (batch.length > 0 && (full || (handle !== undefined && handles.has(handle)))) {
      yield batch;
      [batch, handles, variants] = [[], new Set(), 0];
    }
    batch.push(group);
    if (handle !== undefined) handles.add(handle);
    variants += group.product?.variants.length ?? 0;
  }
  if (batch.length > 0) yield batch;
};

const finish = (core: Core, work: Claim, problem: string | null): Promise<void> =>
  transact(core, async (tx) => {
    await recordImportEnd(tx, work, problem);
    await deleteNames(tx, work.id);
    // A preview keeps its file for the import that follows.
    if (problem !== null || work.mode === 'commit') await deleteChunks(tx, work.id);
  });

/** Reads the whole file once, so that an unreadable file changes nothing. */
const look = async (core: Core, work: Claim): Promise<boolean> => {
  try {
    const extent = await measureFile(importFile(core, work.id), async (count) => {
      if (count % rowsPerLease === 0) await transact(core, { oneStatement: true }, (tx) => keepLease(tx, work));
    });
    await transact(core, { oneStatement: true }, (tx) => recordImportChecked(tx, work, extent));
    return true;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    await finish(core, work, error.message);
    return false;
  }
};

/** Runs a claimed import for up to `forMs`, then releases the claim. */
export const workOffImport = async (core: Core, work: Claim, forMs: number): Promise<void> => {
  const until = core.clock.now().getTime() + forMs;
  if (!work.checked && !(await look(core, work))) return;
  const { currency } = await getStoreTerms(core, null, null);
  const terms = { currency, imageHosts: core.config.imageHosts };
  const after = work.cursorByte === 0 ? null : { line: work.cursorLine, byte: work.cursorByte };
  const rest = readShopifyCsv(importFile(core, work.id), terms, after);
  for await (const groups of inBatches(rest)) {
    await runBatch(core, work, groups);
    if (core.clock.now().getTime() < until) continue;
    await transact(core, { oneStatement: true }, (tx) => releaseLease(tx, work));
    return;
  }
  await finish(core, work, null);
  if (work.mode === 'commit') await sql`analyze products, variants, stock_levels, product_images, search_entries`.execute(core.db);
};

/**
 * Runs the import that has waited longest, for up to `forMs`. Returns whether there was one. The next call continues
 * where this one stopped; several workers may call.
 */
export const runImport = async (core: Core, forMs = 10_000): Promise<boolean> => {
  const work = await transact(core, { oneStatement: true }, (tx) => claimImport(tx, null));
  if (!work) return false;
  try {
    await workOffImport(core, work, forMs);
  } catch (error) {
    // The import was cancelled or taken over by another worker; the batches written so far are complete.
    if (!isLeaseLost(error)) throw error;
    core.log.info({ importId: work.id }, 'the import was cancelled or taken over by another worker');
  }
  return true;
};
