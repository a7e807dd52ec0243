import type { PaymentProvider } from '@cartwright/contracts';
import { sql } from 'kysely';
import { GatewayUnavailable, transact, type Core, type NoticeOutcome, type Tx } from '../kernel/index.ts';
import { applyNotice } from './apply-notice.ts';
import { recordEventEnd, recordEventFailure } from './gateway-event.state.ts';
import { refreshOutcome } from './refresh-outcome.ts';

const batch = 50;
const lastAttempt = 10;

interface OpenEvent {
  readonly provider: PaymentProvider;
  readonly eventId: string;
  readonly reference: string | null;
  readonly paymentId: string | null;
  readonly outcome: NoticeOutcome | null;
  readonly attempts: number;
}

/**
 * Tries the events again whose effect failed when they arrived. What they said about a charge may be old by
 * now, so the provider is asked afresh. After ten tries an event is `dead`: listed for staff, with an alarm.
 * Answers how many were applied and how many died.
 */
export const retryGatewayEvents = async (core: Core): Promise<{ applied: number; dead: number }> => {
  const { rows } = await sql<OpenEvent>`
    select provider, event_id as "eventId", gateway_reference as reference, payment_id as "paymentId", payload -> 'outcome' as outcome, attempts
    from gateway_events where handled_at is null and retry_at <= now() order by retry_at limit ${batch}`.execute(core.db);
  const ends = { applied: 0, dead: 0 };
  for (const event of rows) {
    const end = await retry(core, event);
    if (end) ends[end] += 1;
  }
  return ends;
};

const retry = async (core: Core, event: OpenEvent): Promise<'applied' | 'dead' | null> => {
  try {
    const outcome = await refreshOutcome(core, event.provider, event);
    return await transact(core, async (tx) => {
      if (!(await lockOpenEvent(tx, event))) return null;
      const result = await applyNotice(tx, event.provider, { ...event, outcome, foreign: false });
      await recordEventEnd(tx, event, result);
      return 'applied';
    });
  } catch (error) {
    return recordFailure(core, event, error);
  }
};

/** Two workers may have read the same list. */
const lockOpenEvent = async (tx: Tx, { provider, eventId }: OpenEvent): Promise<boolean> => {
  const { rows } = await sql<{ eventId: string }>`
    select event_id as "eventId" from gateway_events where provider = ${provider} and event_id = ${eventId} and handled_at is null for update skip locked`.execute(
    tx.db,
  );
  return rows.length > 0;
};

/** A provider that does not answer costs no attempt. */
const recordFailure = async (core: Core, event: OpenEvent, error: unknown): Promise<'dead' | null> => {
  const counts = error instanceof GatewayUnavailable ? 0 : 1;
  const dead = event.attempts + counts >= lastAttempt;
  await recordEventFailure(core, event, { counts, dead, error });
  core.log[dead ? 'error' : 'warn'](
    { err: error, eventId: event.eventId, attempts: event.attempts + counts },
    'an event of a provider failed again',
  );
  return dead ? 'dead' : null;
};
