import type { OrderId, PaymentDiscrepancy, ShopContract } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { requireScope, type Actor, type Core } from '../kernel/index.ts';

type C = ShopContract['payments']['listDiscrepancies'];

const most = 200;

type Row = Omit<PaymentDiscrepancy, 'since' | 'actions'> & {
  readonly since: Date;
  readonly canReturn: boolean;
  readonly canAccept: boolean;
  readonly totalCount: number;
};

const actionsOf: Readonly<Record<PaymentDiscrepancy['kind'], readonly PaymentDiscrepancy['actions'][number][]>> = {
  unknown_charge: ['ask', 'refund', 'dismiss'],
  conflicting_event: ['ask', 'refund', 'dismiss'],
  dead_event: ['ask', 'dismiss'],
  undecided_charge: ['ask', 'dismiss'],
  unreturned_money: ['refund'],
  undecided_refund: ['ask', 'accept', 'dismiss'],
  wrong_charge: ['ask', 'refund', 'accept', 'dismiss'],
  wrong_refund: ['ask', 'accept', 'dismiss'],
};

const toDiscrepancy = ({ since, canReturn, canAccept, totalCount: _, ...row }: Row): PaymentDiscrepancy => ({
  ...row,
  since: since.toISOString(),
  actions: actionsOf[row.kind].filter(
    (action) => row.kind !== 'wrong_charge' || ((action !== 'refund' || canReturn) && (action !== 'accept' || canAccept)),
  ),
});

/** Why an answer could not be used; the phase of the call when there was no such answer. */
const undecided = sql`case when p.answer_problem is null then 'no decision: ' || p.gateway_phase else 'The answer of the provider cannot be used. ' || p.answer_problem end`;

/** Whether the refund of the charge of `d` was requested, for this discrepancy or for another one of the same charge. */
const givenBack = sql`exists (select 1 from payment_discrepancies x where x.payment_id = d.payment_id and x.refund_id is null and x.reference = d.reference and x.return_called_at is not null)`;
/** Whether the order of `p` has another payment that is undecided or captured. */
const paidOtherwise = sql`exists (select 1 from payments x where x.order_id = p.order_id and x.order_edit_id is null and x.id <> p.id and x.superseded_at is null and x.status in ('pending', 'authorized', 'captured', 'partially_refunded', 'disputed'))`;

interface Filter {
  readonly orderId?: OrderId | undefined;
  readonly kind?: PaymentDiscrepancy['kind'];
  readonly id?: string;
}

/**
 * Unreconciled payments: events about unknown charges (one line per charge), events that do not match a payment,
 * failing events, charges and refunds undecided for 15 minutes or with an invalid answer, captured money that no order
 * can keep, and amounts charged or refunded differently from the request. Oldest first, at most 200 that match the
 * filter. Empty in a healthy shop.
 */
export const listDiscrepancies = async (core: Core, actor: Actor, { orderId, kind, id }: Filter = {}): Promise<z.output<C['output']>> => {
  requireScope(actor, 'payments:read');
  const { rows } = await sql<Row>`
    select *, count(*) over ()::int as "totalCount" from (
      select kind, e.event_id as id, e.provider, e.gateway_reference as reference, p.order_id as "orderId",
        (select order_number from orders o where o.id = p.order_id) as "orderNumber", (e.payload -> 'about' ->> 'amountCents')::bigint as "amountCents",
        e.payload -> 'about' ->> 'currency' as currency, null::bigint as "providerAmountCents", null::text as "providerCurrency", false as "canReturn", false as "canAccept",
        coalesce(e.last_error, e.type) as detail, e.received_at as since
      from (select *, case outcome when 'orphaned' then 'unknown_charge' when 'conflicting' then 'conflicting_event' else 'dead_event' end as kind,
          row_number() over (partition by outcome = 'orphaned', provider, coalesce(gateway_reference, event_id) order by received_at, event_id) as n
        from gateway_events where resolved_at is null
          and (outcome in ('orphaned', 'conflicting', 'dead') or (handled_at is null and received_at < now() - interval '15 minutes'))) e
        left join payments p on p.provider = e.provider and p.gateway_reference = e.gateway_reference
      where kind <> 'unknown_charge' or n = 1
      union all
      select 'undecided_charge', p.id::text, p.provider, p.gateway_reference, o.id, o.order_number, p.amount_cents, p.currency, null, null, false, false, ${undecided}, p.called_at
      from payments p join orders o on o.id = p.order_id where p.status = 'pending' and (p.answer_problem is not null or (p.called_at < now() - interval '15 minutes'
        and not (p.gateway_phase = 'action' and ((o.status = 'pending' and o.expires_at > now())
          or exists (select 1 from order_edits e where e.id = p.order_edit_id and e.status = 'awaiting_payment' and e.expires_at > now())))))
      union all
      select 'unreturned_money', p.id::text, p.provider, p.gateway_reference, o.id, o.order_number, p.captured_cents - p.refund_claimed_cents, p.currency, null, null, false, false,
        case when p.superseded_at is null then 'the order is cancelled' else 'the order was paid another way' end, coalesce(p.captured_at, p.created_at)
      from payments p join orders o on o.id = p.order_id
      where p.captured_cents > p.refund_claimed_cents and p.status <> 'disputed' and (o.status = 'cancelled' or p.superseded_at is not null)
      union all
      select 'undecided_refund', r.id::text, p.provider, p.gateway_reference, o.id, o.order_number, r.amount_cents, r.currency, null, null, false, false,
        case when r.answer_problem is null then r.reason else 'The answer of the provider cannot be used. ' || r.answer_problem end, r.created_at
      from refunds r join payments p on p.id = r.payment_id join orders o on o.id = p.order_id
      where r.status = 'pending' and (r.answer_problem is not null or r.created_at < now() - interval '15 minutes')
        and not exists (select 1 from payment_discrepancies d where d.refund_id = r.id and d.resolved_at is null)
      union all
      select d.kind, d.id::text, p.provider, d.reference, o.id, o.order_number, d.asked_cents, d.asked_currency, d.said_cents, d.said_currency,
        (p.captured_cents = 0 or p.gateway_reference <> d.reference or (d.said_currency = p.currency and d.said_cents > p.captured_cents)) and (d.return_called_at is not null or not ${givenBack}),
        not ${givenBack} and not ${paidOtherwise} and p.captured_cents = 0 and p.order_edit_id is null and p.superseded_at is null and o.status = 'pending' and d.said_currency = p.currency and d.said_cents >= p.amount_cents,
        case when d.return_called_at is not null then 'The provider was asked for a refund and has not confirmed it yet.'
          when d.kind = 'wrong_refund' then 'The provider refunded a different amount or currency than requested.'
          when p.captured_cents > 0 and p.gateway_reference <> d.reference then 'The provider charged one payment twice.'
          else 'The provider charged a different amount or currency than requested.' end, d.first_seen_at
      from payment_discrepancies d join payments p on p.id = d.payment_id join orders o on o.id = p.order_id where d.resolved_at is null
    ) d where (${orderId ?? null}::uuid is null or "orderId" = ${orderId ?? null})
      and (${kind ?? null}::text is null or (kind = ${kind ?? null} and id = ${id ?? null}))
    order by since limit ${most}`.execute(core.db);
  return { items: rows.map(toDiscrepancy), totalCount: rows[0]?.totalCount ?? 0 };
};
