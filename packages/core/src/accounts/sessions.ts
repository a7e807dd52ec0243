/** Sessions and their rotating refresh tokens. */
import type { TokenPair, UserId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { hashToken, type Core, type Tx } from '../kernel/index.ts';
import { signAccessToken } from './access-token.ts';

export interface IssuedRefresh {
  readonly sessionId: string;
  readonly token: string;
  readonly expiresAt: Date;
}

/** Tx step: opens a session with its first refresh token. */
export const openSession = async (tx: Tx, userId: UserId): Promise<IssuedRefresh> => {
  const sessionId = tx.ids.next();
  await sql`insert into sessions (id, user_id, expires_at) values (${sessionId}, ${userId}, now() + interval '30 days')`.execute(tx.db);
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
): Promise<IssuedRefresh> => {
  const { rows } = await sql<{ expiresAt: Date }>`
    insert into refresh_tokens (id, session_id, token_hash, expires_at)
    select ${id}, ${sessionId}, ${hashToken(token)}, least(s.expires_at, now() + make_interval(days => ${tx.config.refreshTokenDays})) from sessions s where s.id = ${sessionId}
    returning expires_at as "expiresAt"`.execute(tx.db);
  if (!rows[0]) throw new Error('The session of the refresh token does not exist');
  return { sessionId, token, expiresAt: rows[0].expiresAt };
};

/** The token that follows a used one. */
export const successorOf = ({ sealer }: Pick<Tx, 'sealer'>, token: string): string => sealer.derive('refresh', token);

/** Tx step: ends a session and with it every token of its chain. Does nothing the second time. */
export const revokeSession = async (tx: Tx, sessionId: string, reason: string): Promise<void> => {
  const { rows } = await sql<{ userId: UserId }>`
    update sessions set revoked_at = now(), revoked_reason = ${reason} where id = ${sessionId} and revoked_at is null returning user_id as "userId"`.execute(
    tx.db,
  );
  if (rows[0]) tx.outbox.add('user.session_revoked', rows[0].userId, { userId: rows[0].userId, reason });
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
