/** Which PostgreSQL server answers: transaction ids of one mean nothing on another, even if it was copied from the first. */
import { sql, type RawBuilder } from 'kysely';
import { DomainError, isDatabaseUnavailable, type Core } from '../kernel/index.ts';

/**
 * System identifier, timeline and last recovery of a server in hexadecimal. Null if they cannot be read, and on a replica, which has no
 * timeline of its own.
 */
export type ServerId = string | null;

/**
 * A replica has the system identifier of its primary, and begins a timeline of its own when it is promoted. The name of the present WAL
 * file tells that at once; pg_control_checkpoint() tells it after the next checkpoint. Every role may call these functions, unless they
 * were revoked.
 *
 * A server that crashes loses the transactions that it had not yet written to disk: those that were rolled back, and with
 * `synchronous_commit` off those that were committed. It then gives their ids to new transactions. Recovery resets the statistics of the
 * server, so their time tells the ids before a crash from those after it. If an operator resets them, feeds only repeat the events of a
 * minute.
 */
const identity = sql<ServerId>`(select case when not pg_is_in_recovery() then
  to_hex(system_identifier) || '-' || ltrim(lower(substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)), '0') || '-' ||
  to_hex((extract(epoch from pg_stat_get_bgwriter_stat_reset_time()) * 1000)::bigint) end from pg_control_system())`;
const unknown = sql.lit<ServerId>(null);

const expressions = new WeakMap<Core['db'], RawBuilder<ServerId>>();

/**
 * The expression that reads the identity of the server, as part of the statement whose answer it is about. A hosted PostgreSQL may refuse
 * the functions: its identity is then unknown.
 */
export const serverIdentity = async ({ db, log }: Pick<Core, 'db' | 'log'>): Promise<RawBuilder<ServerId>> => {
  const known = expressions.get(db);
  if (known) return known;
  let expression = identity;
  try {
    await db.selectNoFrom(identity.as('server')).execute();
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error;
    log.warn(
      { err: error },
      'PostgreSQL does not say which server it is; live feeds that resume from a place show events of a minute again',
    );
    expression = unknown;
  }
  expressions.set(db, expression);
  return expression;
};

/** What a feed ends with when its places mean nothing any more. */
export const serverChanged = (): DomainError =>
  new DomainError('SERVICE_UNAVAILABLE', 'The event log was moved to another database server. Open the feed again.');
