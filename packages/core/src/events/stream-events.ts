/** The live feed of events for staff. */
import type { EventName, ShopContract, ShopEventRecord } from '@cartwright/contracts';
import type { z } from 'zod';
import { requireScope, uuidPattern, type Actor, type Core } from '../kernel/index.ts';
import { placeOf, placeOfNow, readPage, shows, type PlacedEvent, type Start } from './feed.place.ts';
import { tailOf, type EventTail, type Follower } from './feed.tail.ts';

type FeedItem = [id: string, event: ShopEventRecord];

export interface FeedOptions {
  /** The reader that the feed shares, that of the shop by default. */
  readonly tail?: EventTail;
  /** How many events a feed that is behind reads at once, 100 by default. */
  readonly pageSize?: number;
}

/**
 * Opens a feed of events as they are committed, each once, until the signal ends it. `lastEventId` resumes after that event; without one the
 * feed shows what is committed after it was opened, which is when the promise resolves.
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
): Promise<AsyncGenerator<FeedItem>> => {
  requireScope(actor, 'events:read');
  const name = input.name ?? null;
  const resume = input.lastEventId && uuidPattern.test(input.lastEventId) ? input.lastEventId.toLowerCase() : null;
  // Joined before the place is known: what the tail no longer holds then lies before the horizon of the feed's own page.
  const follower = await tail.follow(name, signal);
  try {
    const start = resume ? await placeOf(core, resume) : await placeOfNow(core);
    return showFrom(start, { core, follower, name, pageSize, signal });
  } catch (error) {
    follower.leave();
    throw error;
  }
};

interface OpenFeed {
  readonly core: Core;
  readonly follower: Follower;
  readonly name: EventName | null;
  readonly pageSize: number;
  readonly signal: AbortSignal;
}
async function* showFrom(start: Start, { core, follower, name, pageSize, signal }: OpenFeed): AsyncGenerator<FeedItem> {
  try {
    const { startedIn } = start;
    const isNew = ({ transactionId }: PlacedEvent): boolean => startedIn === null || !shows(startedIn, transactionId);
    let { transactionId, id, byId } = start;
    while (!signal.aborted) {
      const next = byId ? 'gone' : follower.after({ transactionId, id });
      if (next === 'nothing') await follower.added();
      else if (next === 'gone') {
        const page = await readPage(core, { transactionId, id, byId }, name, pageSize);
        for (const one of page.events) {
          if (isNew(one)) yield [one.id, one.event];
          if (signal.aborted) return;
        }
        ({ transactionId, id } = page.end);
        byId = false;
      } else {
        ({ transactionId, id } = next);
        if (isNew(next)) yield [next.id, next.event];
      }
    }
  } finally {
    follower.leave();
  }
}
