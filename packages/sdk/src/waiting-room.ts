/** Joins the waiting room of a sale and waits for the admission. */
import type { WaitingPlace } from '@cartwright/contracts';
import { CartwrightError } from './errors.ts';
import { openFeed } from './live.ts';
import { isTemporary, pause, pauseMs } from './retry.ts';
import type { Client } from './run-call.ts';
import type { ShopApi, ShopInputs } from './types.ts';

/** Options of waiting. */
export interface WaitOptions {
  /** Stops waiting. The buyer keeps the place: `enter` returns to it. */
  readonly signal?: AbortSignal | undefined;
  /** Called with the buyer's place, at once and whenever it changes. */
  readonly onPlace?: ((place: WaitingPlace) => void) | undefined;
  /** `feed` (default) uses a live feed and falls back to polling if the connection cannot be kept open. `polling` only polls. */
  readonly by?: 'feed' | 'polling' | undefined;
}

/** Permission to buy, for a few minutes. */
export interface Admission {
  /** Send it with `flashSales.buy`. Undefined for a sale without a waiting room. */
  readonly ticket: string | undefined;
  /** Until when the buyer may buy; null for no limit. */
  readonly admittedUntil: string | null;
}

/** The waiting room of a sale. */
export interface WaitingRoom {
  /**
   * Joins the waiting room, waits for the admission and returns the ticket. A buyer has one place: after a reload,
   * enter again. Throws `OUT_OF_STOCK` if no unit can become free again, `ADMISSION_REQUIRED` if the admission
   * expired unnoticed, and the errors of `flashSales.join`.
   */
  enter(input: ShopInputs['flashSales']['join'], options?: WaitOptions): Promise<Admission>;
}

/** After so many lost connections without an item, the client polls instead. */
const maxLosses = 2;

interface Queue {
  readonly saleId: string;
  readonly ticket: string;
  readonly signal: AbortSignal | undefined;
}

/** Yields places from the live feed. Ends when the connection cannot be kept open, or when the signal aborts. */
async function* placesFromFeed(client: Client, { signal, ...input }: Queue): AsyncGenerator<WaitingPlace> {
  const tooManyLosses = new AbortController();
  let losses = 0;
  const onLost = (): void => {
    losses += 1;
    if (losses >= maxLosses) tooManyLosses.abort();
  };
  const ended = signal ? AbortSignal.any([signal, tooManyLosses.signal]) : tooManyLosses.signal;
  try {
    for await (const { data } of openFeed(client, { path: 'flashSales.follow', input, signal: ended, onLost })) {
      losses = 0;
      yield data as WaitingPlace;
    }
  } catch (error) {
    // A proxy between client and shop blocks live feeds.
    if (!(error instanceof CartwrightError) || error.code !== 'UNEXPECTED_ANSWER') throw error;
  }
}

/** Yields places by polling, at the interval that the shop requests. */
async function* placesFromPolling(api: ShopApi, { saleId, ticket, signal }: Queue, askAgainSeconds: number): AsyncGenerator<WaitingPlace> {
  let seconds = askAgainSeconds;
  for (let failures = 0; ;) {
    // Adds a random part of a second, so that many clients do not poll at the same moment.
    await pause(seconds * 1_000 + pauseMs(failures, null), signal);
    try {
      const place = await api.flashSales.place({ saleId, ticket }, { signal });
      failures = 0;
      seconds = place.askAgainSeconds;
      yield place;
    } catch (error) {
      if (!(error instanceof CartwrightError) || !isTemporary(error)) throw error;
      failures += 1;
    }
  }
}

const endStates = {
  used: ['WAITING_PLACE_USED', 'This waiting-room place was already used for a purchase.'],
  expired: ['ADMISSION_REQUIRED', 'The admission of this place has expired. Enter again to join the end of the queue.'],
  sold_out: ['OUT_OF_STOCK', 'All units are sold.'],
} as const;

/** The admission of a place, or null while it waits. Throws for a place that cannot be admitted any more. */
const admissionOf = (place: WaitingPlace, ticket: string): Admission | null => {
  if (place.state === 'waiting') return null;
  if (place.state === 'admitted') return { ticket, admittedUntil: place.admittedUntil };
  const [code, message] = endStates[place.state];
  throw new CartwrightError({ code, message, status: 409, retry: 'never', details: { place } });
};

/** Creates the waiting room of a client. */
export const createWaitingRoom = (client: Client, api: ShopApi): WaitingRoom => {
  async function* placesOf(first: WaitingPlace, queue: Queue, by: WaitOptions['by']): AsyncGenerator<WaitingPlace> {
    yield first;
    if (by !== 'polling') yield* placesFromFeed(client, queue);
    yield* placesFromPolling(api, queue, first.askAgainSeconds);
  }
  const wait = async (first: WaitingPlace, queue: Queue, { by, onPlace }: WaitOptions): Promise<Admission> => {
    let lastReported = '';
    for await (const place of placesOf(first, queue, by)) {
      const text = JSON.stringify(place);
      if (text !== lastReported) onPlace?.(place);
      lastReported = text;
      const admission = admissionOf(place, queue.ticket);
      if (admission) return admission;
    }
    throw new Error('The waiting room ended without an admission or an error');
  };
  return {
    enter: async (input, options = {}) => {
      const { signal } = options;
      try {
        const { ticket, place } = await api.flashSales.join(input, { signal });
        return await wait(place, { saleId: input.saleId, ticket, signal }, options);
      } catch (error) {
        if (error instanceof CartwrightError && error.code === 'NO_WAITING_ROOM') return { ticket: undefined, admittedUntil: null };
        throw error;
      }
    },
  };
};
