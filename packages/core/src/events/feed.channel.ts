/** The latest events of one name, or of all names, for the feeds that follow them. */
import { isAfter, type PlacedEvent, type Position } from './feed.place.ts';

/** What follows a position: an event, nothing yet, or events that the channel no longer holds. */
export type Following = PlacedEvent | 'nothing' | 'gone';

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
