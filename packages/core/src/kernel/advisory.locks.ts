/** Locks on names that stand for no row. */
import { sql } from 'kysely';
import type { Tx } from './core.ts';

const takeLock = async (
  { db }: Pick<Tx, 'db'>,
  take: 'pg_advisory_xact_lock' | 'pg_advisory_xact_lock_shared',
  name: string,
): Promise<void> => {
  await db.selectNoFrom(({ fn }) => fn(take, [fn('hashtext', [sql.lit(name)])]).as('locked')).execute();
};

/** Tx step: waits until no other transaction holds the lock of this name, and holds it until the transaction ends. */
export const lockName = (tx: Pick<Tx, 'db'>, name: `cartwright.${string}`): Promise<void> => takeLock(tx, 'pg_advisory_xact_lock', name);

/** Tx step: as `lockName`, shared with any number of others that hold it shared. */
export const lockNameShared = (tx: Pick<Tx, 'db'>, name: `cartwright.${string}`): Promise<void> =>
  takeLock(tx, 'pg_advisory_xact_lock_shared', name);
