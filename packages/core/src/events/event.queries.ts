/** Reads of the event log, and the live feed for staff. */
import { setTimeout as pause } from 'node:timers/promises';
import type { EventId, EventName, ShopContract, ShopEventRecord } from '@cartwright/contracts';
import { sql } from 'kysely';
import type { z } from 'zod';
import { decodeCursor, encodeCursor, requireScope, uuidPattern, type Actor, type Core } from '../kernel/index.ts';

type C = ShopContract['events'];
interface EventRow {
  readonly id: EventId;
  readonly name: EventName;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly payload: Record<string, unknown>;
  readonly occurredAt: Date;
  readonly delivery: 'pending' | 'done' | 'dead';
}

const columns = sql`e.id, e.name, e.aggregate_type as "aggregateType", e.aggregate_id as "aggregateId", e.payload, e.occurred_at as "occurredAt",
  case when exists (select 1 from event_deliveries d where d.event_id = e.id and d.state = 'dead') then 'dead'
       when e.relayed_at is null or exists (select 1 from event_deliveries d where d.event_id = e.id and d.state = 'pending') then 'pending' else 'done' end as delivery`;
const toRecord = (row: EventRow): ShopEventRecord => ({ ...row, occurredAt: row.occurredAt.toISOString() });

/** The log, newest first. */
export const listEvents = async (core: Core, actor: Actor, input: z.output<C['list']['input']>): Promise<z.output<C['list']['output']>> => {
  requireScope(actor, 'events:read');
  const after = input.cursor ? decodeCursor(input.cursor, uuidPattern) : null;
  const aggregateId = input.aggregateId && uuidPattern.test(input.aggregateId) ? input.aggregateId : null;
  if (input.aggregateId && !aggregateId) return { items: [], nextCursor: null };
  const { rows } = await sql<EventRow>`
    select ${columns} from outbox_events e
    where (${after}::uuid is null or e.id < ${after}) and (${input.name ?? null}::text is null or e.name = ${input.name ?? null})
      and (${aggregateId}::uuid is null or e.aggregate_id = ${aggregateId})
    order by e.id desc limit ${input.limit + 1}`.execute(core.db);
  const items = rows.slice(0, input.limit).map(toRecord);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > input.limit && last ? encodeCursor(last.id) : null };
};

const defaultPollMs = 500;
const defaultPageSize = 500;

/** When an event was announced, in ms: its id begins with the time. */
export const timeOfEvent = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

/** A place in the log: everything up to it was read. */
interface Place {
  readonly transactionId: string;
  readonly id: string;
  /** Of a feed without a last event: what this snapshot showed is not part of the feed. */
  readonly startedIn: string | null;
  /** The transaction of the last event is not known here, so that what follows is found by its id. */
  readonly byId: boolean;
}
const lowestId = '00000000-0000-0000-0000-000000000000';

/** The place from which a feed without a last event starts: what is committed from now on. */
const placeOfNow = async ({ db }: Core): Promise<Place> => {
  const { rows } = await sql<{ transactionId: string; startedIn: string }>`
    select pg_snapshot_xmin(s)::text as "transactionId", s::text as "startedIn" from pg_current_snapshot() s`.execute(db);
  if (!rows[0]) throw new Error('PostgreSQL answered no snapshot');
  return { ...rows[0], id: lowestId, byId: false };
};

/**
 * The place of an event. One that is gone, and one of another PostgreSQL server (a restored backup counts transactions anew), is
 * placed by its id alone.
 */
const placeOf = async ({ db }: Core, id: string): Promise<Place> => {
  const { rows } = await sql<{ transactionId: string }>`
    select transaction_id::text as "transactionId" from outbox_events where id = ${id} and transaction_id < pg_snapshot_xmax(pg_current_snapshot())`.execute(
    db,
  );
  return { transactionId: rows[0]?.transactionId ?? '0', id, startedIn: null, byId: !rows[0] };
};

/** The oldest transaction that is still open: every event of an older one is visible now or never will be. */
const readHorizon = async ({ db }: Core): Promise<string> => {
  const { rows } = await sql<{ horizon: string }>`select pg_snapshot_xmin(pg_current_snapshot())::text as horizon`.execute(db);
  return rows[0]?.horizon ?? '0';
};

export interface FeedOptions {
  /** How long to wait after a page that was not full, 500 ms by default. */
  readonly pollMs?: number;
  /** How many events are read at once, 500 by default. */
  readonly pageSize?: number;
}

/**
 * Events as they are committed, each once, until the signal ends it. `lastEventId` resumes after that event.
 *
 * Events are read in the order of the transactions that wrote them, up to the oldest transaction that is still open. A
 * transaction that commits late is therefore never behind the place of a feed. While a page is full, the next one is read at once.
 */
export async function* streamEvents(
  core: Core,
  actor: Actor,
  input: z.output<C['live']['input']>,
  signal: AbortSignal,
  { pollMs = defaultPollMs, pageSize = defaultPageSize }: FeedOptions = {},
): AsyncGenerator<[id: string, event: ShopEventRecord]> {
  requireScope(actor, 'events:read');
  const resume = input.lastEventId && uuidPattern.test(input.lastEventId) ? input.lastEventId.toLowerCase() : null;
  let place = resume ? await placeOf(core, resume) : await placeOfNow(core);
  while (!signal.aborted) {
    const horizon = await readHorizon(core);
    const rows = await readPage(core, place, horizon, input.name ?? null, pageSize);
    for (const { transactionId, ...row } of rows) {
      place = { ...place, transactionId, id: row.id, byId: false };
      yield [row.id, toRecord(row)];
      if (signal.aborted) return;
    }
    if (rows.length === pageSize) continue;
    // Everything before the horizon was read, events of other names included. An older transaction may be open still: a place never goes back.
    if (BigInt(horizon) > BigInt(place.transactionId)) place = { ...place, transactionId: horizon, id: lowestId, byId: false };
    await pause(pollMs, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

const readPage = async (
  { db }: Core,
  { transactionId, id, startedIn, byId }: Place,
  horizon: string,
  name: EventName | null,
  pageSize: number,
): Promise<(EventRow & { readonly transactionId: string })[]> => {
  const { rows } = await sql<EventRow & { transactionId: string }>`
    select ${columns}, e.transaction_id::text as "transactionId" from outbox_events e
    where (e.transaction_id, e.id) > (${transactionId}::xid8, ${id}::uuid) and e.transaction_id < ${horizon}::xid8
      and (not ${byId}::boolean or e.id > ${id}::uuid) and (${name}::text is null or e.name = ${name})
      and (${startedIn}::pg_snapshot is null or not pg_visible_in_snapshot(e.transaction_id, ${startedIn}::pg_snapshot))
    order by e.transaction_id, e.id limit ${pageSize}`.execute(db);
  return rows;
};
