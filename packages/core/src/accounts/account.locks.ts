/** The locks on accounts, their sessions and the keys of their tokens. */
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

/** Tx step: serialises the creation of administrators, so that two concurrent calls cannot both create the first one. */
export const lockAdministrators = (tx: Tx) => sql`select pg_advisory_xact_lock(hashtext('cartwright.administrators'))`.execute(tx.db);

/** Tx step: serialises changes of the signing keys: processes that start or rotate together must end up with one key. */
export const lockSigningKeys = (tx: Tx) => sql`select pg_advisory_xact_lock(hashtext('cartwright.signing_keys'))`.execute(tx.db);

/** Tx step: locks the session that a refresh token belongs to, so that two uses of the token run one after the other. */
export const lockSessionOfToken = async (tx: Tx, tokenHash: string): Promise<void> => {
  await sql`select s.id from sessions s join refresh_tokens t on t.session_id = s.id where t.token_hash = ${tokenHash} for update of s`.execute(
    tx.db,
  );
};
