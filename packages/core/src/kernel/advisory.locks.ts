/** Locks on names that stand for no row. */
import { sql } from 'kysely';
import type { Tx } from './core.ts';

/** Tx step: waits until no other transaction holds the lock of this name, and holds it until the transaction ends. */
export const lockName = async ({ db }: Pick<Tx, 'db'>, name: `cartwright.${string}`): Promise<void> => {
  await sql`select pg_advisory_xact_lock(hashtext(${sql.lit(name)}))`.execute(db);
};

/** Tx step: as `lockName`, shared with any number of others that hold it shared. */
export const lockNameShared = async ({ db }: Pick<Tx, 'db'>, name: `cartwright.${string}`): Promise<void> => {
  await sql`select pg_advisory_xact_lock_shared(hashtext(${sql.lit(name)}))`.execute(db);
};
