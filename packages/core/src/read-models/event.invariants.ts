/** Events: one for each change, relayed, delivered and handled in time. */
import type { Invariant } from './invariant.ts';

/** The invariants of events. */
export const eventInvariants: readonly Invariant[] = [
  {
    id: 'I27',
    title: 'Each status change of an order and each capture has exactly one event',
    sql: `
      select c.order_id as id, c.to_status as what from order_status_changes c
        where (
          select count(*) from outbox_events e
            where e.aggregate_id = c.order_id
              and e.name = case c.to_status when 'pending' then 'order.placed' else 'order.' || c.to_status end
        ) <> 1
      union all select p.id, 'captured' from payments p
        where p.captured_cents > 0
          and (select count(*) from outbox_events e where e.aggregate_id = p.id and e.name = 'payment.captured') <> 1`,
  },
  {
    id: 'I28',
    title: 'No event stays in the outbox for more than a minute',
    sql: `
      select id, name, occurred_at from outbox_events where relayed_at is null and occurred_at < now() - interval '60 seconds'
      union all select e.id, e.name, e.occurred_at from event_deliveries d
        join outbox_events e on e.id = d.event_id
        where d.state = 'dead'`,
  },
  {
    id: 'I29',
    title:
      "A provider's event is handled when it is received or retried in time; one that still waits after 15 minutes is listed for staff",
    sql: `
      select provider, event_id, received_at from gateway_events
        where (handled_at is null and attempts = 0 and received_at < now() - interval '60 seconds')
          or (handled_at is null and retry_at < now() - interval '5 minutes')
          or (outcome = 'dead' and resolved_at is null)
          or (outcome = 'waiting' and received_at < now() - interval '25 minutes')`,
  },
  {
    id: 'I90',
    title: 'Every registered consumer has a delivery for each event that was relayed since it registered',
    sql: `
      select e.id, e.name, s.consumer from event_subscriptions s
        join outbox_events e on e.name = s.event
        where e.relayed_at is not null
          and (e.relayed_at > s.since or s.caught_up_at is not null)
          and not exists (select 1 from event_deliveries d where d.event_id = e.id and d.consumer = s.consumer)`,
  },
];
