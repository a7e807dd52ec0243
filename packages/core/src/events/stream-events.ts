/** The live feed of events for staff. */
import type { EventName, ShopContract, ShopEventRecord } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, requireScope, uuidPattern, type Actor, type Core } from '../kernel/index.ts';
import { placeIdOf, readPlaceId } from './feed.place-id.ts';
import {
  placeOf,
  readMoment,
  readPage,
  resumeAfter,
  shows,
  startAfter,
  type PlacedEvent,
  type Position,
  type Start,
} from './feed.place.ts';
import { serverChanged } from './feed.server.ts';
import type { Follower } from './feed.reader.ts';
import { tailOf, type EventTail } from './feed.tail.ts';

type FeedItem = [id: string, event: ShopEventRecord];

/** How a feed reads. */
export interface FeedOptions {
  /** The reader that the feed shares; the shop's own by default. */
  readonly tail?: EventTail;
  /** How many events a feed that is behind reads at once, 100 by default. */
  readonly pageSize?: number;
}

/** An open feed with the ids by which a client resumes before its first event and during long pauses. */
interface EventFeed extends AsyncGenerator<FeedItem> {
  /** Where the feed began. */
  readonly began: string;
  /** Where the feed waits after everything it has shown; null while more events are available. */
  place(): string | null;
}

/**
 * Opens a feed of events as they are committed, each once, until the signal ends it. `lastEventId` resumes after that event or place;
 * without one the feed shows what is committed after it was opened, which is when the promise resolves. Throws `INVALID_INPUT` for an id
 * that is neither an event's nor that of a place that the shop gave.
 *
 * Events come in the order of the transactions that wrote them, up to the oldest transaction that is still open. A
 * transaction that commits late is therefore never behind the place of a feed. All feeds of a process share one reader; a feed that
 * starts from an older event, or is read slowly, reads pages of its own until it has caught up.
 */
export const streamEvents = async (
  core: Core,
  actor: Actor,
  input: z.output<ShopContract['events']['live']['input']>,
  signal: AbortSignal,
  { tail = tailOf(core), pageSize = 100 }: FeedOptions = {},
): Promise<EventFeed> => {
  requireScope(actor, 'events:read');
  const name = input.name ?? null;
  // Joined before the place is known, so that events the tail no longer holds are older than the horizon of the feed's own page.
  const follower = await tail.follow(name, signal);
  try {
    const { began, start } = await findStart(core, input.lastEventId ?? '');
    // Another server took over between the two, or an old one still answers on some connections.
    if (start.server !== follower.server) throw serverChanged();
    return openFeed(began, start, { core, follower, name, pageSize, signal });
  } catch (error) {
    follower.leave();
    throw error;
  }
};

const unknownPlace = (lastEventId: string): DomainError =>
  new DomainError(
    'INVALID_INPUT',
    `The live feed cannot resume from ${JSON.stringify(lastEventId.slice(0, 100))}: it is not the id of an event, nor of a message that ` +
      'this shop sent. Open the feed without lastEventId, and read what came before from the list of events.',
    { fields: [{ path: 'lastEventId', message: 'must be the id of an event or of another message of this feed' }] },
  );

/**
 * The place after the event or place that an id names; the present one without an id. An event id that is not in the log is resumed by its
 * time, because a server that failed may have had the event. A feed shows only events that the caller may also read from the list of
 * events.
 */
const findStart = async (core: Core, lastEventId: string): Promise<{ began: string; start: Start }> => {
  if (uuidPattern.test(lastEventId)) return { began: lastEventId, start: await placeOf(core, lastEventId.toLowerCase()) };
  if (lastEventId !== '') {
    const moment = readPlaceId(core.sealer, lastEventId);
    if (!moment) throw unknownPlace(lastEventId);
    return { began: lastEventId, start: await resumeAfter(core, moment) };
  }
  const now = await readMoment(core);
  return { began: placeIdOf(core.sealer, now), start: startAfter(now) };
};

interface Reading {
  readonly core: Core;
  readonly follower: Follower;
  readonly name: EventName | null;
  readonly pageSize: number;
  readonly signal: AbortSignal;
}
const openFeed = (began: string, start: Start, { core, follower, name, pageSize, signal }: Reading): EventFeed => {
  const { startedIn } = start;
  const isNew = ({ transactionId, id }: PlacedEvent): boolean =>
    startedIn === null || !shows(startedIn, transactionId) || (start.byId && id > start.id);
  let at: Position = start;
  let waits = false;
  const show = async function* (): AsyncGenerator<FeedItem> {
    let { byId } = start;
    try {
      while (!signal.aborted) {
        const next = byId ? 'gone' : follower.after(at);
        if (next === 'nothing') {
          waits = true;
          await follower.added();
          waits = false;
        } else if (next === 'gone') {
          const page = await readPage(core, { ...at, byId, server: start.server }, name, pageSize);
          if (page === null) throw serverChanged();
          for (const one of page.events) {
            if (isNew(one)) yield [one.id, one.event];
            if (signal.aborted) return;
          }
          at = page.end;
          byId = false;
        } else {
          at = next;
          if (isNew(next)) yield [next.id, next.event];
        }
      }
    } finally {
      waits = false;
      follower.leave();
    }
  };
  const place = (): string | null => {
    const moment = waits ? follower.quietUntil(at) : null;
    // Of the transactions that were open when the feed began, some are part of it and others are not; only its first
    // place distinguishes them.
    return moment && (!startedIn || moment.end >= startedIn.end) ? placeIdOf(core.sealer, moment) : null;
  };
  return Object.assign(show(), { began, place });
};
