/** Rows that wait for a worker, and rows that failed for good. */
import { sql } from 'kysely';
import { now, type ReadOnlyDb } from '../kernel/index.ts';
import { lapsedHold } from './stock-levels.ts';

/** The kinds of rows: each with its rows and since when each waits. */
const kinds = {
  outbox: (db: ReadOnlyDb) => db.selectFrom('outbox_events').select('occurredAt as at').where('relayedAt', 'is', null),
  deliveries: (db: ReadOnlyDb) => deliveries(db, 'pending'),
  dead_deliveries: (db: ReadOnlyDb) => deliveries(db, 'dead'),
  mails: (db: ReadOnlyDb) => db.selectFrom('notifications').select('createdAt as at').where('status', '=', sql.lit('queued')),
  failed_mails: (db: ReadOnlyDb) => db.selectFrom('notifications').select('createdAt as at').where('status', '=', sql.lit('failed')),
  overdue_orders: (db: ReadOnlyDb) =>
    db
      .selectFrom('orders')
      .select(({ ref }) => ref('expiresAt').$notNull().as('at'))
      .where('status', '=', sql.lit('pending'))
      .where('expiresAt', '<=', now),
  overdue_holds: (db: ReadOnlyDb) =>
    db.selectFrom('holds as h').select('h.expiresAt as at').where('h.state', '=', sql.lit('active')).where(lapsedHold),
  unreadable_values: (db: ReadOnlyDb) => db.selectFrom('unreadable_values').select('foundAt as at'),
};
const deliveries = (db: ReadOnlyDb, state: 'pending' | 'dead') =>
  db
    .selectFrom('event_deliveries as d')
    .innerJoin('outbox_events as e', 'e.id', 'd.eventId')
    .select('e.occurredAt as at')
    .where('d.state', '=', sql.lit(state));

/** How many rows of a kind wait, and for how long. */
export interface Backlog {
  /** The kind of rows. */
  readonly of: string;
  readonly count: number;
  /** The age of the oldest row; 0 without rows. */
  readonly oldestSeconds: number;
}

/** The backlog of each kind. One statement, so that the numbers are of one moment. */
export const readBacklog = async (db: ReadOnlyDb): Promise<Backlog[]> => {
  const [first, ...others] = Object.entries(kinds).map(([of, waiting]) =>
    db
      .selectFrom(waiting(db).as('x'))
      .select(({ fn, eb }) => [
        sql.lit(of).as('of'),
        fn.countAll<number>().as('count'),
        fn.coalesce(fn<number>('date_part', [sql.lit('epoch'), eb(now, '-', fn.min('x.at'))]), sql.lit(0)).as('oldestSeconds'),
      ]),
  );
  return first ? others.reduce((all, one) => all.unionAll(one), first).execute() : [];
};
