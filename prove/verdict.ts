/** Compares the outcomes of the buyers with the data in the database. */
import { rowCount, sumOf, system, type Core } from '@cartwright/core/kernel';
import { checkInvariants } from '@cartwright/core/operations';
import { sql } from 'kysely';
import { jsonBuildObject } from 'kysely/helpers/postgres';
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
  const records = await core.db
    .selectFrom('flash_sale_items as i')
    .innerJoin('stock_allocations as a', 'a.id', 'i.id')
    .select((eb) => {
      const unitsIn = (...states: ('active' | 'committed' | 'released')[]) =>
        eb
          .selectFrom('holds')
          .select(({ ref }) => sumOf(ref('quantity')).as('units'))
          .whereRef('allocationId', '=', 'i.id')
          .where('state', 'in', states)
          .$asScalar();
      const deliveries = (state: 'pending' | 'dead') =>
        eb.selectFrom('event_deliveries').select(rowCount.as('count')).where('state', '=', state).$asScalar();
      const toRelay = eb.selectFrom('outbox_events').select(rowCount.as('count')).where('relayedAt', 'is', null).$asScalar();
      const toSend = eb.selectFrom('notifications').select(rowCount.as('count')).where('status', '=', 'queued').$asScalar();
      return [
        'i.unitsAllocated',
        'a.unitsFree',
        unitsIn('active', 'committed').as('unitsTaken'),
        unitsIn('released').as('unitsReturned'),
        eb
          .selectFrom('flash_purchases as f')
          .select(({ fn, ref, val, selectFrom }) => {
            const charges = selectFrom('payments as p')
              .select(rowCount.as('count'))
              .whereRef('p.orderId', '=', 'f.orderId')
              .where('p.capturedCents', '>', 0);
            const key = fn<string>('split_part', [ref('f.requestKey'), val('|'), sql.lit(2)]);
            return fn.jsonAgg(jsonBuildObject({ orderId: ref('f.orderId'), key, charges: charges.$asScalar() })).as('orders');
          })
          .whereRef('f.itemId', '=', 'i.id')
          .as('orders'),
        eb(toRelay, '+', eb(deliveries('pending'), '+', toSend)).as('openEvents'),
        deliveries('dead').as('deadEvents'),
        eb
          .selectFrom('flash_purchases as f')
          .innerJoin('orders as o', 'o.id', 'f.orderId')
          .select(rowCount.as('count'))
          .whereRef('f.itemId', '=', 'i.id')
          .where('o.status', '=', 'confirmed')
          .where((order) => {
            const confirmations = order
              .selectFrom('notifications as n')
              .innerJoin('mails as m', 'm.id', 'n.id')
              .select(rowCount.as('count'))
              .whereRef('n.orderId', '=', 'o.id')
              .where('m.template', '=', 'order_confirmation');
            return order(confirmations.$asScalar(), '<>', 1);
          })
          .$asScalar()
          .as('wrongMails'),
      ];
    })
    .where('i.id', '=', itemId)
    .executeTakeFirst();
  if (!records) throw new Error('The sale item does not exist');
  return { ...records, orders: records.orders ?? [] };
};

/** The number of open events, deliveries and mails. */
export const countOpenWork = async (core: Core, itemId: string): Promise<number> => (await readSaleRecords(core, itemId)).openEvents;

/** The number of unpaid units of an item. */
export const countUnsold = async ({ db }: Core, itemId: string): Promise<number> => {
  const item = await db
    .selectFrom('flash_sale_items as i')
    .leftJoin('holds as h', (join) => join.onRef('h.allocationId', '=', 'i.id').on('h.state', '=', 'committed'))
    .select(({ eb, ref }) => eb('i.unitsAllocated', '-', sumOf(ref('h.quantity'))).as('unsold'))
    .where('i.id', '=', itemId)
    .groupBy('i.id')
    .executeTakeFirst();
  return item?.unsold ?? 0;
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
