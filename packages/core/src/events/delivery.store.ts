/** Writes `event_deliveries`, and marks the events of `outbox_events` as relayed in the statement that inserts their deliveries. */
import { sql } from 'kysely';
import { anyId, anyText, now, rowsAs, type Tx } from '../kernel/index.ts';
import { isAbsent } from './consumer.queries.ts';

/** The delivery of an event to a consumer. */
export interface Delivery {
  readonly eventId: string;
  readonly consumer: string;
  readonly attempts: number;
}

/** The result of one round. The outbox is empty when `relayed` is 0. */
export interface Relayed {
  readonly relayed: number;
  /** Deliveries for the queue. Those of absent consumers are left out and wait in the database. */
  readonly deliveries: readonly Delivery[];
}

/**
 * Marks up to `limit` events as relayed that nobody has locked, and inserts a delivery of each for each of its registered consumers: one
 * statement. Its caller holds `lockRegisterForRelay`.
 */
export const relayEvents = async ({ db }: Pick<Tx, 'db'>, limit: number): Promise<Relayed> => {
  // The time is read after the lock, so that events relayed after a registration are later than it.
  const { rows } = await sql<{ relayed: number; deliveries: Delivery[] }>`
    with relayed as (
      update outbox_events set relayed_at = clock_timestamp()
      where id in (
        select id from outbox_events where relayed_at is null order by id limit ${limit} for update skip locked
      )
      returning id, name
    ), written as (
      insert into event_deliveries (event_id, consumer, enqueued_at)
      select r.id, s.consumer, case when ${isAbsent} then '-infinity'::timestamptz else now() end
      from relayed r
        join event_subscriptions s on s.event = r.name
        join event_consumers c on c.name = s.consumer
      on conflict do nothing
      returning event_id, consumer, enqueued_at
    )
    select (select count(*)::int from relayed) as relayed,
      coalesce((
        select json_agg(
          json_build_object('eventId', w.event_id, 'consumer', w.consumer, 'attempts', 0) order by w.event_id, w.consumer
        )
        from written w where w.enqueued_at > '-infinity'
      ), '[]') as deliveries`.execute(db);
  return rows[0] ?? { relayed: 0, deliveries: [] };
};

/** Inserts deliveries of relayed events for a consumer that catches up. They have no enqueue time, so the sweep takes them first. */
export const insertDeliveries = async ({ db }: Pick<Tx, 'db'>, consumer: string, eventIds: readonly string[]): Promise<void> => {
  const events = eventIds.map((eventId) => ({ eventId }));
  await db
    .insertInto('event_deliveries')
    .columns(['eventId', 'consumer', 'enqueuedAt'])
    .expression((eb) =>
      eb
        .selectFrom(rowsAs('e', events, { eventId: 'uuid' }))
        .select(['e.eventId', eb.val(consumer).as('consumer'), sql.lit('-infinity').as('enqueuedAt')]),
    )
    .onConflict((oc) => oc.doNothing())
    .execute();
};

/** Marks locked deliveries as done, in the transaction of their effect. */
export const markEventsDelivered = async ({ db }: Pick<Tx, 'db'>, consumer: string, eventIds: readonly string[]): Promise<void> => {
  await db
    .updateTable('event_deliveries')
    .set({ state: 'done', doneAt: now })
    .where('eventId', '=', anyId(eventIds))
    .where('consumer', '=', consumer)
    .execute();
};

/** A delivery whose attempt failed. */
export interface FailedDelivery {
  readonly eventId: string;
  readonly consumer: string;
  readonly error: string;
  /** The attempts after which a delivery is dead. */
  readonly mostAttempts: number;
}

/** Counts a failed attempt of a pending delivery; the last one makes it dead. */
export const countFailedDelivery = async (
  { db }: Pick<Tx, 'db'>,
  { eventId, consumer, error, mostAttempts }: FailedDelivery,
): Promise<void> => {
  await db
    .updateTable('event_deliveries')
    .set((eb) => ({
      attempts: eb('attempts', '+', 1),
      lastError: error,
      state: eb
        .case()
        .when(eb('attempts', '+', 1), '>=', mostAttempts)
        .then(sql.lit('dead' as const))
        .else(eb.ref('state'))
        .end(),
    }))
    .where('eventId', '=', eventId)
    .where('consumer', '=', consumer)
    .where('state', '=', sql.lit('pending'))
    .execute();
};

/**
 * Claims pending deliveries that were put on the queue long ago or never and that nobody has locked, the oldest of each consumer first, up
 * to `limit` of each. They count as put on the queue now.
 */
export const claimStaleDeliveries = async (
  { db }: Pick<Tx, 'db'>,
  consumers: readonly string[],
  { olderThanSeconds, limit }: { readonly olderThanSeconds: number; readonly limit: number },
): Promise<Delivery[]> => {
  const { rows } = await sql<Delivery>`
    update event_deliveries d set enqueued_at = now()
    from unnest(${consumers}::text[]) as n(name) cross join lateral (
      select event_id, consumer from event_deliveries
      where consumer = n.name and state = 'pending' and enqueued_at <= now() - make_interval(secs => ${olderThanSeconds})
      order by enqueued_at limit ${limit} for update skip locked
    ) stale
    where d.event_id = stale.event_id and d.consumer = stale.consumer
    returning d.event_id as "eventId", d.consumer, d.attempts`.execute(db);
  return rows;
};

/** Deletes the open deliveries of a consumer: those of some events, or all for null. Returns how many. */
export const deleteOpenDeliveries = async ({ db }: Pick<Tx, 'db'>, consumer: string, events: readonly string[] | null): Promise<number> => {
  const { numDeletedRows } = await db
    .deleteFrom('event_deliveries as d')
    .using('outbox_events as e')
    .whereRef('e.id', '=', 'd.eventId')
    .where('d.consumer', '=', consumer)
    .where('d.state', '<>', sql.lit('done'))
    .$if(events !== null, (query) => query.where(({ eb, ref }) => eb(ref('e.name').$castTo<string>(), '=', anyText(events ?? []))))
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
};
