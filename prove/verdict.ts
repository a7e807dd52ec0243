/** Compares what buyers were told with what the database holds. */
import { system, type Core } from '@cartwright/core/kernel';
import { checkInvariants } from '@cartwright/core/operations';
import { sql } from 'kysely';
import type { CrowdReport } from './crowd.ts';

interface SaleRecords {
  readonly unitsAllocated: number;
  readonly unitsFree: number;
  readonly unitsTaken: number;
  readonly orders: readonly { readonly orderId: string; readonly key: string; readonly charges: number }[];
  /** Units that came back from orders that ended. */
  readonly unitsReturned: number;
  readonly openEvents: number;
  readonly deadEvents: number;
  /** Confirmed orders that do not have exactly one confirmation mail. */
  readonly wrongMails: number;
}

/** All of it in one statement, so of one instant. */
const readSaleRecords = async (core: Core, itemId: string): Promise<SaleRecords> => {
  const { rows } = await sql<SaleRecords>`
    select i.units_allocated as "unitsAllocated", a.units_free as "unitsFree",
      (select coalesce(sum(quantity), 0)::int from holds where allocation_id = i.id and state in ('active', 'committed')) as "unitsTaken",
      (select coalesce(sum(quantity), 0)::int from holds where allocation_id = i.id and state = 'released') as "unitsReturned",
      coalesce((select json_agg(json_build_object('orderId', f.order_id, 'key', split_part(f.request_key, '|', 2),
        'charges', (select count(*) from payments p where p.order_id = f.order_id and p.captured_cents > 0))) from flash_purchases f where f.item_id = i.id), '[]') as orders,
      (select count(*)::int from outbox_events where relayed_at is null) + (select count(*)::int from event_deliveries where state = 'pending')
        + (select count(*)::int from notifications where status = 'queued') as "openEvents",
      (select count(*)::int from event_deliveries where state = 'dead') as "deadEvents",
      (select count(*)::int from flash_purchases f join orders o on o.id = f.order_id where f.item_id = i.id and o.status = 'confirmed'
        and (select count(*) from notifications n join mails m on m.id = n.id where n.order_id = o.id and m.template = 'order_confirmation') <> 1) as "wrongMails"
    from flash_sale_items i join stock_allocations a on a.id = i.id where i.id = ${itemId}`.execute(core.db);
  if (!rows[0]) throw new Error('The item that was sold is gone');
  return rows[0];
};

/** How many things are still on their way through outbox, queues and mails. */
export const countOpenWork = async (core: Core, itemId: string): Promise<number> => (await readSaleRecords(core, itemId)).openEvents;

/** Units of an item that nobody has paid for yet. */
export const countUnsold = async ({ db }: Core, itemId: string): Promise<number> => {
  const { rows } = await sql<{ unsold: number }>`
    select i.units_allocated - coalesce((select sum(quantity) from holds where allocation_id = i.id and state = 'committed'), 0)::int as unsold
    from flash_sale_items i where i.id = ${itemId}`.execute(db);
  return rows[0]?.unsold ?? 0;
};

export interface Verdict {
  readonly orders: number;
  readonly refused: number;
  /** Each a sentence; none when the trial holds. */
  readonly problems: readonly string[];
}

const list = (items: readonly string[]): string => items.slice(0, 3).join('; ') + (items.length > 3 ? '; ...' : '');

/** Judges a trial. `faulty` trials may have broken connections and 503s on the way, but no other 5xx, and no unclear end. */
export const judge = async (core: Core, itemId: string, report: CrowdReport, faulty: boolean): Promise<Verdict> => {
  const records = await readSaleRecords(core, itemId);
  const invariants = await checkInvariants(core, system('prove'));
  const problems: string[] = [];
  const check = (holds: boolean, problem: string): void => void (holds || problems.push(problem));
  const told = [...report.told];
  const { unitsAllocated, unitsFree, unitsTaken, unitsReturned, orders } = records;

  check(
    unitsTaken === Math.min(unitsAllocated, told.length - unitsReturned),
    `${unitsTaken} units are taken, of ${unitsAllocated}, by ${told.length} buyers`,
  );
  check(unitsFree + unitsTaken === unitsAllocated, `${unitsFree} free and ${unitsTaken} taken are not ${unitsAllocated}`);

  const byKey = new Map(orders.map((order) => [order.key, order]));
  check(byKey.size === orders.length, 'a key has two orders');
  const lost = told.flatMap(([key, t]) => ('orderId' in t && byKey.get(key)?.orderId !== t.orderId ? [key] : []));
  check(lost.length === 0, `${lost.length} orders that buyers were told of are not there: ${list(lost)}`);
  const unexpected = told.flatMap(([key, t]) => (t.kind === 'refused' && byKey.has(key) ? [key] : []));
  check(unexpected.length === 0, `${unexpected.length} buyers were refused and have an order: ${list(unexpected)}`);
  const refusals = told.flatMap(([, t]) => (t.kind === 'refused' ? [t.code] : []));
  const odd = refusals.filter((code) => code !== 'OUT_OF_STOCK');
  check(odd.length === 0, `${odd.length} buyers were refused for another reason: ${list([...new Set(odd)])}`);
  check(
    refusals.length === Math.max(0, told.length - unitsReturned - unitsAllocated),
    `${refusals.length} of ${told.length} buyers were refused with ${unitsAllocated} units`,
  );
  const unknown = told.flatMap(([key, t]) => (t.kind === 'unknown' ? [`${key}: ${t.last}`] : []));
  check(unknown.length === 0, `${unknown.length} buyers never got a clear answer: ${list(unknown)}`);
  const charged = orders.filter((order) => order.charges > 1);
  check(charged.length === 0, `${charged.length} orders were charged more than once`);
  check(report.contradictions.length === 0, `${report.contradictions.length} buyers were told two things: ${list(report.contradictions)}`);

  const bad = Object.entries(report.statuses).filter(
    ([status]) => (Number(status) >= 500 || status === '0') && !(faulty && (status === '503' || status === '0')),
  );
  check(bad.length === 0, `answers that nobody should see: ${bad.map(([status, n]) => `${n} x ${status}`).join(', ')}`);
  check(records.openEvents === 0, `${records.openEvents} events or mails are still open`);
  check(records.deadEvents === 0, `${records.deadEvents} deliveries are dead`);
  check(records.wrongMails === 0, `${records.wrongMails} paid orders do not have exactly one confirmation mail`);
  for (const { id, title, violations } of invariants.results) check(violations === 0, `${id} ${title}: ${violations}`);
  return { orders: orders.length, refused: refusals.length, problems };
};
