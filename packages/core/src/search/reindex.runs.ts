/** Rebuilds the search entries batch by batch: after a restore, and after a change of the search language. */
import type { ProductId, Reindex } from '@cartwright/contracts';
import { countProducts, lockNextProducts } from '../catalog/index.ts';
import {
  DomainError,
  isLeaseLost,
  isDatabaseUnavailable,
  isUniqueViolation,
  requireScope,
  transact,
  type Actor,
  type Core,
} from '../kernel/index.ts';
import { findLatestReindex, isReindexDue } from './reindex.queries.ts';
import { claimReindex, insertReindex, recordRebuilt, releaseReindex, type ReindexClaim, type Progress } from './reindex.store.ts';
import { rebuildEntries } from './search-entry.store.ts';

/** Products that are rebuilt in one transaction; their edits wait for it. */
const batch = 200;

/** Queues a reindex run. While a run is open, returns that run instead. */
export const startReindex = async (core: Core, actor: Actor): Promise<Reindex> => {
  requireScope(actor, 'catalog:admin');
  return queueReindex(core);
};

const queueReindex = async (core: Core): Promise<Reindex> => {
  try {
    return await transact(core, async (tx) => insertReindex(tx, await countProducts(tx)));
  } catch (error) {
    const open = isUniqueViolation(error, 'search_reindexes_one_at_a_time') ? await findLatestReindex(core) : null;
    if (open) return open;
    throw error;
  }
};

/** The run that is open, or the last one; null before the first reindex. */
export const findReindex = async (core: Core, actor: Actor): Promise<{ run: Reindex | null }> => {
  requireScope(actor, 'catalog:read');
  return { run: await findLatestReindex(core) };
};

/**
 * Rebuilds the next products and returns how far the run has come. When a batch fails, one product is rebuilt
 * at a time; one that fails alone is logged and skipped, so that the products after it are rebuilt too.
 */
const rebuildNext = async (core: Core, work: ReindexClaim, after: ProductId | null, size = batch): Promise<Progress> => {
  try {
    return await rebuildBatch(core, work, after, size, false);
  } catch (error) {
    if (isDatabaseUnavailable(error) || error instanceof DomainError) throw error;
    if (size > 1) return rebuildNext(core, work, after, 1);
    const passed = await rebuildBatch(core, work, after, 1, true);
    core.log.error({ err: error, productId: passed.cursor }, 'a product could not be indexed; the reindex continues');
    return passed;
  }
};

const rebuildBatch = (core: Core, work: ReindexClaim, after: ProductId | null, size: number, skip: boolean): Promise<Progress> =>
  transact(core, { forgets: ({ ended }) => (ended ? ['search'] : []) }, async (tx) => {
    // Locked, so that no entry is overwritten with the state of its product before a change.
    const ids = await lockNextProducts(tx, after, size);
    if (ids.length > 0 && !skip) await rebuildEntries(tx, ids);
    return recordRebuilt(tx, work, ids);
  });

/**
 * Continues the open run for up to `forMs`, then releases it; a change of the shop's search language opens one, or begins the open
 * one anew. Returns whether there was one. A batch and its progress commit together: another worker continues the run of a dead
 * worker when its lease ends. Several workers may call.
 */
export const runReindex = async (core: Core, forMs = 5_000): Promise<boolean> => {
  if (await isReindexDue(core)) await queueReindex(core);
  const work = await transact(core, { oneStatement: true }, claimReindex);
  if (!work) return false;
  const until = core.clock.now().getTime() + forMs;
  try {
    for (let after = work.cursor; ;) {
      const { cursor, ended } = await rebuildNext(core, work, after);
      if (ended) break;
      after = cursor;
      if (core.clock.now().getTime() < until) continue;
      await transact(core, { oneStatement: true }, (tx) => releaseReindex(tx, work));
      return true;
    }
  } catch (error) {
    // The batches written so far are complete; the new owner continues after the last one.
    if (!isLeaseLost(error)) throw error;
    core.log.info({ reindexId: work.id }, 'the reindex was taken over by another worker');
    return true;
  }
  return true;
};
