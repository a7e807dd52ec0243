/** The latest events of one name, or of all names, for the feeds that follow them. */
import { setImmediate as turn } from 'node:timers/promises';
import type { EventName } from '@cartwright/contracts';
import { isAfter, type PlacedEvent, type Position } from './feed.place.ts';

/** What follows a position: an event, nothing yet, or events that the channel no longer holds. */
export type Following = PlacedEvent | 'nothing' | 'gone';

/** The latest events of a channel, and who waits for more. */
export interface Channel {
  /** Callbacks that run when events are added. */
  readonly waiting: Set<() => void>;
  /** Adds events that follow those added before, and drops the oldest. */
  add(events: readonly PlacedEvent[]): void;
  /** The first event after a place. */
  after(place: Position): Following;
}

/** A channel with every event after `floor`, at most the newest `size`. */
export const createChannel = (floor: Position, size: number): Channel => {
  const held: PlacedEvent[] = [];
  let from = floor;
  return {
    waiting: new Set(),
    add: (events) => {
      held.push(...events);
      const forgotten = held.splice(0, Math.max(0, held.length - size)).at(-1);
      if (forgotten) from = forgotten;
    },
    after: (place) => {
      if (isAfter(from, place)) return 'gone';
      let [low, high] = [0, held.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        const one = held[middle];
        if (one && isAfter(one, place)) high = middle;
        else low = middle + 1;
      }
      return held[low] ?? 'nothing';
    },
  };
};

/** Feeds are woken a few at a time, so that requests are served in between. */
const wokenAtOnce = 100;

/** The channels of one reader, by the name of their events; null is the channel of all names. */
export interface Channels {
  /** The channel of a name. A new one holds the events after `from`. */
  open(name: EventName | null, from: Position): Channel;
  close(name: EventName | null): void;
  /** Adds a page of the log to the open channels, and wakes the feeds that wait for its events. */
  add(events: readonly PlacedEvent[]): Promise<void>;
  wakeAll(): Promise<void>;
}

/** Channels that keep the newest `size` events each. */
export const createChannels = (size: number): Channels => {
  const channels = new Map<EventName | null, Channel>();
  const wake = async (chosen: Iterable<Channel>): Promise<void> => {
    const waiting = [...chosen].flatMap((channel) => [...channel.waiting]);
    for (let i = 0; i < waiting.length; i += wokenAtOnce) {
      for (const wakeFeed of waiting.slice(i, i + wokenAtOnce)) wakeFeed();
      await turn();
    }
  };
  return {
    open: (name, from) => {
      const before = channels.get(name);
      if (before) return before;
      const fresh = createChannel(from, size);
      channels.set(name, fresh);
      return fresh;
    },
    close: (name) => void channels.delete(name),
    add: (events) => {
      const changed = new Set<Channel>();
      const add = (name: EventName | null, some: readonly PlacedEvent[]): void => {
        const channel = channels.get(name);
        channel?.add(some);
        if (channel) changed.add(channel);
      };
      add(null, events);
      for (const [name, some] of Map.groupBy(events, ({ event }) => event.name)) add(name, some);
      return wake(changed);
    },
    wakeAll: () => wake(channels.values()),
  };
};
