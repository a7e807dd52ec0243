/** Writes `refresh_tokens`. A token itself is never stored, only its hash. */
import { daysFromNow, hashToken, now, seconds, type Tx } from '../kernel/index.ts';

/** A refresh token to store. */
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
  const inserted = await db
    .insertInto('refresh_tokens')
    .columns(['id', 'sessionId', 'tokenHash', 'expiresAt'])
    .expression(({ selectFrom }) =>
      selectFrom('sessions as s')
        .select(({ val, fn }) => [
          val(id).as('id'),
          's.id as sessionId',
          val(hashToken(token)).as('tokenHash'),
          fn<Date>('least', ['s.expiresAt', daysFromNow(config.refreshTokenDays)]).as('expiresAt'),
        ])
        .where('s.id', '=', sessionId),
    )
    .returning('expiresAt')
    .executeTakeFirst();
  if (!inserted) throw new Error('The session of the refresh token does not exist');
  return inserted.expiresAt;
};

/** Marks a refresh token as used, and stores the id of its successor, which is inserted after it. */
export const markTokenUsed = async ({ db }: Pick<Tx, 'db'>, tokenId: string, childId: string): Promise<void> => {
  await db.updateTable('refresh_tokens').set({ usedAt: now, childId }).where('id', '=', tokenId).where('usedAt', 'is', null).execute();
};

/** Dates the use of a token back by the 10 seconds in which it may be repeated: any further use counts as reuse. */
export const endTokenGrace = async ({ db }: Pick<Tx, 'db'>, tokenId: string): Promise<void> => {
  await db
    .updateTable('refresh_tokens')
    .set((eb) => ({ usedAt: eb('usedAt', '-', seconds(10)) }))
    .where('id', '=', tokenId)
    .execute();
};
