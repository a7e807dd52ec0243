/** Limits how often an address may be tried. A try is counted before the password is checked, so that a burst gets no more tries than a queue. */
import { sql } from 'kysely';
import { DomainError, type Core, type Tx, writeStatement } from '../kernel/index.ts';

const freeTries = 10;
const longestLockSeconds = 900;
const forgottenAfter = sql`interval '1 day'`;

/**
 * Counts a sign-in attempt of an e-mail address, whether or not it has an account. From the tenth failed attempt on,
 * each locks the address for twice as long as the one before, up to 15 minutes. Throws `RATE_LIMITED` while it is
 * locked.
 */
export const takeSignInTry = async (core: Core, emailIndex: string): Promise<void> => {
  const { rows } = await writeStatement(core, (tx) =>
    sql<{ tries: number }>`
    insert into sign_in_tries as t (email_index) values (${emailIndex})
    on conflict (email_index) do update set last_try_at = now(),
      tries = case when t.last_try_at < now() - ${forgottenAfter} then 1 else t.tries + 1 end,
      locked_until = case when t.tries + 1 >= ${freeTries} and t.last_try_at >= now() - ${forgottenAfter}
        then now() + make_interval(secs => least(${longestLockSeconds}, 15 * power(2, least(t.tries + 1 - ${freeTries}, 10)))) end
    where t.locked_until is null or t.locked_until <= now()
    returning tries`.execute(tx.db),
  );
  if (rows[0]) return;
  const { rows: locked } = await sql<{ seconds: number }>`
    select greatest(1, ceil(extract(epoch from locked_until - now())))::int as seconds from sign_in_tries where email_index = ${emailIndex}`.execute(
    core.db,
  );
  const retryAfterSeconds = locked[0]?.seconds ?? 1;
  throw new DomainError('RATE_LIMITED', `Too many sign-in attempts with this e-mail address. Try again in ${retryAfterSeconds} s.`, {
    details: { retryAfterSeconds },
  });
};

/** Tx step: resets the count of the address after a successful sign-in, and deletes some outdated counts. */
export const forgetSignInTries = async (tx: Tx, emailIndex: string): Promise<void> => {
  await sql`
    delete from sign_in_tries where email_index = ${emailIndex} or email_index in (
      select email_index from sign_in_tries where last_try_at < now() - ${forgottenAfter} order by last_try_at limit 20 for update skip locked)`.execute(
    tx.db,
  );
};
