/** Reads the event log from the first feed that follows it to the last, and passes each page to the feeds. */
import { setTimeout as pause } from 'node:timers/promises';
import type { EventName } from '@cartwright/contracts';
import { isDatabaseUnavailable, type Core } from '../kernel/index.ts';
import { timeOfEvent } from './event.queries.ts';
import { createChannels, type Channels, type Following } from './feed.channel.ts';
import { isAfter, isBetween, readMoment, readPage, startAfter, type Moment, type Position } from './feed.place.ts';
import { serverChanged, type ServerId } from './feed.server.ts';
import { orderRestoredEvents } from './order-restored-events.ts';

/** The pauses of the reader. */
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

/** A reader of the event log. */
export interface LogReader {
  /** Resolves when the reader has a position in the log. */
  readonly started: Promise<void>;
  join(name: EventName | null, signal: AbortSignal): Follower;
}

/** How far the log was read. */
interface Progress {
  readonly place: Position;
  /** When the log was read up to this place, in ms. */
  readonly readAt: number;
  readonly server: ServerId;
}

/** Reads the log page by page until `ended`, and adds each page to the channels. */
const createPageReader = (
  core: Core,
  channels: Channels,
  { pollMs = 200, retryMs = 1_000, pageSize = 500 }: TailOptions,
  ended: AbortController,
) => {
  let progress: Progress | null = null;
  let replaced = false;
  /** Returns whether more events may be available at once. */
  const readOn = async ({ place, server }: Progress): Promise<boolean> => {
    const before = timeOfEvent(core.ids.next());
    const page = await readPage(core, { ...place, server }, null, pageSize);
    if (page === null || page.horizon < place.transactionId) {
      core.log.warn('the event log is that of another database server; live feeds are opened again');
      replaced = true;
      ended.abort();
      await channels.wakeAll();
      return false;
    }
    progress = { place: page.end, readAt: before, server };
    if (page.events.length > 0) await channels.add(page.events);
    return page.isFull;
  };
  const rest = (ms: number): Promise<void> =>
    pause(ms, undefined, { signal: ended.signal }).catch((error: unknown) => {
      if (!ended.signal.aborted) throw error;
    });
  return {
    get progress() {
      return progress;
    },
    /** Whether the log was replaced by that of another server. */
    get replaced() {
      return replaced;
    },
    start: async (): Promise<void> => {
      // The database may have been replaced under this process, whose check for restored events was of the old one.
      await orderRestoredEvents(core);
      const now = await readMoment(core);
      progress = { place: startAfter(now), readAt: now.at, server: now.server };
    },
    follow: async (): Promise<void> => {
      while (!ended.signal.aborted && progress) {
        try {
          if (!(await readOn(progress))) await rest(pollMs);
        } catch (error) {
          core.log[isDatabaseUnavailable(error) ? 'warn' : 'error']({ err: error }, 'the event log could not be read; the read is retried');
          await rest(retryMs);
        }
      }
    },
  };
};

/** Starts a reader. It ends, and calls `onEnd`, when its last feed leaves, it could not start, or the log was replaced. */
export const beginReading = (core: Core, options: TailOptions, onEnd: () => void): LogReader => {
  const ended = new AbortController();
  ended.signal.addEventListener('abort', onEnd, { once: true });
  const channels = createChannels(options.windowSize ?? 1_000);
  const pages = createPageReader(core, channels, options, ended);
  let members = 0;
  const start = async (): Promise<void> => {
    try {
      await pages.start();
    } catch (error) {
      ended.abort();
      throw error;
    }
    void pages.follow();
  };
  return {
    started: start(),
    join: (name, signal) => {
      if (!pages.progress) throw new Error('A feed followed new events before it had a position');
      const { place, server } = pages.progress;
      const channel = channels.open(name, place);
      let wake = (): void => undefined;
      const woken = (): void => wake();
      channel.waiting.add(woken);
      members += 1;
      const leave = (): void => {
        signal.removeEventListener('abort', leave);
        wake();
        if (!channel.waiting.delete(woken)) return;
        if (channel.waiting.size === 0) channels.close(name);
        members -= 1;
        if (members === 0) ended.abort();
      };
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
      return {
        server,
        after: (at) => {
          if (pages.replaced) throw serverChanged();
          return channel.after(at);
        },
        quietUntil: (at) => {
          const read = pages.progress;
          if (pages.replaced || !read || !isBetween(read.place) || isAfter(at, read.place) || channel.after(at) !== 'nothing') return null;
          return { at: read.readAt, end: read.place.transactionId, open: new Set(), server: read.server };
        },
        added: () =>
          new Promise((resolve) => {
            wake = resolve;
            if (signal.aborted || pages.replaced) resolve();
          }),
        leave,
      };
    },
  };
};
