/** One reader of the event log for all live feeds of a process. */
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import type { EventName } from '@cartwright/contracts';
import { isDatabaseUnavailable, perCore, type Core } from '../kernel/index.ts';
import { createChannel, type Channel, type Following } from './feed.channel.ts';
import { timeOfEvent } from './event.queries.ts';
import { orderRestoredEvents } from './order-restored-events.ts';
import { isAfter, isBetween, readMoment, readPage, startAfter, type Moment, type PlacedEvent, type Position } from './feed.place.ts';
import { serverChanged, type ServerId } from './feed.server.ts';

export interface TailOptions {
  /** How long to wait after a page that was not full, 200 ms by default. */
  readonly pollMs?: number;
  /** How long to wait after a failure, a second by default. */
  readonly retryMs?: number;
  /** How many events are read at once, 500 by default. */
  readonly pageSize?: number;
  /** How many events of one name, and of all names, are kept for feeds that are a little behind; 1,000 by default. */
  readonly windowSize?: number;
}

/** The position of one feed at the tail. */
export interface Follower {
  /** The server whose log is followed. */
  readonly server: ServerId;
  /**
   * The first event after a place.
   *
   * @throws {SERVICE_UNAVAILABLE} when the log was replaced by that of another server: earlier places have no meaning
   *   there.
   */
  after(place: Position): Following;
  /** The newest moment until which nothing follows a place; null when there is none. */
  quietUntil(place: Position): Moment | null;
  /** Resolves when events were added or the feed has ended. */
  added(): Promise<void>;
  /** Leaves the tail, like the end of the signal. */
  leave(): void;
}

export interface EventTail {
  /** Joins the tail, for events of one name or all. The first feed starts the reader, and the last that leaves stops it. */
  follow(name: EventName | null, signal: AbortSignal): Promise<Follower>;
}

/** Feeds are notified a few at a time, so that requests are served in between. */
const calledAtOnce = 100;

/** One run of the reader, from the first feed to the last. */
interface Run {
  readonly started: Promise<void>;
  join(name: EventName | null, signal: AbortSignal): Follower;
}

/**
 * Creates a reader that follows the log in commit order and passes each page to all feeds. It keeps the newest events
 * only: a feed that is further behind reads pages of its own until it has caught up, so that a slow client costs no
 * memory.
 */
export const createEventTail = (
  core: Core,
  { pollMs = 200, retryMs = 1_000, pageSize = 500, windowSize = 1_000 }: TailOptions = {},
): EventTail => {
  let current: Run | null = null;

  const begin = (): Run => {
    const ended = new AbortController();
    const channels = new Map<EventName | null, Channel>();
    let members = 0;
    let place: Position | null = null;
    /** When the log was read up to this place, in ms. */
    let readAt = 0;
    let server: ServerId = null;
    let replaced = false;

    const end = (): void => {
      ended.abort();
      if (current === run) current = null;
    };
    const channelOf = (name: EventName | null, from: Position): Channel => {
      const before = channels.get(name);
      if (before) return before;
      const fresh = createChannel(from, windowSize);
      channels.set(name, fresh);
      return fresh;
    };
    const call = async (called: Iterable<Channel>): Promise<void> => {
      const waiting = [...called].flatMap((channel) => [...channel.waiting]);
      for (let i = 0; i < waiting.length; i += calledAtOnce) {
        for (const wake of waiting.slice(i, i + calledAtOnce)) wake();
        await turn();
      }
    };
    const hand = (events: readonly PlacedEvent[]): Promise<void> => {
      const added = new Set<Channel>();
      const add = (name: EventName | null, some: readonly PlacedEvent[]): void => {
        const channel = channels.get(name);
        channel?.add(some);
        if (channel) added.add(channel);
      };
      add(null, events);
      for (const [name, some] of Map.groupBy(events, ({ event }) => event.name)) add(name, some);
      return call(added);
    };
    /** Returns whether more events may be available at once. */
    const readOn = async (from: Position): Promise<boolean> => {
      const before = timeOfEvent(core.ids.next());
      const page = await readPage(core, { ...from, server }, null, pageSize);
      if (page === null || page.horizon < from.transactionId) {
        core.log.warn('the event log is that of another database server; live feeds are opened again');
        replaced = true;
        end();
        await call(channels.values());
        return false;
      }
      place = page.end;
      readAt = before;
      if (page.events.length > 0) await hand(page.events);
      return page.isFull;
    };
    const rest = (ms: number): Promise<void> =>
      pause(ms, undefined, { signal: ended.signal }).catch((error: unknown) => {
        if (!ended.signal.aborted) throw error;
      });
    const follow = async (): Promise<void> => {
      while (!ended.signal.aborted && place) {
        try {
          if (!(await readOn(place))) await rest(pollMs);
        } catch (error) {
          core.log[isDatabaseUnavailable(error) ? 'warn' : 'error']({ err: error }, 'the event log could not be read; the read is retried');
          await rest(retryMs);
        }
      }
    };
    const start = async (): Promise<void> => {
      try {
        // The database may have been replaced under this process, whose check for restored events was of the old one.
        await orderRestoredEvents(core);
        const now = await readMoment(core);
        place = startAfter(now);
        server = now.server;
        readAt = now.at;
      } catch (error) {
        end();
        throw error;
      }
      void follow();
    };
    const join = (name: EventName | null, signal: AbortSignal): Follower => {
      if (!place) throw new Error('A feed followed new events before it had a position');
      const channel = channelOf(name, place);
      let wake = (): void => undefined;
      const called = (): void => wake();
      channel.waiting.add(called);
      members += 1;
      const leave = (): void => {
        signal.removeEventListener('abort', leave);
        wake();
        if (!channel.waiting.delete(called)) return;
        if (channel.waiting.size === 0) channels.delete(name);
        members -= 1;
        if (members === 0) end();
      };
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
      return {
        server,
        after: (at) => {
          if (replaced) throw serverChanged();
          return channel.after(at);
        },
        quietUntil: (at) => {
          if (replaced || !place || !isBetween(place) || isAfter(at, place) || channel.after(at) !== 'nothing') return null;
          return { at: readAt, end: place.transactionId, open: new Set(), server };
        },
        added: () =>
          new Promise((resolve) => {
            wake = resolve;
            if (signal.aborted || replaced) resolve();
          }),
        leave,
      };
    };
    const run: Run = { started: start(), join };
    return run;
  };

  return {
    follow: async (name, signal) => {
      for (;;) {
        const run = (current ??= begin());
        await run.started;
        // The last feed of this run may have left in the meantime.
        if (run === current) return run.join(name, signal);
      }
    },
  };
};

/** The tail of a running shop. */
export const tailOf = perCore((core) => createEventTail(core));
