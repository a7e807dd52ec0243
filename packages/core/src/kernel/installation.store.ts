/** Writes `installation`, a table of one row. */
import type { Tx } from './core.ts';

/** Inserts the row, with the sealed value by which the secret of the shop is checked. */
export const insertInstallation = async ({ db }: Pick<Tx, 'db'>, secretCheckSealed: string): Promise<void> => {
  await db.insertInto('installation').values({ id: 1, secretCheckSealed }).execute();
};

/** Tx step: makes every set-up token that was issued so far invalid. */
export const renewSetupNonce = async ({ db }: Pick<Tx, 'db'>): Promise<void> => {
  await db
    .updateTable('installation')
    .set(({ fn }) => ({ setupNonce: fn<string>('gen_random_uuid') }))
    .execute();
};
