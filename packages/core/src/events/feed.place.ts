/** Places in the log of events: the order of the transactions that wrote them, and the events after a place. */
import type { EventName, ShopEventRecord } from '@cartwright/contracts';
import { sql } from 'kysely';
import { deepFreeze, type Core } from '../kernel/index.ts';
import { eventColumns, timeOfEvent, toRecord, type EventRow } from './event.queries.ts';

/** A position in the order (transaction, id). */
export interface Position {
  readonly transactionId: bigint;
  readonly id: string;
}
/** An event with its position. */
export interface PlacedEvent extends Position {
  /** Frozen, because all feeds of a process share the same object. */
  readonly event: ShopEventRecord;
}
/** A snapshot contains the transactions below `end` that were not `open`. */
export interface Snapshot {
  readonly end: bigint;
  readonly open: ReadonlySet<bigint>;
}
/** A snapshot with the time at which it was taken: in ms, by the clock that makes the ids of events. */
export interface Moment extends Snapshot {
  readonly at: number;
}
/** Where a feed starts. */
export interface Start extends Position {
  /** Events in this snapshot are not part of the feed; when it is found by id, events after that id are. */
  readonly startedIn: Snapshot | null;
  /** The transaction of the last event is not known here, so the events that follow are found by its id. */
  readonly byId: boolean;
}
/** A page of events read from a position on. */
export interface Page {
  readonly events: readonly PlacedEvent[];
  /** More events may be available at once. */
  readonly isFull: boolean;
  /** Everything up to here was read, including events of other names. */
  readonly end: Position;
  /** The oldest transaction that was still open: every event of an older one is visible now or never will be. */
  readonly horizon: bigint;
}

const lowestId = '00000000-0000-0000-0000-000000000000';

/** Whether `a` comes after `b`. */
export const isAfter = (a: Position, b: Position): boolean =>
  a.transactionId > b.transactionId || (a.transactionId === b.transactionId && a.id > b.id);

/** Whether a place lies between transactions, so that none has events on both sides of it. */
export const isBetween = ({ id }: Position): boolean => id === lowestId;

/** Whether a snapshot contains the writes of a transaction that has ended. */
export const shows = ({ end, open }: Snapshot, transactionId: bigint): boolean => transactionId < end && !open.has(transactionId);

/** The present snapshot and time. */
export const readMoment = async ({ db, ids }: Pick<Core, 'db' | 'ids'>): Promise<Moment> => {
  const at = timeOfEvent(ids.next());
  const { rows } = await sql<{ end: string; open: string[] }>`
    select pg_snapshot_xmax(s)::text as "end", array(select pg_snapshot_xip(s)::text) as open from pg_current_snapshot() s`.execute(db);
  const [row] = rows;
  if (!row) throw new Error('PostgreSQL returned no snapshot');
  return { at, end: BigInt(row.end), open: new Set(row.open.map(BigInt)) };
};

/** The oldest transaction that a snapshot does not contain. */
export const oldestHidden = ({ end, open }: Snapshot): bigint => [...open].reduce((oldest, one) => (one < oldest ? one : oldest), end);

/** The place from which a feed without a last event starts: after everything in the snapshot. */
export const startAfter = (seen: Snapshot): Start => ({
  transactionId: oldestHidden(seen),
  id: lowestId,
  startedIn: seen.open.size === 0 ? null : seen,
  byId: false,
});

/** The most that the clocks that make event ids may differ, and the longest time that a transaction of the shop may be open. */
const slackMs = 60_000;
const idOfTime = (ms: number): string => {
  const hex = Math.max(0, ms).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}${lowestId.slice(13)}`;
};

/**
 * The place from which a feed that has shown no event since a moment resumes. The moment belongs to another PostgreSQL
 * server when this one has not reached its transaction ids, or when transactions in the snapshot wrote later events.
 * The events that follow are then found by time: events of the minute before may be shown, and none is left out.
 */
export const resumeAfter = async (core: Pick<Core, 'db' | 'ids'>, moment: Moment): Promise<Start> => {
  const { rows } = await sql<{ isForeign: boolean }>`
    select ${String(moment.end)}::xid8 > pg_snapshot_xmax(pg_current_snapshot()) or exists (
      select from outbox_events where id > ${idOfTime(moment.at + slackMs)}::uuid and transaction_id < ${String(oldestHidden(moment))}::xid8
    ) as "isForeign"`.execute(core.db);
  if (!rows[0]?.isForeign) return startAfter(moment);
  return { transactionId: 0n, id: idOfTime(moment.at - slackMs), startedIn: await readMoment(core), byId: true };
};

/**
 * The place of an event. A deleted event, and one of another PostgreSQL server (a restored backup has other transaction
 * ids), is placed by its id alone.
 */
export const placeOf = async (core: Pick<Core, 'db' | 'ids'>, id: string): Promise<Start> => {
  const { rows } = await sql<{ transactionId: string }>`
    select transaction_id::text as "transactionId" from outbox_events where id = ${id} and transaction_id < pg_snapshot_xmax(pg_current_snapshot())`.execute(
    core.db,
  );
  if (rows[0]) return { transactionId: BigInt(rows[0].transactionId), id, startedIn: null, byId: false };
  return { transactionId: 0n, id, startedIn: await readMoment(core), byId: true };
};

const readHorizon = async ({ db }: Pick<Core, 'db'>): Promise<bigint> => {
  const { rows } = await sql<{ horizon: string }>`select pg_snapshot_xmin(pg_current_snapshot())::text as horizon`.execute(db);
  return BigInt(rows[0]?.horizon ?? 0);
};

/** Reads the events after a place, of one name or of all, up to the oldest transaction that is still open. */
export const readPage = async (
  core: Pick<Core, 'db'>,
  place: Position & { readonly byId?: boolean },
  name: EventName | null,
  pageSize: number,
): Promise<Page> => {
  const horizon = await readHorizon(core);
  // A place never moves back: an older transaction may still be open.
  if (horizon <= place.transactionId) return { events: [], isFull: false, end: place, horizon };
  const { rows } = await sql<EventRow & { transactionId: string }>`
    select ${eventColumns}, e.transaction_id::text as "transactionId" from outbox_events e
    where (e.transaction_id, e.id) > (${String(place.transactionId)}::xid8, ${place.id}::uuid) and e.transaction_id < ${String(horizon)}::xid8
      and (not ${place.byId ?? false}::boolean or e.id > ${place.id}::uuid) and (${name}::text is null or e.name = ${name})
    order by e.transaction_id, e.id limit ${pageSize}`.execute(core.db);
  const events = rows.map(({ transactionId, ...row }) => ({
    transactionId: BigInt(transactionId),
    id: row.id,
    event: deepFreeze(toRecord(row)),
  }));
  const last = events.at(-1);
  const isFull = events.length === pageSize;
  return { events, isFull, end: isFull && last ? last : { transactionId: horizon, id: lowestId }, horizon };
};
