/** The only place that opens transactions: `transact` those that write, `readSnapshot` those that only read. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import type { EventName } from '@cartwright/contracts';
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Core, ReadOnlyDb, Tx } from './core.ts';
import { isSerialisationFailure } from './database-error.ts';
import { runStatement } from './one-statement.ts';
import { beginOnce, workOnce, type Once } from './once.ts';
import { createOutbox } from './outbox.ts';
import type { ReadNamespace } from './read-cache.ts';
import { nextAttempt, type RetryPolicy } from './retry-policy.ts';

const open = new AsyncLocalStorage<true>();
const retry: RetryPolicy = { attempts: 3, firstPauseMs: 5, longestPauseMs: 10, jitter: 0 };

/** Whether the caller runs inside `transact`; payment providers must not be called then. */
export const insideTransaction = (): boolean => open.getStore() === true;

/** Throws inside `transact`: work with a connection of its own could wait for rows that the open transaction has locked. */
export const assertOutsideTransaction = (): void => {
  if (insideTransaction()) throw new Error('transact cannot be nested: pass the Tx to the inner function');
};

interface Keyed<T> {
  /**
   * The transaction happens once per idempotency key: its result is stored with the key of `core.call` in the same commit, and a call that
   * takes the key over after a crash gets that result instead of running `work` again. A holder that lost its key meanwhile is refused and
   * rolls back. Unless its effect lapses, the key itself is kept permanently in the same commit: a repeat that comes after the record of
   * the answer was deleted is answered by `again`. The result must survive JSON. Nothing changes for a call without a key.
   */
  readonly once?: Once<T>;
  readonly oneStatement?: never;
}
interface Single {
  /**
   * The work is one statement that is complete on its own, such as a heartbeat or a claim. It commits by itself, in one round trip instead
   * of three; a second statement, an event and the entity manager are refused with an error.
   */
  readonly oneStatement: true;
  readonly once?: never;
}
interface CacheInvalidation<T> {
  /** The cached reads that the result makes outdated and that no event of it names; they are forgotten before `transact` returns. */
  readonly forgets?: (result: T) => readonly ReadNamespace[];
}
/** How a transaction is made: once under a key or as one statement, and which cached reads it invalidates. */
export type TransactOptions<T> = CacheInvalidation<T> & (Keyed<T> | Single);

/**
 * Runs `work` in one READ COMMITTED transaction: all of it commits, events included, or nothing. Serialisation failures
 * and deadlocks are retried, three times at most, so `work` must have no effect outside the database; with `oneStatement`
 * they are not. Cannot be nested: pass the `Tx` on instead.
 */
export function transact<T>(core: Core, work: (tx: Tx) => Promise<T>): Promise<T>;
export function transact<T>(core: Core, options: TransactOptions<T>, work: (tx: Tx) => Promise<T>): Promise<T>;
export async function transact<T>(
  core: Core,
  ...args: [work: (tx: Tx) => Promise<T>] | [options: TransactOptions<T>, work: (tx: Tx) => Promise<T>]
): Promise<T> {
  const [options, work] = args.length === 1 ? [{}, args[0]] : args;
  const result = await run(core, options, work);
  const outdated = options.forgets?.(result) ?? [];
  if (outdated.length > 0) await core.reads.forget(outdated);
  return result;
}

const run = async <T>(core: Core, { once, oneStatement }: TransactOptions<T>, work: (tx: Tx) => Promise<T>): Promise<T> => {
  if (oneStatement) return runStatement(core, work);
  const { call } = core;
  if (!once || !call) return commit(core, work, null);
  const before = beginOnce(call);
  if (before) return before.result as T;
  const result = await commit(core, (tx) => workOnce(tx, call, once, work), call.request.requestKey);
  call.answered = once.answers;
  return result;
};

const commit = async <T>(core: Core, work: (tx: Tx) => Promise<T>, requestKey: string | null): Promise<T> => {
  assertOutsideTransaction();
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { result, events } = await open.run(true, () => runOnce(core, work, requestKey));
      if (events.length > 0) {
        core.reads.committed(new Set(events));
        core.relayNotifier.notify();
      }
      return result;
    } catch (error) {
      const pauseMs = isSerialisationFailure(error) ? nextAttempt(retry, attempt) : null;
      if (pauseMs === null) throw error;
      core.log.debug({ attempt }, 'transaction met another one and is run again');
      await pause(pauseMs);
    }
  }
};

/** `transact` with `oneStatement`, for adapters that are created before the core. */
export type WriteStatement = <T>(statement: (tx: Tx) => Promise<T>) => Promise<T>;

/** Runs reads in one snapshot: a REPEATABLE READ transaction in which the database refuses every write. */
export const readSnapshot = <T>(core: Core, read: (db: ReadOnlyDb) => Promise<T>): Promise<T> =>
  core.database.kysely.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(read);

const runOnce = <T>(
  core: Core,
  work: (tx: Tx) => Promise<T>,
  requestKey: string | null,
): Promise<{ result: T; events: readonly EventName[] }> =>
  core.database.kysely.transaction().execute(async (db) => {
    const outbox = createOutbox(db, core.ids);
    let em: EntityManager | undefined;
    const { config, clock, ids, sealer, log, failpoints } = core;
    const tx: Tx = {
      kind: 'tx',
      requestKey,
      config,
      clock,
      ids,
      sealer,
      log,
      failpoints,
      db,
      outbox,
      get em() {
        if (!em) {
          em = core.database.orm.em.fork({ clear: true, useContext: false });
          em.setTransactionContext(db);
        }
        return em;
      },
    };
    const result = await work(tx);
    await em?.flush();
    return { result, events: await outbox.flush() };
  });
