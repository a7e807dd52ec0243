/** Sessions and their rotating refresh tokens. */
import type { TokenPair, UserId } from '@cartwright/contracts';
import type { Core, Tx } from '../kernel/index.ts';
import { signAccessToken } from './access-token.ts';
import { insertRefreshToken } from './refresh-token.store.ts';
import { endSession, insertSession } from './session.store.ts';

/** A refresh token that was issued. */
export interface IssuedRefresh {
  readonly sessionId: string;
  readonly token: string;
  readonly expiresAt: Date;
}

/** Tx step: opens a session with its first refresh token. */
export const openSession = async (tx: Tx, userId: UserId): Promise<IssuedRefresh> => {
  const sessionId = tx.ids.next();
  await insertSession(tx, { id: sessionId, userId });
  return addRefreshToken(tx, sessionId);
};

/**
 * Tx step: adds a refresh token to a session. The token itself is never stored, only its hash. A successor follows from
 * the token that it replaces and the shop's secret, so that it can be returned again when the response was lost.
 */
export const addRefreshToken = async (
  tx: Tx,
  sessionId: string,
  { id, token }: { id: string; token: string } = { id: tx.ids.next(), token: tx.ids.secret() },
): Promise<IssuedRefresh> => ({ sessionId, token, expiresAt: await insertRefreshToken(tx, { id, sessionId, token }) });

/** The token that follows a used one. */
export const successorOf = ({ sealer }: Pick<Tx, 'sealer'>, token: string): string => sealer.derive('refresh', token);

/** Tx step: ends a session and with it every token of its chain. Does nothing the second time. */
export const revokeSession = async (tx: Tx, sessionId: string, reason: string): Promise<void> => {
  const userId = await endSession(tx, sessionId, reason);
  if (userId) tx.outbox.add('user.session_revoked', userId, { userId, reason });
};

/** The result of a sign-in or refresh: a new access token with the refresh token that was just written. */
export const toTokenPair = async (core: Core, userId: UserId, refresh: IssuedRefresh): Promise<TokenPair> => {
  const access = await signAccessToken(core, userId, refresh.sessionId);
  return {
    accessToken: access.token,
    accessTokenExpiresAt: access.expiresAt.toISOString(),
    refreshToken: refresh.token,
    refreshTokenExpiresAt: refresh.expiresAt.toISOString(),
  };
};
