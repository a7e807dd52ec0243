/** The locks on accounts. */
import type { UserId } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

/**
 * Tx step: locks an account before anything of its own is counted, created or merged, so that the second of two
 * concurrent calls sees the result of the first.
 */
export const lockAccount = async (tx: Tx, userId: UserId): Promise<void> => {
  await sql`select 1 from users where id = ${userId} for no key update`.execute(tx.db);
};
