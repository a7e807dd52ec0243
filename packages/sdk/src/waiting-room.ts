/** The waiting room of a sale: takes a place in the queue and waits for the turn. */
import type { WaitingPlace } from '@cartwright/contracts';
import { CartwrightError } from './errors.ts';
import { openFeed } from './live.ts';
import { mayPass, pause, pauseMs } from './retry.ts';
import type { Client } from './run-call.ts';
import type { ShopApi, ShopInputs } from './types.ts';

/** How to wait. */
export interface WaitOptions {
  /** Leaves the queue's side; the place itself is kept, and entering again finds it. */
  readonly signal?: AbortSignal | undefined;
  /** Told where one stands: at once, and whenever that changes. */
  readonly onPlace?: ((place: WaitingPlace) => void) | undefined;
  /** `feed` unless told: a live connection, or asking from time to time where none can be kept up. `polling` only asks. */
  readonly by?: 'feed' | 'polling' | undefined;
}

/** The right to buy, for a few minutes. */
export interface Admission {
  /** Send it with `flashSales.buy`. Undefined for a sale without a waiting room, which needs none. */
  readonly ticket: string | undefined;
  /** Until when to buy; null when that is not limited. */
  readonly admittedUntil: string | null;
}

/** The queue in front of a sale, joined and waited out in one call. */
export interface WaitingRoom {
  /**
   * Takes a place, waits for the turn and answers the ticket. The same buyer keeps one place: after a
   * reload, enter again. Throws `OUT_OF_STOCK` when nothing is left that could come back, `ADMISSION_REQUIRED`
   * when the turn came and went unseen, and what `flashSales.join` throws.
   */
  enter(input: ShopInputs['flashSales']['join'], options?: WaitOptions): Promise<Admission>;
}

/** A live connection that is lost so often without an item has something in its way. */
const lossesInARow = 2;

interface Queue {
  readonly saleId: string;
  readonly ticket: string;
  readonly signal: AbortSignal | undefined;
}

/** Places as the shop announces them. Ends when the connection cannot be kept up, or at the signal. */
async function* announced(client: Client, { signal, ...input }: Queue): AsyncGenerator<WaitingPlace> {
  const giveUp = new AbortController();
  let losses = 0;
  const onLost = (): void => {
    losses += 1;
    if (losses >= lossesInARow) giveUp.abort();
  };
  const either = signal ? AbortSignal.any([signal, giveUp.signal]) : giveUp.signal;
  try {
    for await (const { data } of openFeed(client, { path: 'flashSales.follow', input, signal: either, onLost })) {
      losses = 0;
      yield data as WaitingPlace;
    }
  } catch (error) {
    // Something between us and the shop does not let feeds through.
    if (!(error instanceof CartwrightError) || error.code !== 'UNEXPECTED_ANSWER') throw error;
  }
}

/** Places as they are when asked for, as often as the shop wants to be asked. */
async function* askedFor(api: ShopApi, { saleId, ticket, signal }: Queue, askAgainSeconds: number): AsyncGenerator<WaitingPlace> {
  let seconds = askAgainSeconds;
  for (let failures = 0; ;) {
    // A part of a second more or less, so that a crowd does not ask in step.
    await pause(seconds * 1_000 + pauseMs(failures, null), signal);
    try {
      const place = await api.flashSales.place({ saleId, ticket }, { signal });
      failures = 0;
      seconds = place.askAgainSeconds;
      yield place;
    } catch (error) {
      if (!(error instanceof CartwrightError) || !mayPass(error)) throw error;
      failures += 1;
    }
  }
}

const verdicts = {
  used: ['WAITING_PLACE_USED', 'This waiting-room place was already used for a purchase.'],
  expired: ['ADMISSION_REQUIRED', 'The admission of this place has expired. Enter again to join the end of the queue.'],
  sold_out: ['OUT_OF_STOCK', 'All units are sold.'],
} as const;

/** The admission that a place is, or null while it is none. Throws for a place that will never be one. */
const admissionOf = (place: WaitingPlace, ticket: string): Admission | null => {
  if (place.state === 'waiting') return null;
  if (place.state === 'admitted') return { ticket, admittedUntil: place.admittedUntil };
  const [code, message] = verdicts[place.state];
  throw new CartwrightError({ code, message, status: 409, retry: 'never', details: { place } });
};

/** The waiting room, by way of a client. */
export const createWaitingRoom = (client: Client, api: ShopApi): WaitingRoom => {
  async function* placesOf(first: WaitingPlace, queue: Queue, by: WaitOptions['by']): AsyncGenerator<WaitingPlace> {
    yield first;
    if (by !== 'polling') yield* announced(client, queue);
    yield* askedFor(api, queue, first.askAgainSeconds);
  }
  const wait = async (first: WaitingPlace, queue: Queue, { by, onPlace }: WaitOptions): Promise<Admission> => {
    let told = '';
    for await (const place of placesOf(first, queue, by)) {
      const text = JSON.stringify(place);
      if (text !== told) onPlace?.(place);
      told = text;
      const admission = admissionOf(place, queue.ticket);
      if (admission) return admission;
    }
    throw new Error('A queue has no end but admission or refusal');
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
