import type { PaymentDifference, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { requireScope, type Actor, type Core } from '../kernel/index.ts';

type C = ShopContract['payments']['listDifferences'];

const most = 200;

/**
 * Where the shop's books and a provider's do not meet by themselves: events about charges nobody knows (one line a charge), events
 * that disagree with our payments, events that fail, charges and refunds without a decision for a quarter of an hour, money on orders that
 * cannot have it. Oldest first. Empty in a healthy shop.
 */
export const listDifferences = async (core: Core, actor: Actor): Promise<z.output<C['output']>> => {
  requireScope(actor, 'payments:read');
  const { rows } = await sql<Omit<PaymentDifference, 'since'> & { since: Date }>`
    select * from (
      select kind, e.event_id as id, e.provider, e.gateway_reference as reference, p.order_id as "orderId",
        (select order_number from orders o where o.id = p.order_id) as "orderNumber", (e.payload -> 'about' ->> 'amountCents')::bigint as "amountCents",
        e.payload -> 'about' ->> 'currency' as currency, coalesce(e.last_error, e.type) as detail, e.received_at as since
      from (select *, case outcome when 'orphaned' then 'unknown_charge' when 'conflicting' then 'conflicting_event' else 'dead_event' end as kind,
          row_number() over (partition by outcome = 'orphaned', provider, coalesce(gateway_reference, event_id) order by received_at, event_id) as n
        from gateway_events where resolved_at is null
          and (outcome in ('orphaned', 'conflicting', 'dead') or (handled_at is null and received_at < now() - interval '15 minutes'))) e
        left join payments p on p.provider = e.provider and p.gateway_reference = e.gateway_reference
      where kind <> 'unknown_charge' or n = 1
      union all
      select 'undecided_charge', p.id::text, p.provider, p.gateway_reference, o.id, o.order_number, p.amount_cents, p.currency, 'no decision: ' || p.gateway_phase, p.called_at
      from payments p join orders o on o.id = p.order_id where p.status = 'pending' and p.called_at < now() - interval '15 minutes'
        and not (p.gateway_phase = 'action' and ((o.status = 'pending' and o.expires_at > now())
          or exists (select 1 from order_edits e where e.id = p.order_edit_id and e.status = 'awaiting_payment' and e.expires_at > now())))
      union all
      select 'unreturned_money', p.id::text, p.provider, p.gateway_reference, o.id, o.order_number, p.captured_cents - p.refund_claimed_cents, p.currency,
        case when p.superseded_at is null then 'the order is cancelled' else 'the order was paid another way' end, coalesce(p.captured_at, p.created_at)
      from payments p join orders o on o.id = p.order_id
      where p.captured_cents > p.refund_claimed_cents and p.status <> 'disputed' and (o.status = 'cancelled' or p.superseded_at is not null)
      union all
      select 'undecided_refund', r.id::text, p.provider, p.gateway_reference, o.id, o.order_number, r.amount_cents, p.currency, r.reason, r.created_at
      from refunds r join payments p on p.id = r.payment_id join orders o on o.id = p.order_id
      where r.status = 'pending' and r.created_at < now() - interval '15 minutes'
    ) d order by since limit ${most}`.execute(core.db);
  return { items: rows.map((row) => ({ ...row, since: row.since.toISOString() })) };
};
