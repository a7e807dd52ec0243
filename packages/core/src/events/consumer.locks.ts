/** The locks on the register of consumers, their subscriptions and their deliveries. */
import type { EventName } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { Tx } from '../kernel/index.ts';
import { isAbsent } from './consumer.queries.ts';

const register = sql`hashtext('cartwright.event_consumers')`;

/** For a relay: the register does not change until its transaction ends. Any number of relays hold this lock at once. */
export const lockRegisterForRelay = (tx: Tx) => sql`select pg_advisory_xact_lock_shared(${register})`.execute(tx.db);

/** For a change of the register: no relay runs until this transaction ends. */
export const lockRegister = (tx: Tx) => sql`select pg_advisory_xact_lock(${register})`.execute(tx.db);

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

export interface PendingDelivery {
  readonly id: string;
  readonly name: EventName;
  readonly payload: unknown;
  readonly occurredAt: Date;
}

/** Tx step: locks the pending deliveries of events in the order of the events, so that two rounds with the same events cannot deadlock. */
export const lockDeliveries = async (tx: Tx, consumer: string, eventIds: readonly string[]): Promise<PendingDelivery[]> => {
  const { rows } = await sql<PendingDelivery>`
    select e.id, e.name, e.payload, e.occurred_at as "occurredAt" from event_deliveries d join outbox_events e on e.id = d.event_id
    where d.event_id = any(${eventIds}::uuid[]) and d.consumer = ${consumer} and d.state = 'pending' order by d.event_id for update of d`.execute(
    tx.db,
  );
  return rows;
};

export interface CatchUp {
  readonly consumer: string;
  readonly event: string;
  readonly since: Date;
  readonly after: string | null;
}

/** Tx step: claims a subscription that still has to catch up and that no other worker has claimed; undefined when there is none. */
export const lockNextCatchUp = async (tx: Tx): Promise<CatchUp | undefined> => {
  const { rows } = await sql<CatchUp>`
    select consumer, event, since, caught_up_to as after from event_subscriptions where "from" = 'beginning' and caught_up_at is null
    order by consumer, event limit 1 for update skip locked`.execute(tx.db);
  return rows[0];
};
