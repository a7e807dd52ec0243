import type { EventName } from '@cartwright/contracts';
import { sql } from 'kysely';
import { transact, type Core } from '../kernel/index.ts';
import type { EventConsumer } from './event.consumers.ts';

export interface Delivery {
  readonly eventId: string;
  readonly consumer: string;
  readonly attempts: number;
}
const batch = 200;

/**
 * Turns committed events into deliveries, one per consumer, and answers those for the queue. Finds its
 * work by a flag and skips what another relay has locked; comparing ids would lose the events of
 * transactions that commit late.
 */
export const relayOutbox = (core: Core, consumers: readonly EventConsumer[]): Promise<Delivery[]> =>
  transact(core, async (tx) => {
    const { rows } = await sql<{ id: string; name: EventName }>`
      select id, name from outbox_events where relayed_at is null order by id limit ${batch} for update skip locked`.execute(tx.db);
    if (rows.length === 0) return [];
    const deliveries = rows.flatMap((event) =>
      consumers.filter((c) => c.events.includes(event.name)).map((c): Delivery => ({ eventId: event.id, consumer: c.name, attempts: 0 })),
    );
    if (deliveries.length > 0)
      await tx.db
        .insertInto('event_deliveries')
        .values(deliveries.map((d) => ({ event_id: d.eventId, consumer: d.consumer })))
        .onConflict((oc) => oc.columns(['event_id', 'consumer']).doNothing())
        .execute();
    await sql`update outbox_events set relayed_at = now() where id = any(${rows.map((r) => r.id)}::uuid[])`.execute(tx.db);
    tx.failpoints.reach('relay.inside');
    return deliveries;
  });

/**
 * Deliveries that were put on the queue long ago and are still open: the queue lost them, or a worker
 * died with them. Answers them for the queue once more. Handling twice has no effect.
 */
export const findStaleDeliveries = async (core: Core, olderThanSeconds: number): Promise<Delivery[]> => {
  const { rows } = await sql<Delivery>`
    update event_deliveries set enqueued_at = now()
    where (event_id, consumer) in (
      select event_id, consumer from event_deliveries where state = 'pending' and enqueued_at <= now() - make_interval(secs => ${olderThanSeconds})
      order by enqueued_at limit ${batch} for update skip locked)
    returning event_id as "eventId", consumer, attempts`.execute(core.db);
  return rows;
};
