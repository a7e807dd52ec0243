/** What happens after the purchases in trials with a faulty provider or declined cards. */
import { createHmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Core } from '@cartwright/core/kernel';
import { expireOrders } from '@cartwright/core/order-cancellations';
import { sandboxWebhookSecret } from '@cartwright/core/payments';
import { sql } from 'kysely';
import { createRandom } from './random.ts';
import type { RunningShop } from './shop.ts';

const endWindowsOf = async ({ db }: Core, orders: ReturnType<typeof sql>): Promise<void> => {
  await sql`
    with ended as (update orders o set expires_at = now() where status = 'pending' and ${orders} returning id)
    update holds set expires_at = now() where state = 'active' and order_id in (select id from ended)`.execute(db);
};

/** Ends the payment windows of unpaid orders without an open payment. */
export const endIdleWindows = (core: Core): Promise<void> =>
  endWindowsOf(core, sql`o.expires_at > now() and not exists (select 1 from payments p where p.order_id = o.id and p.status = 'pending')`);

const count = async ({ db }: Core, query: ReturnType<typeof sql<{ n: number }>>): Promise<number> =>
  (await query.execute(db)).rows[0]?.n ?? Number.NaN;

const settledWithinMs = 60_000;

/**
 * Ends the payment windows of orders whose charge was captured but whose response was lost, and checks that all of them keep their units
 * and become paid.
 */
export const settleLostResponses = async (core: Core): Promise<readonly string[]> => {
  const undecided = await count(core, sql`select count(*)::int as n from payments where status = 'pending' and gateway_phase = 'unknown'`);
  await endWindowsOf(core, sql`true`);
  const countUnpaid = (): Promise<number> => count(core, sql`select count(*)::int as n from orders where status <> 'confirmed'`);
  // The worker may be processing some of them.
  let unpaid = Number.NaN;
  for (const until = Date.now() + settledWithinMs; Date.now() < until && unpaid !== 0;) {
    await expireOrders(core);
    unpaid = await countUnpaid();
    if (unpaid > 0) await pause(250);
  }
  return [...(undecided > 0 ? [] : ['no payment was undecided']), ...(unpaid === 0 ? [] : [`${unpaid} captured orders are not paid`])];
};

interface Decided {
  readonly reference: string;
  readonly paymentId: string;
  readonly amountCents: number;
  readonly currency: string;
  readonly status: 'captured' | 'declined';
}

/** Decides all charges at the provider, and delivers the events two minutes late, three times each, in random order, to all processes. */
export const sendWebhookStorm = async ({ apis }: RunningShop, core: Core, seed: number): Promise<readonly string[]> => {
  const random = createRandom(seed);
  const { rows: decided } = await sql<Decided>`
    update sandbox_charges
    set status = case when hashtext(reference || ${String(seed)}) % 10 between -2 and 2 then 'declined' else 'captured' end
    where status = 'action'
    returning reference, idempotency_key as "paymentId", amount_cents as "amountCents", currency, status`.execute(core.db);
  await sql`update payments set called_at = called_at - interval '2 minutes', created_at = created_at - interval '2 minutes'`.execute(
    core.db,
  );
  const posts = [...decided, ...decided, ...decided]
    .map((data) => ({ data, place: random.next(), api: apis[Math.floor(random.next() * apis.length)]?.url ?? '' }))
    .toSorted((a, b) => a.place - b.place);
  const secret = sandboxWebhookSecret(core.sealer);
  const refused: number[] = [];
  const queue = posts.values();
  const sender = async (): Promise<void> => {
    for (const { data, api } of queue) {
      const body = JSON.stringify({ id: `evt_${data.reference}_${data.status}`, type: `charge.${data.status}`, data });
      const t = Math.floor(Date.now() / 1_000);
      const v1 = createHmac('sha256', secret).update(`${t}.`).update(body).digest('hex');
      const headers = { 'content-type': 'application/json', 'sandbox-signature': `t=${t},v1=${v1}` };
      const { status } = await fetch(`${api}/webhooks/sandbox`, { method: 'POST', body, headers });
      if (status !== 200) refused.push(status);
    }
  };
  await Promise.all(Array.from({ length: 32 }, sender));
  const captured = decided.filter((charge) => charge.status === 'captured').length;
  const paid = await count(core, sql`select count(*)::int as n from orders where status = 'confirmed'`);
  const open = await count(core, sql`select count(*)::int as n from payments where status = 'pending'`);
  return [
    ...(decided.length > 0 ? [] : ['no charge waited for its buyer']),
    ...(refused.length === 0 ? [] : [`${refused.length} events got the status ${[...new Set(refused)].join(', ')}`]),
    ...(paid === captured && open === 0
      ? []
      : [`of ${decided.length} charges ${captured} were captured, but ${paid} orders are paid and ${open} payments undecided`]),
  ];
};

/** Checks how many seconds units took to become available again, from the last decline or the end of the payment window. */
export const checkReleasedUnits = async (core: Core): Promise<readonly string[]> => {
  const { rows } = await sql<{ reason: string; slowest: number }>`
    select o.cancellation_reason as reason, max(extract(epoch from h.ended_at - case o.cancellation_reason
      when 'expired' then h.expires_at else (select max(decided_at) from payments p where p.order_id = o.id) end))::float8 as slowest
    from orders o join holds h on h.order_id = o.id where o.status = 'cancelled' group by 1`.execute(core.db);
  const limits: Readonly<Record<string, number>> = { payment_failed: 5, expired: 60 };
  return Object.entries(limits).flatMap(([reason, limit]) => {
    const slowest = rows.find((row) => row.reason === reason)?.slowest;
    if (slowest === undefined) return [`no unit was released by an order that ended as ${reason}`];
    return slowest <= limit ? [] : [`a unit of an order that ended as ${reason} was released after ${slowest.toFixed(1)} s`];
  });
};
