/** Processes one import: stores the rows of the file by product, then writes the products in batches, each with its part of the report. */
import type { CatalogImportId, ImportRow } from '@cartwright/contracts';
import { sql } from 'kysely';
import { addCategories } from '../catalog/index.ts';
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
import { getShopTerms } from '../pricing/index.ts';
import { failProduct, importBatch, type ImportedBatch } from './write-batch.ts';
import {
  deleteImported,
  deleteImportedKeys,
  deleteLines,
  insertLines,
  insertProductKeys,
  joinParts,
  markFailed,
} from './import-lines.store.ts';
import { keepSkus } from './earlier-skus.ts';
import { importFile, readNewCategories, readFiledProducts, readFiledRows, readStoredHeader } from './import.records.ts';
import {
  addToReport,
  claimImport,
  deleteChunks,
  deleteNames,
  insertNames,
  keepLease,
  recordImportEnd,
  recordImportStaged,
  releaseLease,
  restartImport,
  type ImportClaim,
} from './import.store.ts';
import type { CsvTerms } from './csv.cells.ts';
import { splitPath } from './csv.lists.ts';
import { mostRows, readProductFile, toFormat, toGroup, type CsvGroup } from './read-product-file.ts';
import type { ProductFormat } from './file-format.ts';

/** The most products that are written in one transaction, and the number of rows after which it gets no further product. */
export const batchSize = { products: 200, rows: 1_000 } as const;

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
const writeOnce = async (core: Core, work: ImportClaim, groups: readonly CsvGroup[]): Promise<void> => {
  const products = groups.flatMap(({ product }) => product ?? []);
  if (work.mode === 'commit')
    // Report and cursor commit with the products, so that a crash repeats nothing.
    return transact(core, async (tx) => {
      await keepLease(tx, work);
      await report(tx, work, groups, products.length > 0 ? await importBatch(tx, importer, work.id, products) : nothing);
      tx.failpoints.reach('import.insideBatch');
    });
  const batch = await transact(core, async (tx): Promise<ImportedBatch> => {
    // Those that earlier batches added are gone with them, and would be counted again under another spelling.
    const added = (await readNewCategories(tx, work.id)).map(splitPath);
    await addCategories(
      tx,
      added,
      products.flatMap(({ category }) => category ?? []),
    );
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
const runBatch = async (core: Core, work: ImportClaim, groups: readonly CsvGroup[], attempt = 1): Promise<void> => {
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

const report = async (
  tx: Tx,
  work: ImportClaim,
  groups: readonly CsvGroup[],
  { rows: written, newCategories }: ImportedBatch,
): Promise<void> => {
  const problems = groups.flatMap((group) => group.problems.map((problem): ImportRow => ({ ...problem, outcome: 'failed' })));
  await keepSkus(tx, work.id, written);
  await addToReport(tx, work.id, [...written, ...problems], {
    rowCount: groups.reduce((sum, group) => sum + group.rowCount, 0),
    cursor: groups.at(-1)?.firstPosition ?? work.cursorLine,
    newCategories,
  });
  const failedHandles = new Set(written.flatMap(({ outcome, handle }) => (outcome === 'failed' ? [handle] : [])));
  const hasFailed = ({ product }: CsvGroup) => product === null || failedHandles.has(product.handle);
  const keysOf = (some: readonly CsvGroup[]) => some.map(({ productKey }) => productKey);
  const [failed, imported] = [groups.filter(hasFailed), groups.filter((group) => !hasFailed(group))];
  if (failed.length > 0) await markFailed(tx, work.id, keysOf(failed));
  if (work.mode === 'commit' && imported.length > 0) await deleteImported(tx, work.id, keysOf(imported));
};

/** The products of a file after a position, as many as are written in one transaction; none at its end. */
const readBatch = async (core: Core, id: CatalogImportId, after: number, format: ProductFormat, terms: CsvTerms): Promise<CsvGroup[]> => {
  let rows = 0;
  const filed = (await readFiledProducts(core, id, after, batchSize.products)).filter(({ rowCount }) => {
    const isWithin = rows < batchSize.rows;
    rows += Math.min(rowCount, mostRows);
    return isWithin;
  });
  if (filed.length === 0) return [];
  const read = filed.filter(({ rowCount }) => rowCount <= mostRows).map(({ productKey }) => productKey);
  const byKey = await readFiledRows(core, id, read);
  return filed.map((one) => toGroup(one, byKey.get(one.productKey) ?? [], format, terms));
};

const finish = (core: Core, work: ImportClaim, problem: string | null): Promise<void> =>
  transact(core, async (tx) => {
    await recordImportEnd(tx, work, problem);
    await deleteNames(tx, [work.id]);
    if (problem !== null) await deleteLines(tx, [work.id]);
    else if (work.mode === 'commit') await deleteImportedKeys(tx, work.id);
    // A preview keeps its file for the import that follows.
    if (problem !== null || work.mode === 'commit') await deleteChunks(tx, [work.id]);
  });

/** The rows of a file that one statement gives to their products: millions at once take longer than a statement may. */
const rowsTogether = 2_000;

/** Reads the whole file once and stores its rows by product, so that an unreadable file changes nothing in the shop. */
const stage = async (core: Core, work: ImportClaim): Promise<boolean> => {
  const step = (write: (tx: Tx) => Promise<void>) =>
    transact(core, async (tx) => {
      await keepLease(tx, work);
      await write(tx);
    });
  try {
    await step(async (tx) => {
      await restartImport(tx, work);
      await deleteLines(tx, [work.id]);
    });
    const extent = await readProductFile(importFile(core, work.id), work.mapping, (rows, parts) =>
      step(async (tx) => {
        await insertLines(tx, work.id, rows);
        if (parts.length > 0) await insertNames(tx, work.id, 'handle', parts);
        tx.failpoints.reach('import.insideStaging');
      }),
    );
    await step(async (tx) => {
      for (let from = 0; from <= extent.rowCount; from += rowsTogether) {
        const span = { from, to: from + rowsTogether };
        await joinParts(tx, work.id, span);
        await insertProductKeys(tx, work.id, span);
      }
      await recordImportStaged(tx, work, extent);
    });
    return true;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    await finish(core, work, error.message);
    return false;
  }
};

const begunEarlier = ({ cursorLine }: ImportClaim): string =>
  `The version before this one began this import and wrote the rows up to line ${cursorLine}. Nothing after it was written. ` +
  'Import the file again, without the stock of the rows that are written.';

/** Runs a claimed import for up to `forMs`, then releases the claim. */
export const workOffImport = async (core: Core, work: ImportClaim, forMs: number): Promise<void> => {
  const until = core.clock.now().getTime() + forMs;
  // Its first products may have been sold since: writing them once more would set their stock a second time.
  if (work.isBegunEarlier) return finish(core, work, begunEarlier(work));
  if (!work.isStaged && !(await stage(core, work))) return;
  const { currency } = await getShopTerms(core, null, null);
  const terms = { currency, imageHosts: core.config.imageHosts };
  const header = await readStoredHeader(core, work.id);
  if (!header) throw new Error('The rows of an import are stored without their header');
  const format = toFormat({ ...header, decimalSign: work.decimalSign }, work.mapping);
  let after = work.isStaged ? work.cursorLine : 0;
  for (;;) {
    const groups = await readBatch(core, work.id, after, format, terms);
    const last = groups.at(-1);
    if (!last) break;
    await runBatch(core, work, groups);
    after = last.firstPosition;
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
