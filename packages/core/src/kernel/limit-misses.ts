/**
 * Limits on failed attempts: wrong codes, wrong tokens. An attempt is counted before it runs, so that concurrent attempts cannot all
 * pass.
 */
import { setTimeout as pause } from 'node:timers/promises';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Core } from './core.ts';
import { DomainError } from './domain-error.ts';
import { countAttempt, deleteEndedCounters, settleAttempt } from './limit-counter.store.ts';
import { perCore } from './per-core.ts';
import { secondsUntil } from './statement.ts';
import { transact } from './transact.ts';

/** The limit on the failed attempts of one caller. */
export interface MissLimit {
  /** The kind of attempt and who makes it, such as `codes:<address>`; stored as a keyed hash. */
  readonly key: string;
  /** How many misses are allowed in `seconds`. */
  readonly most: number;
  readonly seconds: number;
  /** Whether an error is a failed attempt; after any other outcome the attempt no longer counts. */
  readonly isMiss: (error: unknown) => boolean;
  /** The failed attempts in words, for the message: `invalid codes`. */
  readonly what: string;
}

const longestWaitMs = 10_000;
const longestPauseMs = 200;

/**
 * Runs an attempt that counts only if it fails. After `most` failures within `seconds`, every further attempt throws
 * `RATE_LIMITED`, right or wrong. While running attempts use up the limit, a new one waits for them, so that many
 * correct attempts at once are not refused; it throws `BUSY` after ten seconds. An attempt that a crash left open
 * counts until its window ends.
 */
export const limitMisses = async <T>(core: Core, limit: MissLimit, work: () => Promise<T>): Promise<T> => {
  const key = core.sealer.index('limit', limit.key);
  const deadline = core.clock.now().getTime() + longestWaitMs;
  const gates = gatesOf(core);
  const gate = gates.get(key) ?? { enter: pLimit(limit.most), users: 0 };
  gates.set(key, gate);
  gate.users += 1;
  try {
    return await gate.enter(() => tryOnce(core, key, limit, deadline, work));
  } finally {
    gate.users -= 1;
    if (gate.users === 0) gates.delete(key);
  }
};

/** Running attempts of one key in this process: no more at once than may fail, so that the others wait here and not in the database. */
const gatesOf = perCore(() => new Map<string, { readonly enter: LimitFunction; users: number }>());

const tryOnce = async <T>(core: Core, key: string, limit: MissLimit, deadline: number, work: () => Promise<T>): Promise<T> => {
  const round = await claimTry(core, key, limit, deadline);
  let missed = false;
  try {
    return await work();
  } catch (error) {
    missed = limit.isMiss(error);
    throw error;
  } finally {
    await transact(core, { oneStatement: true }, (tx) => settleAttempt(tx, key, round, missed));
  }
};

/** Counts an attempt as soon as the limit has room for it; returns the number of its window. */
const claimTry = async (core: Core, key: string, { most, seconds, what }: MissLimit, deadline: number): Promise<number> => {
  for (let pauseMs = 5; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    const round = await transact(core, { oneStatement: true }, (tx) => countAttempt(tx, key, { most, seconds }));
    if (round !== null) return round;
    const state = await core.db
      .selectFrom('limit_counters')
      .select(({ ref }) => ['missed', secondsUntil(ref('endsAt')).as('seconds')])
      .where('key', '=', key)
      .executeTakeFirst();
    const retryAfterSeconds = state?.seconds ?? 1;
    if ((state?.missed ?? 0) >= most)
      throw new DomainError('RATE_LIMITED', `Too many ${what}. Try again in ${retryAfterSeconds} s.`, { details: { retryAfterSeconds } });
    if (core.clock.now().getTime() > deadline)
      throw new DomainError(
        'BUSY',
        'The shop is handling too many requests of this kind. Nothing was done. Send the same request again in a second.',
        {
          details: { retryAfterSeconds: 1 },
        },
      );
    await pause(pauseMs * (0.5 + Math.random() / 2));
  }
};

/** Deletes counters whose window is over, some thousands at a time; returns how many. */
export const forgetLimitCounters = (core: Core): Promise<number> => transact(core, { oneStatement: true }, deleteEndedCounters);
