import type { PaymentProvider } from '@cartwright/contracts';
import { retries } from '../jobs/index.ts';
import { isDatabaseUnavailable, nextAttempt, storableText, transact, type Core, type GatewayNotice } from '../kernel/index.ts';
import { applyNotice } from './apply-notice.ts';
import { readWebhook } from './call-gateway.ts';
import type { EventEnd } from './gateway-event.state.ts';
import { insertDeadEvent, insertEvent } from './gateway-event.store.ts';
import { createProviderReads, type ProviderReads } from './read-records.ts';

/**
 * The result of a provider's event: `applied`; `repeated`: seen before; `ignored`: not relevant; `waiting`: kept until
 * its subject is recorded; `conflicting`: it names different payments, or another amount or currency than ours;
 * `postponed`: its effect failed. `retryGatewayEvents` tries those that are `waiting` or `postponed` again.
 */
export type WebhookResult = EventEnd | 'repeated' | 'postponed' | 'unread';

/**
 * Handles a provider's event: checks the signature, then writes the inbox row and applies the event in one transaction,
 * so that an event takes effect once however often it arrives. An event that fails, or cannot be applied yet, is kept
 * and acknowledged, so that it does not delay others. Throws `INVALID_SIGNATURE` or `STALE_SIGNATURE`, and any database
 * error: the provider sends again then.
 */
export const handleGatewayWebhook = async (
  core: Core,
  provider: string,
  request: { rawBody: Buffer; headers: Readonly<Record<string, string | undefined>> },
): Promise<WebhookResult> => {
  const read = readWebhook(core, provider, request);
  return takeNotice(core, read.provider, read.notice);
};

/**
 * `handleGatewayWebhook` for an event that is known to be the provider's. Events that all happened before `reads` was created may share
 * it.
 */
export const takeNotice = async (
  core: Core,
  provider: PaymentProvider,
  notice: GatewayNotice,
  reads: ProviderReads = createProviderReads(core),
): Promise<WebhookResult> => {
  // An event that is already stored needs no query of the provider.
  if (await isKnown(core, provider, notice)) return 'repeated';
  if (notice.problem !== null && !notice.foreign) return keepUnread(core, provider, notice, notice.problem);
  try {
    return await applyNotice(core, provider, notice, {
      reads,
      mayWait: true,
      claim: async (tx) => ((await insertEvent(tx, provider, notice, null)) ? 0 : null),
    });
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error;
    core.log.error({ err: error, provider, eventId: notice.eventId }, 'an event of a provider could not be handled; it is tried again');
    const failed = { attempts: 1, pauseMs: nextAttempt(retries.providerEvent, 1), failure: storableText(String(error), 2_000) };
    return (await transact(core, (tx) => insertEvent(tx, provider, notice, failed))) ? 'postponed' : 'repeated';
  }
};

/** An unreadable event is acknowledged, since sending it again changes nothing; staff see it with its problem. */
const keepUnread = async (core: Core, provider: PaymentProvider, notice: GatewayNotice, problem: string): Promise<WebhookResult> => {
  if (!(await transact(core, { oneStatement: true }, (tx) => insertDeadEvent(tx, provider, notice, problem)))) return 'repeated';
  core.log.error({ provider, eventId: notice.eventId, problem }, 'a signed event of a provider cannot be read; it waits for staff');
  return 'unread';
};

const isKnown = async ({ db }: Core, provider: PaymentProvider, { eventId }: GatewayNotice): Promise<boolean> => {
  const row = await db
    .selectFrom('gateway_events')
    .select('eventId')
    .where('provider', '=', provider)
    .where('eventId', '=', eventId)
    .executeTakeFirst();
  return row !== undefined;
};
