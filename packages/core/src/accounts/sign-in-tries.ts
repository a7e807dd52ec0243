/**
 * Limits how often an address may be tried. A try is counted before the password is checked, so that a burst gets no more tries than a
 * queue.
 */
import { DomainError, secondsUntil, type Core, transact } from '../kernel/index.ts';
import { countSignInTry } from './sign-in-try.store.ts';

/**
 * Counts a sign-in attempt of an e-mail address, whether or not it has an account. From the tenth failed attempt on,
 * each locks the address for twice as long as the one before, up to 15 minutes. Throws `RATE_LIMITED` while it is
 * locked.
 */
export const takeSignInTry = async (core: Core, emailIndex: string): Promise<void> => {
  if (await transact(core, { oneStatement: true }, (tx) => countSignInTry(tx, emailIndex))) return;
  const locked = await core.db
    .selectFrom('sign_in_tries')
    .select(({ ref }) => secondsUntil(ref('lockedUntil')).as('seconds'))
    .where('emailIndex', '=', emailIndex)
    .executeTakeFirst();
  const retryAfterSeconds = locked?.seconds ?? 1;
  throw new DomainError('RATE_LIMITED', `Too many sign-in attempts with this e-mail address. Try again in ${retryAfterSeconds} s.`, {
    details: { retryAfterSeconds },
  });
};
