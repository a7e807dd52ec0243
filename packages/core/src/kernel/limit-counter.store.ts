/** Writes `limit_counters`: running and failed attempts in a window of time, by keyed hash. */
import { sql } from 'kysely';
import type { Tx } from './core.ts';
import { now, secondsFromNow } from './statement.ts';

/**
 * Counts an attempt in the window of its key, in one guarded statement; opens a new window when the last one is over. Returns the number of
 * the window; null when running and failed attempts use up the limit.
 */
export const countAttempt = async (
  { db }: Pick<Tx, 'db'>,
  key: string,
  { most, seconds }: { readonly most: number; readonly seconds: number },
): Promise<number | null> => {
  const counted = await db
    .insertInto('limit_counters')
    .values({ key, open: 1, endsAt: secondsFromNow(seconds) })
    .onConflict((oc) =>
      oc
        .column('key')
        .doUpdateSet((eb) => {
          const whenOver = eb.case().when('limit_counters.endsAt', '<=', now);
          return {
            open: whenOver
              .then(sql.lit(1))
              .else(eb('limit_counters.open', '+', 1))
              .end(),
            missed: whenOver.then(sql.lit(0)).else(eb.ref('limit_counters.missed')).end(),
            round: whenOver
              .then(eb('limit_counters.round', '+', 1))
              .else(eb.ref('limit_counters.round'))
              .end(),
            endsAt: whenOver.then(eb.ref('excluded.endsAt')).else(eb.ref('limit_counters.endsAt')).end(),
          };
        })
        .where((eb) =>
          eb.or([eb('limit_counters.endsAt', '<=', now), eb(eb('limit_counters.open', '+', eb.ref('limit_counters.missed')), '<', most)]),
        ),
    )
    .returning('round')
    .executeTakeFirst();
  return counted?.round ?? null;
};

/** A failed attempt stays counted until its window ends; any other is subtracted. A window that a later one has replaced is not changed. */
export const settleAttempt = async ({ db }: Pick<Tx, 'db'>, key: string, round: number, missed: boolean): Promise<void> => {
  await db
    .updateTable('limit_counters')
    .set((eb) => ({ open: eb('open', '-', 1), ...(missed && { missed: eb('missed', '+', 1) }) }))
    .where('key', '=', key)
    .where('round', '=', round)
    .where('open', '>', 0)
    .execute();
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
