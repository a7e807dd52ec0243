/** The event log, which is also the outbox, its consumers and their deliveries. */
import type { eventNames } from '@cartwright/contracts';
import { defineEntity, p } from '@mikro-orm/core';

/** An event: written with the change that it announces, and never changed. */
export const OutboxEvent = defineEntity({
  name: 'OutboxEvent',
  tableName: 'outbox_events',
  properties: {
    id: p.uuid().primary(),
    name: p.string().length(60).$type<(typeof eventNames)[number]>(),
    aggregateType: p.string().length(30),
    aggregateId: p.uuid(),
    payload: p.json<Record<string, unknown>>(),
    occurredAt: p.datetime().defaultRaw('clock_timestamp()'),
    /** Set when the deliveries exist. The relay finds new events by this column, never by comparing ids. */
    relayedAt: p.datetime().nullable(),
    /** The transaction that wrote the event. Live feeds read in this order, up to the oldest open transaction. */
    transactionId: p.string().columnType('xid8').defaultRaw('pg_current_xact_id()'),
  },
  indexes: [
    { name: 'outbox_events_waiting', expression: 'create index outbox_events_waiting on outbox_events (id) where relayed_at is null' },
    { name: 'outbox_events_by_transaction', properties: ['transactionId', 'id'] },
    { name: 'outbox_events_by_name', properties: ['name', 'id'] },
    { name: 'outbox_events_by_aggregate', properties: ['aggregateId', 'name'] },
  ],
});

/** A consumer of events, registered for all processes: any relay writes deliveries for every consumer. */
export const EventConsumer = defineEntity({
  name: 'EventConsumer',
  tableName: 'event_consumers',
  properties: {
    name: p.string().length(60).primary(),
    registeredAt: p.datetime().defaultRaw('clock_timestamp()'),
    /** When a worker that handles the consumer last reported. */
    lastSeenAt: p.datetime().defaultRaw('now()'),
  },
});

/** An event type that a consumer receives. */
export const EventSubscription = defineEntity({
  name: 'EventSubscription',
  tableName: 'event_subscriptions',
  properties: {
    consumer: () => p.manyToOne(EventConsumer).mapToPk().fieldName('consumer').primary().deleteRule('cascade'),
    event: p.string().length(60).primary(),
    /** Every event relayed after this time has a delivery; with `from = 'beginning'` earlier events too. */
    since: p.datetime().defaultRaw('clock_timestamp()'),
    from: p.enum(['registration', 'beginning']).default('registration'),
    /** While deliveries of earlier events are being written: the last event that has one. */
    caughtUpTo: p.uuid().nullable(),
    caughtUpAt: p.datetime().nullable(),
  },
  indexes: [{ name: 'event_subscriptions_by_event', properties: ['event'] }],
});

/** One event for one consumer. `done` is written in the transaction of its effect. */
export const EventDelivery = defineEntity({
  name: 'EventDelivery',
  tableName: 'event_deliveries',
  properties: {
    eventId: () => p.manyToOne(OutboxEvent).mapToPk().fieldName('event_id').primary().deleteRule('cascade'),
    consumer: p.string().length(60).primary(),
    state: p.enum(['pending', 'done', 'dead']).default('pending'),
    attempts: p.integer().default(0),
    enqueuedAt: p.datetime().defaultRaw('now()'),
    doneAt: p.datetime().nullable(),
    lastError: p.text().nullable(),
  },
  checks: [{ name: 'event_deliveries_done', expression: `(state = 'done') = (done_at is not null)` }],
  indexes: [
    {
      name: 'event_deliveries_open',
      expression: `create index event_deliveries_open on event_deliveries (consumer, enqueued_at) where state = 'pending'`,
    },
    { name: 'event_deliveries_dead', expression: `create index event_deliveries_dead on event_deliveries (event_id) where state = 'dead'` },
  ],
});
