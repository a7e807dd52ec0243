/** Places in the log of events: the order of the transactions that wrote them, and the events after a place. */
import type { EventName, ShopEventRecord } from '@cartwright/contracts';
import { sql } from 'kysely';
import { deepFreeze, type Core } from '../kernel/index.ts';
import { nextTransaction, selectEvents, timeOfEvent, toRecord } from './event.queries.ts';
import { serverIdentity, type ServerId } from './feed.server.ts';

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
/** A snapshot, when it was taken (in ms, by the clock that makes the ids of events), and the server that it is of. */
export interface Moment extends Snapshot {
  readonly at: number;
  readonly server: ServerId;
}
/** Where a feed starts. */
export interface Start extends Position {
  /** Events in this snapshot are not part of the feed; when it is found by id, events after that id are. */
  readonly startedIn: Snapshot | null;
  /** The transaction of the last event is not known here, so the events that follow are found by its id. */
  readonly byId: boolean;
  /** The server that the transaction and the snapshot are of. */
  readonly server: ServerId;
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

/** The id before all others. */
export const lowestId = '00000000-0000-0000-0000-000000000000';

/** Whether `a` comes after `b`. */
export const isAfter = (a: Position, b: Position): boolean =>
  a.transactionId > b.transactionId || (a.transactionId === b.transactionId && a.id > b.id);

/** Whether a place lies between transactions, so that none has events on both sides of it. */
export const isBetween = ({ id }: Position): boolean => id === lowestId;

/** Whether a snapshot contains the writes of a transaction that has ended. */
export const shows = ({ end, open }: Snapshot, transactionId: bigint): boolean => transactionId < end && !open.has(transactionId);

/** What is committed now. */
export const readMoment = async (core: Pick<Core, 'db' | 'ids' | 'log'>): Promise<Moment> => {
  const identity = await serverIdentity(core);
  const at = timeOfEvent(core.ids.next());
  const { rows } = await sql<{ end: string; open: string[]; server: ServerId }>`
    select pg_snapshot_xmax(s)::text as "end", array(select pg_snapshot_xip(s)::text) as open, ${identity} as server
    from pg_current_snapshot() s`.execute(core.db);
  const [row] = rows;
  if (!row) throw new Error('PostgreSQL answered no snapshot');
  return { at, end: BigInt(row.end), open: new Set(row.open.map(BigInt)), server: row.server };
};

/** The oldest transaction that a snapshot does not contain. */
export const oldestHidden = ({ end, open }: Snapshot): bigint => [...open].reduce((oldest, one) => (one < oldest ? one : oldest), end);

/** The place from which a feed without a last event starts: what a snapshot does not show. */
export const startAfter = (seen: Moment): Start => ({
  transactionId: oldestHidden(seen),
  id: lowestId,
  startedIn: seen.open.size === 0 ? null : seen,
  byId: false,
  server: seen.server,
});

/** The most that the clocks that make event ids may differ, and the longest time that a transaction of the shop may be open. */
const slackMs = 60_000;
/** The latest time that an id can begin with. */
const latestMs = 2 ** 48 - 1;
const idOfTime = (ms: number): string => {
  const hex = Math.min(latestMs, Math.max(0, ms)).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}${lowestId.slice(13)}`;
};

/**
 * What was announced since a time, or since now if that is earlier: events of the minute before may be shown again, and none is left out.
 */
const startFromTime = async (core: Pick<Core, 'db' | 'ids' | 'log'>, at: number): Promise<Start> => {
  const now = await readMoment(core);
  return { transactionId: 0n, id: idOfTime(Math.min(at, now.at) - slackMs), startedIn: now, byId: true, server: now.server };
};

/**
 * The place from which a feed resumes that has shown no event since a moment. The moment is of another PostgreSQL server if it names
 * another or none, if this one has not counted as far, or if the newest event of a transaction that the snapshot shows is of later. What
 * followed is then found by the time. One event is looked at, however old the place is.
 */
export const resumeAfter = async (core: Pick<Core, 'db' | 'ids' | 'log'>, moment: Moment): Promise<Start> => {
  if (moment.server === null) return startFromTime(core, moment.at);
  const { rows } = await sql<{ foreign: boolean }>`
    select ${moment.server}::text is distinct from ${await serverIdentity(core)}
      or ${String(moment.end)}::xid8 > ${nextTransaction}
      or coalesce((
        select id > ${idOfTime(moment.at + slackMs)}::uuid from outbox_events where transaction_id < ${String(oldestHidden(moment))}::xid8
        order by transaction_id desc, id desc limit 1
      ), false) as foreign`.execute(core.db);
  return rows[0]?.foreign ? startFromTime(core, moment.at) : startAfter(moment);
};

/**
 * The place of an event. What follows one whose transaction is not known here is found by its time: it is gone, the server that wrote it
 * failed before a replica had it, or it came with a backup of another server. Of an event that a replica has, all transactions below
 * have ended there too, because a replica that is promoted goes on counting behind them.
 */
export const placeOf = async (core: Pick<Core, 'db' | 'ids' | 'log'>, id: string): Promise<Start> => {
  const identity = await serverIdentity(core);
  const found = await core.db
    .selectNoFrom(({ selectFrom }) => [
      identity.as('server'),
      selectFrom('outbox_events')
        .select(({ cast }) => cast<string>('transactionId', 'text').as('transactionId'))
        .where('id', '=', id)
        .where('transactionId', '>', sql.lit('0'))
        .where('transactionId', '<', nextTransaction)
        .as('transactionId'),
    ])
    .executeTakeFirstOrThrow();
  if (!found.transactionId) return startFromTime(core, timeOfEvent(id));
  return { transactionId: BigInt(found.transactionId), id, startedIn: null, byId: false, server: found.server };
};

/**
 * Reads what follows a place, of one name or of all, up to the oldest transaction that is still open. Answers null if another server
 * answers than the one that the place is of.
 */
export const readPage = async (
  core: Pick<Core, 'db' | 'log'>,
  place: Position & { readonly server: ServerId; readonly byId?: boolean },
  name: EventName | null,
  pageSize: number,
): Promise<Page | null> => {
  const identity = await serverIdentity(core);
  const isSame = sql<boolean>`${identity} is not distinct from ${place.server}::text`;
  const found = await core.db
    .selectNoFrom(({ cast, fn }) => [
      cast<string>(fn('pg_snapshot_xmin', [fn('pg_current_snapshot')]), 'text').as('horizon'),
      isSame.as('isSame'),
    ])
    .executeTakeFirstOrThrow();
  if (!found.isSame) return null;
  const horizon = BigInt(found.horizon);
  // A place never goes back: an older transaction may be open still.
  if (horizon <= place.transactionId) return { events: [], isFull: false, end: place, horizon };
  // The horizon says nothing about transactions of a server that has taken over since.
  const rows = await selectEvents(core.db)
    .select(({ cast }) => cast<string>('e.transactionId', 'text').as('transactionId'))
    .where(({ eb, refTuple, tuple }) => eb(refTuple('e.transactionId', 'e.id'), '>', tuple(String(place.transactionId), place.id)))
    .where('e.transactionId', '<', String(horizon))
    .$if(place.byId === true, (query) => query.where('e.id', '>', place.id))
    .$if(name !== null, (query) => query.where('e.name', '=', name))
    .where(isSame)
    .orderBy('e.transactionId')
    .orderBy('e.id')
    .limit(pageSize)
    .execute();
  const events = rows.map(({ transactionId, ...row }) => ({
    transactionId: BigInt(transactionId),
    id: row.id,
    event: deepFreeze(toRecord(row)),
  }));
  const last = events.at(-1);
  const isFull = events.length === pageSize;
  return { events, isFull, end: isFull && last ? last : { transactionId: horizon, id: lowestId }, horizon };
};
