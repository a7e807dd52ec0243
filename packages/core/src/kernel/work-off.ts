/** Processes a list of due items, a few at a time, so that a slow or failing one does not delay the others. */
import pLimit from 'p-limit';
import type { Core, Tx } from './core.ts';
import { isDatabaseUnavailable, isLockTimeout } from './database-error.ts';
import { transact } from './transact.ts';

/** How a list of items is worked off. */
export interface WorkOffOptions {
  /** For the log: what an item is. */
  readonly what: string;
  /** How many items run concurrently. */
  readonly atOnce: number;
  /** After this time no further item starts; the next run processes the rest. */
  readonly forMs?: number;
}

/**
 * Runs `one` for every item and returns how often it returned true. An item that fails is logged and left to the next run;
 * a database that is unavailable ends the run.
 */
export const workOff = async <T>(
  { log }: Pick<Core, 'log'>,
  items: readonly T[],
  { what, atOnce, forMs = Number.POSITIVE_INFINITY }: WorkOffOptions,
  one: (item: T) => Promise<boolean>,
): Promise<number> => {
  const until = performance.now() + forMs;
  const limit = pLimit(atOnce);
  let done = 0;
  await limit.map(items, async (item) => {
    if (performance.now() > until) return;
    try {
      if (await one(item)) done += 1;
    } catch (error) {
      if (isDatabaseUnavailable(error) && !isLockTimeout(error)) {
        limit.clearQueue();
        throw error;
      }
      log.error({ err: error, item }, `${what} failed; the others go on`);
    }
  });
  return done;
};

/** How pages of items are worked off. */
export interface PagesOptions<K extends string> {
  /** For the log: what an item is. */
  readonly what: string;
  /** How many are handled in one transaction. */
  readonly pageSize: number;
  /** Ids that are due, above `after`, in ascending order, `pageSize` at most. */
  readonly find: (after: K, pageSize: number) => Promise<readonly K[]>;
  /** Processes items, after it has locked them and checked that they are still due. Returns how many it processed. */
  readonly handle: (tx: Tx, ids: readonly K[]) => Promise<number>;
}

const lowestId = '00000000-0000-0000-0000-000000000000';

/**
 * Processes everything that is due, one page per transaction, in the order of the ids. When a page fails, each of its
 * items is processed in its own transaction, and one that fails again is logged and left to the next run, so that
 * failing rows never delay later rows. Returns how many were processed; an unavailable database ends the run.
 */
export const workOffPages = async <K extends string>(core: Core, options: PagesOptions<K>): Promise<number> => {
  const { find, pageSize } = options;
  let done = 0;
  for (let after = lowestId as K; ;) {
    const ids = await find(after, pageSize);
    const last = ids.at(-1);
    if (last === undefined) return done;
    done += await handleInBatch(core, ids, options);
    if (ids.length < pageSize) return done;
    after = last;
  }
};

const handleInBatch = async <K extends string>(core: Core, ids: readonly K[], options: PagesOptions<K>): Promise<number> => {
  try {
    return await transact(core, (tx) => options.handle(tx, ids));
  } catch (error) {
    if (isDatabaseUnavailable(error) && !isLockTimeout(error)) throw error;
    if (ids.length === 1) {
      core.log.error({ err: error, id: ids[0] }, `${options.what} failed; the others go on`);
      return 0;
    }
  }
  let done = 0;
  for (const id of ids) done += await handleInBatch(core, [id], options);
  return done;
};
