import type { Session, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, transact, type Actor, type Core } from '../kernel/index.ts';
import { hashPassword, needsRehash, verifyPassword } from './password.ts';
import { openSession, toTokenPair } from './sessions.ts';
import { takeSignInTry } from './sign-in-tries.ts';
import { forgetSignInTries } from './sign-in-try.store.ts';
import { findUserByEmail, toUser } from './user.dto.ts';
import { markSignedIn } from './user.store.ts';

/**
 * Exchanges e-mail and password for a session. An unknown address, a wrong password and an inactive account get the
 * same response after the same time, and are locked in the same way: `INVALID_CREDENTIALS`, and `RATE_LIMITED` after
 * ten failures.
 */
export const signIn = async (core: Core, _actor: Actor, input: z.output<ShopContract['auth']['login']['input']>): Promise<Session> => {
  const emailIndex = core.sealer.index('email', input.email);
  await takeSignInTry(core, emailIndex);
  const user = await findUserByEmail(core, input.email);
  const fits = await verifyPassword(user?.passwordHash ?? null, input.password);
  if (!user || !fits || user.accountStatus !== 'active')
    throw new DomainError('INVALID_CREDENTIALS', 'The e-mail address or the password is wrong.');
  const rehashed = needsRehash(user.passwordHash) ? await hashPassword(input.password) : null;
  const refresh = await transact(core, async (tx) => {
    await markSignedIn(tx, user.id, rehashed);
    await forgetSignInTries(tx, emailIndex);
    return openSession(tx, user.id);
  });
  return { user: toUser(core.sealer, user), tokens: await toTokenPair(core, user.id, refresh) };
};
