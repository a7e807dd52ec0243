/** Limits on what fails: wrong codes, wrong tokens. A try is claimed before it is made, so that tries at the same moment cannot all pass. */
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Core } from './core.ts';
import { writeStatement } from './write-statement.ts';
import { DomainError } from './domain-error.ts';
import { perCore } from './per-core.ts';

export interface MissLimit {
  /** Who tries what, such as `codes:<address>`; stored as a keyed hash. */
  readonly key: string;
  /** How many misses are allowed in `seconds`. */
  readonly most: number;
  readonly seconds: number;
  /** Whether an error is a miss; everything else gives the try back. */
  readonly isMiss: (error: unknown) => boolean;
  /** What is refused, for the message: `invalid codes`. */
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

/** Tries of one key in this process: no more at once than may miss, so that the others wait here and not in the database. */
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
    await settleTry(core, key, round, missed);
  }
};

/** Takes a place of the window, in one guarded statement; returns the window's number. */
const claimTry = async (core: Core, key: string, { most, seconds, what }: MissLimit, deadline: number): Promise<number> => {
  for (let pauseMs = 5; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    const { rows } = await writeStatement(core, (tx) =>
      sql<{ round: number }>`
      insert into limit_counters as c (key, open, ends_at) values (${key}, 1, now() + make_interval(secs => ${seconds}))
      on conflict (key) do update set open = case when c.ends_at <= now() then 1 else c.open + 1 end, missed = case when c.ends_at <= now() then 0 else c.missed end,
        round = case when c.ends_at <= now() then c.round + 1 else c.round end, ends_at = case when c.ends_at <= now() then excluded.ends_at else c.ends_at end
      where c.ends_at <= now() or c.open + c.missed < ${most} returning round`.execute(tx.db),
    );
    if (rows[0]) return rows[0].round;
    const state = await sql<{ missed: number; seconds: number }>`
      select missed, greatest(1, ceil(extract(epoch from ends_at - now())))::int as seconds from limit_counters where key = ${key}`.execute(
      core.db,
    );
    const retryAfterSeconds = state.rows[0]?.seconds ?? 1;
    if ((state.rows[0]?.missed ?? 0) >= most)
      throw new DomainError('RATE_LIMITED', `Too many ${what}. Try again in ${retryAfterSeconds} s.`, { details: { retryAfterSeconds } });
    if (core.clock.now().getTime() > deadline)
      throw new DomainError('BUSY', 'Too many requests of this kind are in progress. Try again in a moment.', {
        details: { retryAfterSeconds: 1 },
      });
    await pause(pauseMs * (0.5 + Math.random() / 2));
  }
};

/** A miss stays counted until the window is over; anything else gives its place back. A window that has been followed by another is left alone. */
const settleTry = async ({ db }: Pick<Core, 'db'>, key: string, round: number, missed: boolean): Promise<void> => {
  await sql`update limit_counters set open = open - 1, missed = missed + ${missed ? 1 : 0} where key = ${key} and round = ${round} and open > 0`.execute(
    db,
  );
};

/** Deletes counters whose window is over, some thousands at a time; returns how many. */
export const forgetLimitCounters = async (core: Core): Promise<number> => {
  const { numAffectedRows } = await writeStatement(core, (tx) =>
    sql`
    delete from limit_counters where key in (
      select key from limit_counters where ends_at < now() - interval '1 hour' order by ends_at limit 5000 for update skip locked)`.execute(
      tx.db,
    ),
  );
  return Number(numAffectedRows ?? 0);
};
