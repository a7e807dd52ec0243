/** The event log that doubles as the outbox, and who has handled what of it. */
import type { eventNames } from '@cartwright/contracts';
import { defineEntity, p } from '@mikro-orm/core';

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
    /** Set once the deliveries exist. The relay finds its work by this flag, never by comparing ids. */
    relayedAt: p.datetime().nullable(),
    /** The transaction that wrote it. Live feeds read in this order, up to the oldest transaction that is still open. */
    transactionId: p.string().columnType('xid8').defaultRaw('pg_current_xact_id()'),
  },
  indexes: [
    { name: 'outbox_events_waiting', expression: 'create index outbox_events_waiting on outbox_events (id) where relayed_at is null' },
    { name: 'outbox_events_by_transaction', properties: ['transactionId', 'id'] },
    { name: 'outbox_events_by_name', properties: ['name', 'id'] },
    { name: 'outbox_events_by_aggregate', properties: ['aggregateId', 'name'] },
  ],
});

/** Somebody who is told of events, known to every process: the relay writes deliveries for all of them, whichever worker relays. */
export const EventConsumer = defineEntity({
  name: 'EventConsumer',
  tableName: 'event_consumers',
  properties: {
    name: p.string().length(60).primary(),
    registeredAt: p.datetime().defaultRaw('clock_timestamp()'),
    /** When a worker that handles it was last alive. */
    lastSeenAt: p.datetime().defaultRaw('now()'),
  },
});

/** An event that a consumer is told of. */
export const EventSubscription = defineEntity({
  name: 'EventSubscription',
  tableName: 'event_subscriptions',
  properties: {
    consumer: () => p.manyToOne(EventConsumer).mapToPk().fieldName('consumer').primary().deleteRule('cascade'),
    event: p.string().length(60).primary(),
    /** Every event that was relayed after this instant has a delivery; with `from = 'beginning'` also those from before. */
    since: p.datetime().defaultRaw('clock_timestamp()'),
    from: p.enum(['registration', 'beginning']).default('registration'),
    /** While the deliveries of events from before are being written: the last event that has one. */
    caughtUpTo: p.uuid().nullable(),
    caughtUpAt: p.datetime().nullable(),
  },
  indexes: [{ name: 'event_subscriptions_by_event', properties: ['event'] }],
});

/** One consumer's duty to handle one event. `done` is written in the transaction of its effect. */
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
