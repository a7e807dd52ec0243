/** The inbox of provider events, and the time until which missing events were fetched from the providers. */
import { paymentProviders } from '@cartwright/contracts';
import { defineEntity, p } from '@mikro-orm/core';

/** An event of a provider: stored once, and marked as handled in the transaction of its effect. */
export const GatewayEvent = defineEntity({
  name: 'GatewayEvent',
  tableName: 'gateway_events',
  properties: {
    provider: p.enum(paymentProviders).primary(),
    eventId: p.string().length(255).primary(),
    type: p.string().length(100),
    gatewayReference: p.string().length(255).nullable(),
    /** The id of the shop's payment, as the provider's metadata contains it. */
    paymentId: p.string().length(255).nullable(),
    payload: p.json<Record<string, unknown>>(),
    /**
     * `waiting`: stored until its subject is recorded. `conflicting`: its fields name different payments, or other amounts than the
     * shop's.
     */
    outcome: p.enum(['received', 'waiting', 'applied', 'ignored', 'orphaned', 'conflicting', 'dead']).default('received'),
    receivedAt: p.datetime().defaultRaw('now()'),
    handledAt: p.datetime().nullable(),
    /** Number of attempts; an event that still fails after the last attempt is `dead`. */
    attempts: p.integer().default(0),
    retryAt: p.datetime().nullable(),
    lastError: p.text().nullable(),
    /** When staff resolved an event that is orphaned, conflicting or dead. */
    resolvedAt: p.datetime().nullable(),
    resolvedBy: p.string().length(64).nullable(),
    resolution: p.string().length(500).nullable(),
  },
  checks: [
    { name: 'gateway_events_handled', expression: `(outcome in ('received', 'waiting')) = (handled_at is null)` },
    { name: 'gateway_events_waiting', expression: `outcome <> 'waiting' or retry_at is not null` },
    { name: 'gateway_events_resolved', expression: '(resolved_at is null) = (resolved_by is null)' },
  ],
  indexes: [
    {
      name: 'gateway_events_unresolved',
      expression:
        `create index gateway_events_unresolved on gateway_events (received_at) where outcome in ('orphaned', 'conflicting', ` +
        `'dead') and resolved_at is null`,
    },
    {
      name: 'gateway_events_by_charge',
      expression:
        `create index gateway_events_by_charge on gateway_events (gateway_reference) where outcome in ('orphaned', 'conflicting', ` +
        `'dead')`,
    },
    {
      name: 'gateway_events_open',
      expression: `create index gateway_events_open on gateway_events (received_at) where handled_at is null`,
    },
  ],
});

/** The time until which a provider's list of events was read, so that events that never arrived are found. */
export const GatewayCatchUp = defineEntity({
  name: 'GatewayCatchUp',
  tableName: 'gateway_catch_ups',
  properties: {
    provider: p.string().length(32).primary(),
    listedUntil: p.datetime().nullable(),
    /** The time until which the provider's lists of refunds and disputes were read. */
    recordsListedUntil: p.datetime().nullable(),
  },
});
