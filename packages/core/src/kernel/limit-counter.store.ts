/** Writes `limit_counters`: running and failed attempts in a window of time, by keyed hash. */
import { sql } from 'kysely';
import type { Tx } from './core.ts';

/**
 * Counts an attempt in the window of its key, in one guarded statement; opens a new window when the last one is over. Returns the number of
 * the window; null when running and failed attempts use up the limit.
 */
export const countAttempt = async (
  { db }: Pick<Tx, 'db'>,
  key: string,
  { most, seconds }: { readonly most: number; readonly seconds: number },
): Promise<number | null> => {
  const { rows } = await sql<{ round: number }>`
      insert into limit_counters as c (key, open, ends_at) values (${key}, 1, now() + make_interval(secs => ${seconds}))
      on conflict (key) do update set open = case when c.ends_at <= now() then 1 else c.open + 1 end, missed = case when c.ends_at <= now() then 0 else c.missed end,
        round = case when c.ends_at <= now() then c.round + 1 else c.round end, ends_at = case when c.ends_at <= now() then excluded.ends_at else c.ends_at end
      where c.ends_at <= now() or c.open + c.missed < ${most} returning round`.execute(db);
  return rows[0]?.round ?? null;
};

/** A failed attempt stays counted until its window ends; any other is subtracted. A window that a later one has replaced is not changed. */
export const settleAttempt = async ({ db }: Pick<Tx, 'db'>, key: string, round: number, missed: boolean): Promise<void> => {
  await sql`update limit_counters set open = open - 1, missed = missed + ${missed ? 1 : 0} where key = ${key} and round = ${round} and open > 0`.execute(
    db,
  );
};

/** Deletes counters whose window is over and that nobody has locked, some thousands at most. Returns how many. */
export const deleteEndedCounters = async ({ db }: Pick<Tx, 'db'>): Promise<number> => {
  const { numAffectedRows } = await sql`
    delete from limit_counters where key in (
      select key from limit_counters where ends_at < now() - interval '1 hour' order by ends_at limit 5000 for update skip locked)`.execute(
    db,
  );
  return Number(numAffectedRows ?? 0);
};
