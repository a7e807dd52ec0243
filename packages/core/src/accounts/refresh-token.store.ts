/** Writes `refresh_tokens`. A token itself is never stored, only its hash. */
import { sql } from 'kysely';
import { hashToken, type Tx } from '../kernel/index.ts';

export interface NewRefreshToken {
  readonly id: string;
  readonly sessionId: string;
  readonly token: string;
}

/** Inserts a refresh token, which ends with its session at the latest. Returns when it ends. */
export const insertRefreshToken = async (
  { db, config }: Pick<Tx, 'db' | 'config'>,
  { id, sessionId, token }: NewRefreshToken,
): Promise<Date> => {
  const { rows } = await sql<{ expiresAt: Date }>`
    insert into refresh_tokens (id, session_id, token_hash, expires_at)
    select ${id}, ${sessionId}, ${hashToken(token)}, least(s.expires_at, now() + make_interval(days => ${config.refreshTokenDays})) from sessions s where s.id = ${sessionId}
    returning expires_at as "expiresAt"`.execute(db);
  if (!rows[0]) throw new Error('The session of the refresh token does not exist');
  return rows[0].expiresAt;
};

/** Marks a refresh token as used, and stores the id of its successor, which is inserted after it. */
export const markTokenUsed = async ({ db }: Pick<Tx, 'db'>, tokenId: string, childId: string): Promise<void> => {
  await sql`update refresh_tokens set used_at = now(), child_id = ${childId} where id = ${tokenId} and used_at is null`.execute(db);
};

/** Dates the use of a token back by the 10 seconds in which it may be repeated: any further use counts as reuse. */
export const endTokenGrace = async ({ db }: Pick<Tx, 'db'>, tokenId: string): Promise<void> => {
  await sql`update refresh_tokens set used_at = used_at - interval '10 seconds' where id = ${tokenId}`.execute(db);
};
