/** One reader of the event log for all live feeds of a process. */
import type { EventName } from '@cartwright/contracts';
import { perCore, type Core } from '../kernel/index.ts';
import { beginReading, type Follower, type LogReader, type TailOptions } from './feed.reader.ts';

/** The reader that all feeds of a process share. */
export interface EventTail {
  /** Joins the tail, for events of one name or all. The first feed starts the reader, and the last that leaves stops it. */
  follow(name: EventName | null, signal: AbortSignal): Promise<Follower>;
}

/**
 * Creates a reader that follows the log in commit order and passes each page to all feeds. It keeps the newest events
 * only: a feed that is further behind reads pages of its own until it has caught up, so that a slow client costs no
 * memory.
 */
export const createEventTail = (core: Core, options: TailOptions = {}): EventTail => {
  let current: LogReader | null = null;
  const begin = (): LogReader => {
    const reader = beginReading(core, options, () => {
      if (current === reader) current = null;
    });
    return reader;
  };
  return {
    follow: async (name, signal) => {
      for (;;) {
        const reader = (current ??= begin());
        await reader.started;
        // The last feed of this reader may have left in the meantime.
        if (reader === current) return reader.join(name, signal);
      }
    },
  };
};

/** The tail of a running shop. */
export const tailOf = perCore((core) => createEventTail(core));
