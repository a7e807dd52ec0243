/** Writes `sessions`. */
import type { UserId } from '@cartwright/contracts';
import { daysFromNow, now, type Tx } from '../kernel/index.ts';

/** The days after which a session ends, however often it is used. */
const longestDays = 30;

/** Inserts a session that ends after 30 days at the latest. */
export const insertSession = async (
  { db }: Pick<Tx, 'db'>,
  { id, userId }: { readonly id: string; readonly userId: UserId },
): Promise<void> => {
  await db
    .insertInto('sessions')
    .values({ id, userId, expiresAt: daysFromNow(longestDays) })
    .execute();
};

/** Ends a session. Returns its account; null for a session that was ended before. */
export const endSession = async ({ db }: Pick<Tx, 'db'>, sessionId: string, reason: string): Promise<UserId | null> => {
  const ended = await db
    .updateTable('sessions')
    .set({ revokedAt: now, revokedReason: reason })
    .where('id', '=', sessionId)
    .where('revokedAt', 'is', null)
    .returning('userId')
    .$narrowType<{ userId: UserId }>()
    .executeTakeFirst();
  return ended?.userId ?? null;
};
