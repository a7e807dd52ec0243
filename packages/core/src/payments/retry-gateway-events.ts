import { retries } from '../jobs/index.ts';
import { GatewayUnavailable, nextAttempt, workOff, transact, type Core } from '../kernel/index.ts';
import { applyNotice } from './apply-notice.ts';
import { lockOpenEvent } from './gateway-event.locks.ts';
import { findOpenEvent, readDueEvents, type OpenEvent } from './gateway-event.payload.ts';
import type { EventEnd } from './gateway-event.state.ts';
import { recordEventFailure, reviveEvent, type EventKey } from './gateway-event.store.ts';
import { createProviderReads } from './read-records.ts';

const batch = 50;
/**
 * A provider that does not answer takes its time limit for each event, and must not delay the events of others. Events not started within
 * this time stay due.
 */
const sideBySide = { atOnce: 8, forMs: 20_000 };

/** The number of due events per result; an event may wait or fail again. */
export interface RetriedEvents {
  readonly applied: number;
  readonly dead: number;
  /** Now listed for staff: no payment matches them. */
  readonly unresolved: number;
}

/**
 * Retries the kept events that are due: failed ones, and those that wait for their payment. The provider is queried
 * again. After ten failures an event is `dead`; after 15 minutes of waiting it is `orphaned` or `conflicting`. Either
 * way it is listed for staff and raises an alarm.
 */
export const retryGatewayEvents = async (core: Core): Promise<RetriedEvents> => {
  const due = await readDueEvents(core, batch);
  const ends = { applied: 0, dead: 0, unresolved: 0 };
  await workOff(core, due, { what: 'an event of a provider', ...sideBySide }, async (event) => {
    const end = await retry(core, event, { mayWait: !event.overdue, acceptUnknown: false });
    if (end === 'applied' || end === 'ignored') ends.applied += 1;
    else if (end === 'dead') ends.dead += 1;
    else if (end === 'orphaned' || end === 'conflicting') ends.unresolved += 1;
    return true;
  });
  return ends;
};

/** Reopens one event for staff and retries it at once; it also imports refunds that this shop does not know. */
export const retryEventNow = async (core: Core, key: EventKey): Promise<void> => {
  await transact(core, { oneStatement: true }, (tx) => reviveEvent(tx, key, retries.providerEvent.attempts - 1));
  const event = await findOpenEvent(core, key);
  if (event) await retry(core, event, { mayWait: false, acceptUnknown: true });
};

const retry = async (
  core: Core,
  event: OpenEvent,
  options: { readonly mayWait: boolean; readonly acceptUnknown: boolean },
): Promise<EventEnd | 'repeated' | 'dead' | null> => {
  try {
    const reads = createProviderReads(core);
    return await applyNotice(core, event.provider, event.about, {
      ...options,
      reads,
      claim: (tx) => lockOpenEvent(tx, event.provider, event.about.eventId),
    });
  } catch (error) {
    return recordFailure(core, event, error);
  }
};

/** A provider that does not answer costs no attempt, but the pause grows all the same. */
const recordFailure = async (core: Core, { provider, attempts, about: { eventId } }: OpenEvent, error: unknown): Promise<'dead' | null> => {
  const { providerEvent } = retries;
  const counts = error instanceof GatewayUnavailable ? 0 : 1;
  const pauseMs = nextAttempt(providerEvent, counts === 1 ? attempts + 1 : Math.min(attempts + 1, providerEvent.attempts - 1));
  await transact(core, { oneStatement: true }, (tx) => recordEventFailure(tx, { provider, eventId }, { counts, pauseMs, error }));
  const dead = pauseMs === null;
  core.log[dead ? 'error' : 'warn']({ err: error, eventId, attempts: attempts + counts }, 'an event of a provider failed again');
  return dead ? 'dead' : null;
};
