/** What comes after the rush in trials where it is the provider, or the buyers' cards, that make trouble. */
import { createHmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Core } from '@cartwright/core/kernel';
import { expireOrders } from '@cartwright/core/checkout';
import { sandboxWebhookSecret } from '@cartwright/core/payments';
import { sql } from 'kysely';
import { createRandom } from './random.ts';
import type { RunningShop } from './trial.ts';

const endWindowsOf = async ({ db }: Core, orders: ReturnType<typeof sql>): Promise<void> => {
  await sql`
    with ended as (update orders o set expires_at = now() where status = 'pending' and ${orders} returning id)
    update holds set expires_at = now() where state = 'active' and order_id in (select id from ended)`.execute(db);
};

/** The database's clock comes to the end of the payment windows of those who do not pay. */
export const endIdleWindows = (core: Core): Promise<void> =>
  endWindowsOf(core, sql`o.expires_at > now() and not exists (select 1 from payments p where p.order_id = o.id and p.status = 'pending')`);

const count = async ({ db }: Core, question: ReturnType<typeof sql<{ n: number }>>): Promise<number> =>
  (await question.execute(db)).rows[0]?.n ?? Number.NaN;

const settledWithinMs = 60_000;

/** Their time is up while the provider has taken the money and nobody has heard so: all of them keep their units and are paid. */
export const settleSlowPayers = async (core: Core): Promise<readonly string[]> => {
  const undecided = await count(core, sql`select count(*)::int as n from payments where status = 'pending' and gateway_phase = 'unknown'`);
  await endWindowsOf(core, sql`true`);
  const countUnpaid = (): Promise<number> => count(core, sql`select count(*)::int as n from orders where status <> 'confirmed'`);
  // Some of them may be in the hands of the worker.
  let unpaid = Number.NaN;
  for (const until = Date.now() + settledWithinMs; Date.now() < until && unpaid !== 0;) {
    await expireOrders(core);
    unpaid = await countUnpaid();
    if (unpaid > 0) await pause(250);
  }
  return [
    ...(undecided > 0 ? [] : ['no payer had a slow provider']),
    ...(unpaid === 0 ? [] : [`${unpaid} orders whose provider was slow are not paid`]),
  ];
};

interface Decided {
  readonly reference: string;
  readonly paymentId: string;
  readonly amountCents: number;
  readonly currency: string;
  readonly status: 'captured' | 'declined';
}

/** Every buyer has decided at the provider; two minutes later its events arrive, each three times, in no order, at all processes. */
export const stormWebhooks = async ({ apis }: RunningShop, core: Core, seed: number): Promise<readonly string[]> => {
  const random = createRandom(seed);
  const { rows: decided } = await sql<Decided>`
    update sandbox_charges set status = case when hashtext(reference || ${String(seed)}) % 10 between -2 and 2 then 'declined' else 'captured' end where status = 'action'
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
  const yes = decided.filter((charge) => charge.status === 'captured').length;
  const paid = await count(core, sql`select count(*)::int as n from orders where status = 'confirmed'`);
  const open = await count(core, sql`select count(*)::int as n from payments where status = 'pending'`);
  return [
    ...(decided.length > 0 ? [] : ['no buyer was at the page of the provider']),
    ...(refused.length === 0 ? [] : [`${refused.length} events were answered with ${[...new Set(refused)].join(', ')}`]),
    ...(paid === yes && open === 0
      ? []
      : [`of ${decided.length} charges ${yes} were taken, ${paid} orders are paid and ${open} payments undecided`]),
  ];
};

/** Seconds that units took to come back: from the last decline, or from the end of the payment window. */
export const declinesComeBack = async (core: Core): Promise<readonly string[]> => {
  const { rows } = await sql<{ reason: string; slowest: number }>`
    select o.cancellation_reason as reason, max(extract(epoch from h.ended_at - case o.cancellation_reason
      when 'expired' then h.expires_at else (select max(decided_at) from payments p where p.order_id = o.id) end))::float8 as slowest
    from orders o join holds h on h.order_id = o.id where o.status = 'cancelled' group by 1`.execute(core.db);
  const limits: Readonly<Record<string, number>> = { payment_failed: 5, expired: 60 };
  return Object.entries(limits).flatMap(([reason, limit]) => {
    const slowest = rows.find((row) => row.reason === reason)?.slowest;
    if (slowest === undefined) return [`no unit came back from an order that ended as ${reason}`];
    return slowest <= limit ? [] : [`a unit of an order that ended as ${reason} took ${slowest.toFixed(1)} s to come back`];
  });
};
