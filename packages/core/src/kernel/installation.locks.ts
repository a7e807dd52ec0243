/** The lock on the installation. */
import { sql } from 'kysely';
import type { Tx } from './core.ts';

/** Tx step: serialises the first starts of processes on an empty shop. */
export const lockInstallation = (tx: Tx) => sql`select pg_advisory_xact_lock(hashtext('cartwright.installation'))`.execute(tx.db);
