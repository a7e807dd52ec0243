/** Writes `signing_keys`. One key at most is not retired; callers hold `lockSigningKeys`. */
import { sql } from 'kysely';
import type { JWK } from 'jose';
import type { Tx } from '../kernel/index.ts';

export interface NewSigningKey {
  readonly kid: string;
  readonly publicJwk: JWK;
  /** Sealed for its row. */
  readonly privateJwkSealed: string;
}

/** Inserts the key to sign with. */
export const insertSigningKey = async ({ db }: Pick<Tx, 'db'>, { kid, publicJwk, privateJwkSealed }: NewSigningKey): Promise<void> => {
  await db.insertInto('signing_keys').values({ kid, publicJwk, privateJwkSealed }).execute();
};

/** Retires a key. Returns false when it was retired before. */
export const retireKey = async ({ db }: Pick<Tx, 'db'>, kid: string): Promise<boolean> => {
  const { rows } = await sql`update signing_keys set retired_at = now() where kid = ${kid} and retired_at is null returning kid`.execute(
    db,
  );
  return rows.length > 0;
};

/** Retires the key to sign with once it is 30 days old. Returns whether it did. */
export const retireOldKey = async ({ db }: Pick<Tx, 'db'>): Promise<boolean> => {
  const { rows } = await sql`
      update signing_keys set retired_at = now() where retired_at is null and created_at < now() - interval '30 days' returning kid`.execute(
    db,
  );
  return rows.length > 0;
};

/** Deletes the keys that were retired more than a day ago. */
export const deleteRetiredKeys = async ({ db }: Pick<Tx, 'db'>): Promise<void> => {
  await sql`delete from signing_keys where retired_at < now() - interval '1 day'`.execute(db);
};
