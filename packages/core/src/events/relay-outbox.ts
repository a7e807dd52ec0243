import { sql } from 'kysely';
import { transact, type Core, writeStatement } from '../kernel/index.ts';
import { lockRegisterForRelay } from './consumer.locks.ts';
import { isAbsent } from './consumer.queries.ts';

export interface Delivery {
  readonly eventId: string;
  readonly consumer: string;
  readonly attempts: number;
}
const batch = 200;

/** The result of one round. The outbox is empty when `relayed` is 0. */
export interface Relayed {
  readonly relayed: number;
  /** Deliveries for the queue. Those of absent consumers are left out and wait in the database. */
  readonly deliveries: readonly Delivery[];
}

/**
 * Creates a delivery of each committed event for each of its registered consumers, and returns the deliveries for the
 * queue. Finds its work by a flag and skips rows that another relay has locked; comparing ids would miss the events of
 * transactions that commit late.
 */
export const relayOutbox = (core: Core): Promise<Relayed> =>
  transact(core, async (tx) => {
    await lockRegisterForRelay(tx);
    // The time is read after the lock, so that events relayed after a registration are later than it.
    const { rows } = await sql<{ relayed: number; deliveries: Delivery[] }>`
      with relayed as (
        update outbox_events set relayed_at = clock_timestamp()
        where id in (select id from outbox_events where relayed_at is null order by id limit ${batch} for update skip locked) returning id, name),
      written as (
        insert into event_deliveries (event_id, consumer, enqueued_at)
        select r.id, s.consumer, case when ${isAbsent} then '-infinity'::timestamptz else now() end
        from relayed r join event_subscriptions s on s.event = r.name join event_consumers c on c.name = s.consumer
        on conflict do nothing returning event_id, consumer, enqueued_at)
      select (select count(*)::int from relayed) as relayed,
        coalesce((select json_agg(json_build_object('eventId', w.event_id, 'consumer', w.consumer, 'attempts', 0) order by w.event_id, w.consumer)
          from written w where w.enqueued_at > '-infinity'), '[]') as deliveries`.execute(tx.db);
    tx.failpoints.reach('relay.inside');
    return rows[0] ?? { relayed: 0, deliveries: [] };
  });

/**
 * Deliveries of these consumers that were put on the queue long ago and are still open, and those that never were: the
 * queue lost them, a worker died with them, or nobody handled the consumer at the time. Returns them for the queue, the
 * oldest of each consumer first. Handling twice has no effect.
 */
export const findStaleDeliveries = async (core: Core, consumers: readonly string[], olderThanSeconds: number): Promise<Delivery[]> => {
  const { rows } = await writeStatement(core, (tx) =>
    sql<Delivery>`
    update event_deliveries d set enqueued_at = now()
    from unnest(${consumers}::text[]) as n(name) cross join lateral (
      select event_id, consumer from event_deliveries where consumer = n.name and state = 'pending' and enqueued_at <= now() - make_interval(secs => ${olderThanSeconds})
      order by enqueued_at limit ${batch} for update skip locked) stale
    where d.event_id = stale.event_id and d.consumer = stale.consumer
    returning d.event_id as "eventId", d.consumer, d.attempts`.execute(tx.db),
  );
  return rows;
};
