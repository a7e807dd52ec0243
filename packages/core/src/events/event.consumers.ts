/** What it takes to listen to events, and the run of one delivery. */
import type { EventName, EventPayload } from '@cartwright/contracts';
import { sql } from 'kysely';
import { transact, type Core, type Tx } from '../kernel/index.ts';

/** An event as handed to a consumer. */
export type ShopEvent<N extends EventName = EventName> = {
  [K in N]: { readonly id: string; readonly name: K; readonly payload: EventPayload<K>; readonly occurredAt: Date };
}[N];

/** Work for a queue, to be put there after the commit. PostgreSQL knows it too; losing it costs time only. */
export interface FollowUp {
  readonly queue: 'mail';
  readonly id: string;
}

/** Somebody who wants to know. `handle` runs in the transaction that marks the event as handled, so its effect counts once. */
export interface EventConsumer {
  /** Kept in the database: never rename one. */
  readonly name: string;
  readonly events: readonly EventName[];
  handle(tx: Tx, event: ShopEvent): Promise<FollowUp[]>;
}

export const maxAttempts = 10;

/**
 * Hands one event to one consumer, at most once with effect. A failure is counted and thrown on, for the
 * queue to try again; the tenth makes the delivery `dead` and lets the ones behind it pass.
 */
export const deliverEvent = async (
  core: Core,
  consumers: readonly EventConsumer[],
  eventId: string,
  consumerName: string,
): Promise<FollowUp[]> => {
  const consumer = consumers.find((c) => c.name === consumerName);
  if (!consumer) throw new Error(`No consumer is called ${consumerName}`);
  try {
    return await transact(core, async (tx) => {
      const open = await sql<{ id: string; name: EventName; payload: unknown; occurredAt: Date }>`
        select e.id, e.name, e.payload, e.occurred_at as "occurredAt" from event_deliveries d join outbox_events e on e.id = d.event_id
        where d.event_id = ${eventId} and d.consumer = ${consumerName} and d.state = 'pending' for update of d`.execute(tx.db);
      const event = open.rows[0];
      if (!event) return [];
      const followUps = await consumer.handle(tx, event as ShopEvent);
      await sql`update event_deliveries set state = 'done', done_at = now() where event_id = ${eventId} and consumer = ${consumerName}`.execute(
        tx.db,
      );
      tx.failpoints.reach('delivery.inside');
      return followUps;
    });
  } catch (error) {
    await sql`
      update event_deliveries set attempts = attempts + 1, last_error = ${error instanceof Error ? error.message : String(error)},
        state = case when attempts + 1 >= ${maxAttempts} then 'dead' else state end
      where event_id = ${eventId} and consumer = ${consumerName} and state = 'pending'`.execute(core.db);
    throw error;
  }
};
