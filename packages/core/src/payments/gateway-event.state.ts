/**
 * The outcomes of providers' events in the inbox, which `gateway-event.store.ts` writes. An event is stored as `received` until it
 * has taken effect or has failed too often (`dead`), or as `waiting` until its subject is recorded. It ends as `applied` or `ignored`,
 * or as `orphaned`, `conflicting` or `dead`, which staff resolve and may retry once more.
 */
import { retries } from '../jobs/index.ts';
import { nextAttempt } from '../kernel/index.ts';

/** What became of an event. */
export type EventEnd = 'applied' | 'ignored' | 'orphaned' | 'conflicting' | 'waiting';

/** How many minutes an event may wait for its payment before staff must decide. */
export const waitMinutes = 15;

/**
 * The pause before an event that waits for its subject is tried again, after `attempts` earlier ones; null for an event that does not
 * wait.
 */
export const pauseOf = (end: EventEnd, attempts: number): number | null =>
  end === 'waiting' ? nextAttempt(retries.earlyProviderEvent, attempts + 1) : null;
