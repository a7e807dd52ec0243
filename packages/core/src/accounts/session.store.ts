/** Writes `sessions`. */
import type { UserId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

/** Inserts a session that ends after 30 days at the latest. */
export const insertSession = async (
  { db }: Pick<Tx, 'db'>,
  { id, userId }: { readonly id: string; readonly userId: UserId },
): Promise<void> => {
  await sql`insert into sessions (id, user_id, expires_at) values (${id}, ${userId}, now() + interval '30 days')`.execute(db);
};

/** Ends a session. Returns its account; null for a session that was ended before. */
export const endSession = async ({ db }: Pick<Tx, 'db'>, sessionId: string, reason: string): Promise<UserId | null> => {
  const { rows } = await sql<{ userId: UserId }>`
    update sessions set revoked_at = now(), revoked_reason = ${reason} where id = ${sessionId} and revoked_at is null returning user_id as "userId"`.execute(
    db,
  );
  return rows[0]?.userId ?? null;
};
