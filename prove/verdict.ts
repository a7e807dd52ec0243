/** Compares the outcomes of the buyers with the data in the database. */
import { system, type Core } from '@cartwright/core/kernel';
import { checkInvariants } from '@cartwright/core/operations';
import { sql } from 'kysely';
import type { CrowdReport } from './crowd.ts';

interface SaleRecords {
  readonly unitsAllocated: number;
  readonly unitsFree: number;
  readonly unitsTaken: number;
  readonly orders: readonly { readonly orderId: string; readonly key: string; readonly charges: number }[];
  /** Units released by cancelled and expired orders. */
  readonly unitsReturned: number;
  readonly openEvents: number;
  readonly deadEvents: number;
  /** Confirmed orders that do not have exactly one confirmation mail. */
  readonly wrongMails: number;
}

/** Reads everything in one statement, so that it is consistent. */
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
  if (!rows[0]) throw new Error('The sale item does not exist');
  return rows[0];
};

/** The number of open events, deliveries and mails. */
export const countOpenWork = async (core: Core, itemId: string): Promise<number> => (await readSaleRecords(core, itemId)).openEvents;

/** The number of unpaid units of an item. */
export const countUnsold = async ({ db }: Core, itemId: string): Promise<number> => {
  const { rows } = await sql<{ unsold: number }>`
    select i.units_allocated - coalesce((select sum(quantity) from holds where allocation_id = i.id and state = 'committed'), 0)::int as unsold
    from flash_sale_items i where i.id = ${itemId}`.execute(db);
  return rows[0]?.unsold ?? 0;
};

export interface Verdict {
  readonly orders: number;
  readonly refused: number;
  /** The problems as sentences; empty when the trial passes. */
  readonly problems: readonly string[];
}

const list = (items: readonly string[]): string => items.slice(0, 3).join('; ') + (items.length > 3 ? '; ...' : '');

/** Checks a trial. A trial with a `faulty` shop may have broken connections and 503s, but no other 5xx and no unknown outcome. */
export const checkTrial = async (core: Core, itemId: string, report: CrowdReport, faulty: boolean): Promise<Verdict> => {
  const records = await readSaleRecords(core, itemId);
  const invariants = await checkInvariants(core, system('prove'));
  const problems: string[] = [];
  const check = (holds: boolean, problem: string): void => void (holds || problems.push(problem));
  const outcomes = [...report.outcomes];
  const { unitsAllocated, unitsFree, unitsTaken, unitsReturned, orders } = records;

  check(
    unitsTaken === Math.min(unitsAllocated, outcomes.length - unitsReturned),
    `${unitsTaken} of ${unitsAllocated} units are sold to ${outcomes.length} buyers`,
  );
  check(unitsFree + unitsTaken === unitsAllocated, `${unitsFree} free and ${unitsTaken} sold units are not ${unitsAllocated}`);

  const byKey = new Map(orders.map((order) => [order.key, order]));
  check(byKey.size === orders.length, 'a key has two orders');
  const lost = outcomes.flatMap(([key, t]) => ('orderId' in t && byKey.get(key)?.orderId !== t.orderId ? [key] : []));
  check(lost.length === 0, `${lost.length} orders of buyers do not exist: ${list(lost)}`);
  const unexpected = outcomes.flatMap(([key, t]) => (t.kind === 'refused' && byKey.has(key) ? [key] : []));
  check(unexpected.length === 0, `${unexpected.length} refused buyers have an order: ${list(unexpected)}`);
  const refusals = outcomes.flatMap(([, t]) => (t.kind === 'refused' ? [t.code] : []));
  const otherCodes = refusals.filter((code) => code !== 'OUT_OF_STOCK');
  check(otherCodes.length === 0, `${otherCodes.length} buyers were refused for another reason: ${list([...new Set(otherCodes)])}`);
  check(
    refusals.length === Math.max(0, outcomes.length - unitsReturned - unitsAllocated),
    `${refusals.length} of ${outcomes.length} buyers were refused with ${unitsAllocated} units`,
  );
  const unknown = outcomes.flatMap(([key, t]) => (t.kind === 'unknown' ? [`${key}: ${t.last}`] : []));
  check(unknown.length === 0, `${unknown.length} buyers got no final response: ${list(unknown)}`);
  const charged = orders.filter((order) => order.charges > 1);
  check(charged.length === 0, `${charged.length} orders were charged more than once`);
  check(
    report.contradictions.length === 0,
    `${report.contradictions.length} buyers got two different outcomes: ${list(report.contradictions)}`,
  );

  const bad = Object.entries(report.statuses).filter(
    ([status]) => (Number(status) >= 500 || status === '0') && !(faulty && (status === '503' || status === '0')),
  );
  check(bad.length === 0, `unexpected responses: ${bad.map(([status, n]) => `${n} x ${status}`).join(', ')}`);
  check(records.openEvents === 0, `${records.openEvents} events or mails are still open`);
  check(records.deadEvents === 0, `${records.deadEvents} deliveries are dead`);
  check(records.wrongMails === 0, `${records.wrongMails} paid orders do not have exactly one confirmation mail`);
  for (const { id, title, violations } of invariants.results) check(violations === 0, `${id} ${title}: ${violations}`);
  return { orders: orders.length, refused: refusals.length, problems };
};
