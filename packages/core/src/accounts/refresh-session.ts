import type { ShopContract, TokenPair, UserId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { DomainError, hashToken, now, secondsFromNow, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { lockSessionOfToken } from './account.locks.ts';
import { endTokenGrace, markTokenUsed } from './refresh-token.store.ts';
import { addRefreshToken, revokeSession, successorOf, toTokenPair, type IssuedRefresh } from './sessions.ts';

interface TokenRow {
  readonly id: string;
  readonly sessionId: string;
  readonly userId: UserId;
  readonly used: boolean;
  /** Used so recently that the first response may have been lost. */
  readonly usedJustNow: boolean;
  readonly childUsed: boolean;
  readonly childExpiresAt: Date | null;
  readonly expired: boolean;
  readonly live: boolean;
}

const invalid = () => new DomainError('INVALID_TOKEN', 'The refresh token is invalid or has expired. Sign in again.');

/**
 * Exchanges a refresh token for a new token pair; the old token is then used up. A reused token ends the whole session
 * (`REFRESH_REUSED`), with one exception: within 10 seconds, while its successor is unused, a repeat returns the same
 * successor, because the first response may have been lost.
 */
export const refreshSession = async (
  core: Core,
  _actor: Actor,
  input: z.output<ShopContract['auth']['refresh']['input']>,
): Promise<TokenPair> => {
  const result = await transact(core, async (tx): Promise<{ userId: UserId; refresh: IssuedRefresh } | 'reused'> => {
    const token = await lockToken(tx, hashToken(input.refreshToken));
    if (!token || !token.live || token.expired) throw invalid();
    if (!token.used) return { userId: token.userId, refresh: await spend(tx, token, input.refreshToken) };
    const { childExpiresAt: expiresAt } = token;
    if (token.usedJustNow && !token.childUsed && expiresAt) {
      // After the second response, any further use of the token counts as reuse.
      await endTokenGrace(tx, token.id);
      return { userId: token.userId, refresh: { sessionId: token.sessionId, token: successorOf(tx, input.refreshToken), expiresAt } };
    }
    await revokeSession(tx, token.sessionId, 'refresh_reused');
    return 'reused';
  });
  if (result === 'reused')
    throw new DomainError('REFRESH_REUSED', 'This refresh token was already used, so the session was ended. Sign in again.');
  return toTokenPair(core, result.userId, result.refresh);
};

const lockToken = async (tx: Tx, tokenHash: string): Promise<TokenRow | undefined> => {
  await lockSessionOfToken(tx, tokenHash);
  return tx.db
    .selectFrom('refresh_tokens as t')
    .innerJoin('sessions as s', 's.id', 't.sessionId')
    .innerJoin('users as u', 'u.id', 's.userId')
    .leftJoin('refresh_tokens as c', 'c.id', 't.childId')
    .select((eb) => [
      't.id',
      't.sessionId',
      's.userId',
      eb('t.usedAt', 'is not', null).as('used'),
      eb.fn.coalesce(eb('t.usedAt', '>', secondsFromNow(-10)), sql.lit(false)).as('usedJustNow'),
      eb('c.usedAt', 'is not', null).as('childUsed'),
      'c.expiresAt as childExpiresAt',
      eb('t.expiresAt', '<=', now).as('expired'),
      eb.and([eb('s.revokedAt', 'is', null), eb('s.expiresAt', '>', now), eb('u.accountStatus', '=', sql.lit('active'))]).as('live'),
    ])
    .where('t.tokenHash', '=', tokenHash)
    .$narrowType<Pick<TokenRow, 'userId' | 'used' | 'usedJustNow' | 'childUsed' | 'expired' | 'live'>>()
    .executeTakeFirst();
};

const spend = async (tx: Tx, token: TokenRow, spent: string): Promise<IssuedRefresh> => {
  const childId = tx.ids.next();
  await markTokenUsed(tx, token.id, childId);
  return addRefreshToken(tx, token.sessionId, { id: childId, token: successorOf(tx, spent) });
};
