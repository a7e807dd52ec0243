/** Writes `sign_in_tries`: the sign-in attempts of each e-mail address, by its keyed hash. */
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

const freeTries = 10;
const longestLockSeconds = 900;
const forgottenAfter = sql`interval '1 day'`;

/**
 * Counts an attempt unless the address is locked, in one guarded statement, so that a burst gets no more attempts than a queue. From the
 * tenth on, each attempt locks the address for twice as long as the one before, up to 15 minutes. Returns whether it was counted.
 */
export const countSignInTry = async ({ db }: Pick<Tx, 'db'>, emailIndex: string): Promise<boolean> => {
  const { rows } = await sql<{ tries: number }>`
    insert into sign_in_tries as t (email_index) values (${emailIndex})
    on conflict (email_index) do update set last_try_at = now(),
      tries = case when t.last_try_at < now() - ${forgottenAfter} then 1 else t.tries + 1 end,
      locked_until = case when t.tries + 1 >= ${freeTries} and t.last_try_at >= now() - ${forgottenAfter}
        then now() + make_interval(secs => least(${longestLockSeconds}, 15 * power(2, least(t.tries + 1 - ${freeTries}, 10)))) end
    where t.locked_until is null or t.locked_until <= now()
    returning tries`.execute(db);
  return rows.length > 0;
};

/** Deletes the count of an address after a successful sign-in, and some outdated counts. */
export const forgetSignInTries = async ({ db }: Pick<Tx, 'db'>, emailIndex: string): Promise<void> => {
  await sql`
    delete from sign_in_tries where email_index = ${emailIndex} or email_index in (
      select email_index from sign_in_tries where last_try_at < now() - ${forgottenAfter}
      order by last_try_at limit 20 for update skip locked
    )`.execute(db);
};
