/** Writes `signing_keys`. One key at most is not retired; callers hold `lockSigningKeys`. */
import type { JWK } from 'jose';
import { daysFromNow, now, type Tx } from '../kernel/index.ts';

/** A key that signs access tokens. */
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
  const { numUpdatedRows } = await db
    .updateTable('signing_keys')
    .set({ retiredAt: now })
    .where('kid', '=', kid)
    .where('retiredAt', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
};

/** Retires the key to sign with once it is 30 days old. Returns whether it did. */
export const retireOldKey = async ({ db }: Pick<Tx, 'db'>): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('signing_keys')
    .set({ retiredAt: now })
    .where('retiredAt', 'is', null)
    .where('createdAt', '<', daysFromNow(-30))
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
};

/** Deletes the keys that were retired more than a day ago. */
export const deleteRetiredKeys = async ({ db }: Pick<Tx, 'db'>): Promise<void> => {
  await db.deleteFrom('signing_keys').where('retiredAt', '<', daysFromNow(-1)).execute();
};
