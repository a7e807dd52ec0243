import type { Session, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, transact, type Actor, type Core } from '../kernel/index.ts';
import { hashPassword, needsRehash, verifyPassword } from './password.ts';
import { openSession, toTokenPair } from './sessions.ts';
import { findUserByEmail, toUser, type UserRow } from './user.dto.ts';

const freeTries = 5;
const longestLockSeconds = 900;

/**
 * Trades e-mail and password for a session. An unknown address, a wrong password and an inactive account
 * are answered alike and take as long. After five misses each further one locks the account for twice as
 * long, up to 15 minutes: `RATE_LIMITED`.
 */
export const signIn = async (core: Core, _actor: Actor, input: z.output<ShopContract['auth']['login']['input']>): Promise<Session> => {
  const user = await findUserByEmail(core, input.email);
  if (user?.lockedSeconds && user.lockedSeconds > 0)
    throw new DomainError('RATE_LIMITED', 'Too many wrong passwords. Try again later.', {
      details: { retryAfterSeconds: user.lockedSeconds },
    });
  const fits = await verifyPassword(user?.passwordHash ?? null, input.password);
  if (!user || !fits || user.accountStatus !== 'active') {
    if (user && !fits) await countMiss(core, user);
    throw new DomainError('INVALID_CREDENTIALS', 'E-mail or password is wrong.');
  }
  const rehashed = needsRehash(user.passwordHash) ? await hashPassword(input.password) : null;
  const refresh = await transact(core, async (tx) => {
    await sql`
      update users set failed_login_count = 0, locked_until = null, last_login_at = now(), password_hash = coalesce(${rehashed}, password_hash) where id = ${user.id}`.execute(
      tx.db,
    );
    return openSession(tx, user.id);
  });
  return { user: toUser(core.sealer, user), tokens: await toTokenPair(core, user.id, refresh) };
};

const countMiss = async (core: Core, user: UserRow): Promise<void> => {
  await sql`
    update users set failed_login_count = failed_login_count + 1,
      locked_until = case when failed_login_count + 1 >= ${freeTries}
        then now() + make_interval(secs => least(${longestLockSeconds}, 15 * power(2, least(failed_login_count + 1 - ${freeTries}, 10)))) end
    where id = ${user.id}`.execute(core.db);
};
