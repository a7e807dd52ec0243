/** The interface of event consumers, and the delivery of events to one of them. */
import type { EventName, EventPayload } from '@cartwright/contracts';
import { retries } from '../jobs/index.ts';
import { isDatabaseUnavailable, transact, type Core, type Tx } from '../kernel/index.ts';
import { lockDeliveries } from './consumer.locks.ts';
import { countFailedDelivery, markEventsDelivered } from './delivery.store.ts';

/** An event as handed to a consumer. */
export type ShopEvent<N extends EventName = EventName> = {
  [K in N]: { readonly id: string; readonly name: K; readonly payload: EventPayload<K>; readonly occurredAt: Date };
}[N];

/** A queue job to enqueue after the commit. PostgreSQL stores the work too, so a lost job only costs time. */
export interface FollowUp {
  readonly queue: 'mail';
  readonly id: string;
}

/** A consumer of events. `handle` runs in the transaction that marks the event as handled, so it takes effect once. */
export interface EventConsumer {
  /** Stored in the database: never rename a consumer. */
  readonly name: string;
  readonly events: readonly EventName[];
  /**
   * Where a consumer starts when it is registered for an event for the first time: with the events that are not relayed
   * yet (the default), or at the beginning of the log.
   */
  readonly from?: 'registration' | 'beginning';
  handle(tx: Tx, event: ShopEvent): Promise<FollowUp[]>;
}

/** The result of a round: jobs for other queues, handled events, and failed events. */
export interface Round {
  readonly followUps: readonly FollowUp[];
  readonly handled: readonly string[];
  /** Events that this process cannot handle. They stay unchanged for a worker that can. */
  readonly left: readonly string[];
  readonly failed: readonly { readonly eventId: string; readonly error: unknown }[];
}

/**
 * Delivers events to one consumer in one transaction, each with effect at most once. When the transaction fails, each
 * event is delivered in its own. Failures are counted; the tenth makes the delivery `dead`, and later ones continue. A
 * consumer or event that this process does not know is left for a newer worker. Throws when the database is
 * unavailable: nothing is counted then.
 */
export const deliverEvents = async (
  core: Core,
  consumers: readonly EventConsumer[],
  consumerName: string,
  eventIds: readonly string[],
): Promise<Round> => {
  const consumer = consumers.find((c) => c.name === consumerName);
  if (!consumer) return { followUps: [], handled: [], left: eventIds, failed: [] };
  try {
    const { followUps, left } = await deliverInBatch(core, consumer, eventIds);
    return { followUps, handled: eventIds.filter((id) => !left.includes(id)), left, failed: [] };
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error;
    const [only, ...others] = eventIds;
    if (only === undefined || others.length === 0) {
      if (only !== undefined) await countFailure(core, consumer, only, error);
      return { followUps: [], handled: [], left: [], failed: eventIds.map((eventId) => ({ eventId, error })) };
    }
  }
  const rounds: Round[] = [];
  for (const eventId of eventIds) rounds.push(await deliverEvents(core, consumers, consumerName, [eventId]));
  return {
    followUps: rounds.flatMap((r) => r.followUps),
    handled: rounds.flatMap((r) => r.handled),
    left: rounds.flatMap((r) => r.left),
    failed: rounds.flatMap((r) => r.failed),
  };
};

const deliverInBatch = (
  core: Core,
  consumer: EventConsumer,
  eventIds: readonly string[],
): Promise<{ followUps: readonly FollowUp[]; left: readonly string[] }> =>
  transact(core, async (tx) => {
    const rows = await lockDeliveries(tx, consumer.name, eventIds);
    const known = rows.filter(({ name }) => consumer.events.includes(name));
    const left = rows.filter(({ name }) => !consumer.events.includes(name)).map(({ id }) => id);
    if (known.length === 0) return { followUps: [], left };
    const followUps: FollowUp[] = [];
    for (const event of known) {
      followUps.push(...(await consumer.handle(tx, event as ShopEvent)));
      tx.failpoints.reach('delivery.inside');
    }
    await markEventsDelivered(
      tx,
      consumer.name,
      known.map((row) => row.id),
    );
    return { followUps, left };
  });

const countFailure = (core: Core, consumer: EventConsumer, eventId: string, error: unknown): Promise<void> =>
  transact(core, { oneStatement: true }, (tx) =>
    countFailedDelivery(tx, {
      eventId,
      consumer: consumer.name,
      error: error instanceof Error ? error.message : String(error),
      mostAttempts: retries.delivery.attempts,
    }),
  );
