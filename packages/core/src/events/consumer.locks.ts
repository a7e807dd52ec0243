/** Locks that keep the register of consumers unchanged during a relay. */
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';

const register = sql`hashtext('cartwright.event_consumers')`;

/** For a relay: the register does not change until its transaction ends. Any number of relays hold this lock at once. */
export const lockRegisterForRelay = (tx: Tx) => sql`select pg_advisory_xact_lock_shared(${register})`.execute(tx.db);

/** For a change of the register: no relay runs until this transaction ends. */
export const lockRegister = (tx: Tx) => sql`select pg_advisory_xact_lock(${register})`.execute(tx.db);
