/** The locks on accounts, their sessions and the keys of their tokens. */
import type { UserId } from '@cartwright/contracts';
import { lockName, type Tx } from '../kernel/index.ts';

/**
 * Tx step: locks an account before anything of its own is counted, created or merged, so that the second of two
 * concurrent calls sees the result of the first.
 */
export const lockAccount = async (tx: Tx, userId: UserId): Promise<void> => {
  await tx.db.selectFrom('users').select('id').where('id', '=', userId).forNoKeyUpdate().execute();
};

/** Tx step: serialises the creation of administrators, so that two concurrent calls cannot both create the first one. */
export const lockAdministrators = (tx: Tx): Promise<void> => lockName(tx, 'cartwright.administrators');

/** Tx step: serialises changes of the signing keys: processes that start or rotate together must end up with one key. */
export const lockSigningKeys = (tx: Tx): Promise<void> => lockName(tx, 'cartwright.signing_keys');

/** Tx step: locks the session that a refresh token belongs to, so that two uses of the token run one after the other. */
export const lockSessionOfToken = async (tx: Tx, tokenHash: string): Promise<void> => {
  await tx.db
    .selectFrom('sessions as s')
    .innerJoin('refresh_tokens as t', 't.sessionId', 's.id')
    .select('s.id')
    .where('t.tokenHash', '=', tokenHash)
    .forUpdate('s')
    .execute();
};
