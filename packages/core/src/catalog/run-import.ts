/** Works off one import: looks the file through, then writes it batch by batch, each batch with its part of the report. */
import type { ImportRow } from '@cartwright/contracts';
import { sql } from 'kysely';
import { DomainError, system, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { getStoreTerms } from '../pricing/index.ts';
import { addToReport, importFile } from './import.records.ts';
import { tellRepeats } from './import.names.ts';
import { claimImport, keepLease, recordImportEnd, releaseLease, type Claim } from './import.state.ts';
import { countRows, readShopifyCsv, type CsvGroup, type CsvProduct } from './shopify-csv.ts';
import { writeProducts } from './write-products.ts';

/** Most products and variants that are written in one transaction. */
export const batchSize = { products: 200, variants: 1_000 } as const;
/** Rows that are looked through in a small part of a lease, on any machine. */
const rowsPerLease = 50_000;

/** Thrown to take a preview's work back. */
class PreviewDone extends Error {
  readonly rows: ImportRow[];
  constructor(rows: ImportRow[]) {
    super('preview');
    this.rows = rows;
  }
}

const tryBatch = async (core: Core, products: readonly CsvProduct[]): Promise<ImportRow[]> => {
  try {
    return await transact(core, async (tx) => {
      const rows = await writeProducts(tx, importer, products);
      throw new PreviewDone(rows);
    });
  } catch (error) {
    if (error instanceof PreviewDone) return error.rows;
    if (!(error instanceof DomainError)) throw error;
    return halve(products, error, (part) => tryBatch(core, part));
  }
};

/** A batch that was refused is tried in halves, until the one product that is to blame stands alone. */
const halve = async (
  products: readonly CsvProduct[],
  error: DomainError,
  attempt: (part: readonly CsvProduct[]) => Promise<ImportRow[]>,
): Promise<ImportRow[]> => {
  const [only] = products;
  if (products.length === 1 && only)
    return only.variants.map(({ line, sku }) => ({
      line,
      handle: only.handle,
      sku,
      outcome: 'failed',
      message: error.message,
      code: error.code,
    }));
  const middle = products.length >> 1;
  return [...(await attempt(products.slice(0, middle))), ...(await attempt(products.slice(middle)))];
};

const importer: Actor = system('import');

/** Writes a batch with its report and the cursor in one transaction, so that a crash repeats nothing. */
const commitBatch = async (core: Core, work: Claim, groups: readonly CsvGroup[]): Promise<void> => {
  try {
    await transact(core, async (tx) => {
      await keepLease(tx, work);
      const products = groups.flatMap(({ product }) => product ?? []);
      const rows = products.length > 0 ? await writeProducts(tx, importer, products) : [];
      await report(tx, work, groups, rows);
    });
  } catch (error) {
    if (!(error instanceof DomainError) || error.code === 'CONFLICT') throw error;
    if (groups.length > 1) {
      const middle = groups.length >> 1;
      await commitBatch(core, work, groups.slice(0, middle));
      await commitBatch(core, work, groups.slice(middle));
      return;
    }
    const product = groups[0]?.product;
    const rows = product ? await halve([product], error, () => Promise.resolve([])) : [];
    await transact(core, async (tx) => {
      await keepLease(tx, work);
      await report(tx, work, groups, rows);
    });
  }
};

const previewBatch = async (core: Core, work: Claim, groups: readonly CsvGroup[]): Promise<void> => {
  const rows = await tryBatch(
    core,
    groups.flatMap(({ product }) => product ?? []),
  );
  await transact(core, async (tx) => {
    await keepLease(tx, work);
    await report(tx, work, groups, rows);
  });
};

const report = async (tx: Tx, work: Claim, groups: readonly CsvGroup[], written: readonly ImportRow[]): Promise<void> => {
  const rows = await tellRepeats(tx, work.id, written);
  const problems = groups.flatMap((group) => group.problems.map((problem): ImportRow => ({ ...problem, outcome: 'failed' })));
  // A line is reported once, its worst news first.
  const byLine = new Map([...rows, ...problems].map((row) => [row.line, row]));
  await addToReport(tx, work.id, [...byLine.values()], {
    rowCount: groups.reduce((sum, group) => sum + group.rowCount, 0),
    end: groups.at(-1)?.end ?? { line: work.cursorLine, byte: work.cursorByte },
  });
};

/** Groups in batches; a handle that comes again begins a new one, so that it meets what the first came to. */
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
    await sql`delete from catalog_import_names where import_id = ${work.id}`.execute(tx.db);
    // A preview keeps its file for the import that follows.
    if (problem !== null || work.mode === 'commit')
      await sql`delete from catalog_import_chunks where import_id = ${work.id}`.execute(tx.db);
  });

/** Reads the whole file once, so that one that cannot be read changes nothing. */
const look = async (core: Core, work: Claim): Promise<boolean> => {
  try {
    const rowCount = await countRows(importFile(core, work.id), async (count) => {
      if (count % rowsPerLease === 0) await keepLease(core, work);
    });
    await sql`update catalog_imports set row_count = ${rowCount}, checked_at = now() where id = ${work.id} and fence = ${work.fence}`.execute(
      core.db,
    );
    return true;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    await finish(core, work, error.message);
    return false;
  }
};

/** Works on a claimed import, for up to `forMs`; then it gives the claim back. */
export const workOffImport = async (core: Core, work: Claim, forMs: number): Promise<void> => {
  const until = core.clock.now().getTime() + forMs;
  if (!work.checked && !(await look(core, work))) return;
  const { currency } = await getStoreTerms(core, null, null);
  const terms = { currency, imageHosts: core.config.imageHosts };
  const after = work.cursorByte === 0 ? null : { line: work.cursorLine, byte: work.cursorByte };
  const rest = readShopifyCsv(importFile(core, work.id), terms, after);
  for await (const groups of inBatches(rest)) {
    await (work.mode === 'preview' ? previewBatch : commitBatch)(core, work, groups);
    if (core.clock.now().getTime() < until) continue;
    await releaseLease(core, work);
    return;
  }
  await finish(core, work, null);
  if (work.mode === 'commit') await sql`analyze products, variants, stock_levels, product_images, search_entries`.execute(core.db);
};

/**
 * Works on the import that has waited longest, for up to `forMs`. Answers whether there was one. What is left is
 * taken up where it stopped by whoever calls next; several workers may call.
 */
export const runImport = async (core: Core, forMs = 10_000): Promise<boolean> => {
  const work = await claimImport(core, null);
  if (!work) return false;
  try {
    await workOffImport(core, work, forMs);
  } catch (error) {
    // Called off, or taken over: it is not ours any more, and what was written is whole.
    if (!(error instanceof DomainError) || error.code !== 'CONFLICT') throw error;
    core.log.info({ importId: work.id }, 'the import is no longer worked on here');
  }
  return true;
};
