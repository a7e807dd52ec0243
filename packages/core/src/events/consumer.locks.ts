/** The locks on the register of consumers, their subscriptions and their deliveries. */
import type { EventName } from '@cartwright/contracts';
import { sql } from 'kysely';
import { anyId, lockName, lockNameShared, type Tx } from '../kernel/index.ts';
import { isAbsent } from './consumer.queries.ts';

const register = 'cartwright.event_consumers';

/** For a relay: the register does not change until its transaction ends. Any number of relays hold this lock at once. */
export const lockRegisterForRelay = (tx: Tx): Promise<void> => lockNameShared(tx, register);

/** For a change of the register: no relay runs until this transaction ends. */
export const lockRegister = (tx: Tx): Promise<void> => lockName(tx, register);

/** A registered consumer. */
export interface LockedConsumer {
  readonly lastSeenAt: Date;
  readonly absent: boolean;
  readonly events: string[];
}

/** Tx step: locks a registered consumer and reads its subscriptions; undefined when there is none. */
export const lockConsumer = async (tx: Tx, name: string): Promise<LockedConsumer | undefined> => {
  const { rows } = await sql<LockedConsumer>`
    select c.last_seen_at as "lastSeenAt", ${isAbsent} as absent,
      coalesce((select array_agg(s.event order by s.event) from event_subscriptions s where s.consumer = c.name), '{}')::text[] as events
    from event_consumers c where c.name = ${name} for update of c`.execute(tx.db);
  return rows[0];
};

/** A delivery that is due, with its event. */
export interface PendingDelivery {
  readonly id: string;
  readonly name: EventName;
  readonly payload: unknown;
  readonly occurredAt: Date;
}

/** Tx step: locks the pending deliveries of events in the order of the events, so that two rounds with the same events cannot deadlock. */
export const lockDeliveries = (tx: Tx, consumer: string, eventIds: readonly string[]): Promise<PendingDelivery[]> =>
  tx.db
    .selectFrom('event_deliveries as d')
    .innerJoin('outbox_events as e', 'e.id', 'd.eventId')
    .select(['e.id', 'e.name', 'e.payload', 'e.occurredAt'])
    .where('d.eventId', '=', anyId(eventIds))
    .where('d.consumer', '=', consumer)
    .where('d.state', '=', sql.lit('pending'))
    .orderBy('d.eventId')
    .forUpdate('d')
    .execute();

/** A subscription that takes earlier events. */
export interface ConsumerCatchUp {
  readonly consumer: string;
  readonly event: string;
  readonly since: Date;
  /** The last event that the subscription has caught up to. */
  readonly caughtUpTo: string | null;
}

/** Tx step: claims a subscription that still has to catch up and that no other worker has claimed; undefined when there is none. */
export const lockNextCatchUp = (tx: Tx): Promise<ConsumerCatchUp | undefined> =>
  tx.db
    .selectFrom('event_subscriptions')
    .select(['consumer', 'event', 'since', 'caughtUpTo'])
    .where('from', '=', sql.lit('beginning'))
    .where('caughtUpAt', 'is', null)
    .orderBy('consumer')
    .orderBy('event')
    .limit(sql.lit(1))
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
