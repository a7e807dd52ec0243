import type { PaymentProvider } from '@cartwright/contracts';
import { sql } from 'kysely';
import { isDatabaseUnavailable, transact, type Core, type GatewayNotice, type Tx } from '../kernel/index.ts';
import { applyNotice } from './apply-notice.ts';
import { readWebhook } from './call-gateway.ts';
import { recordEventEnd } from './gateway-event.state.ts';

/**
 * How a provider's event ended: taken, seen before, of no concern, about a charge the shop does not know,
 * kept to be tried again by `retryGatewayEvents`, or kept for staff because it cannot be read.
 */
export type WebhookResult = 'applied' | 'repeated' | 'ignored' | 'orphaned' | 'postponed' | 'unread';

/**
 * Takes a provider's event: signature first, then inbox row and effect in one transaction, so that an
 * event counts once however often it comes. An event whose effect fails is kept and acknowledged, so that it
 * holds up no other. Throws `INVALID_SIGNATURE` or `STALE_SIGNATURE`, and whatever ails the database: the
 * provider sends again then.
 */
export const handleGatewayWebhook = async (
  core: Core,
  provider: string,
  request: { rawBody: Buffer; headers: Readonly<Record<string, string | undefined>> },
): Promise<WebhookResult> => {
  const read = readWebhook(core, provider, request);
  return takeNotice(core, read.provider, read.notice);
};

/** The same for an event that is known to be the provider's. */
export const takeNotice = async (core: Core, provider: PaymentProvider, notice: GatewayNotice): Promise<WebhookResult> => {
  if (notice.problem !== null && !notice.foreign) return keepUnread(core, provider, notice, notice.problem);
  try {
    return await transact(core, (tx) => take(tx, provider, notice));
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error;
    core.log.error({ err: error, provider, eventId: notice.eventId }, 'an event of a provider could not be handled; it is tried again');
    return postponeNotice(core, provider, notice, error);
  }
};

/** An event that cannot be read is acknowledged, since sending it again changes nothing; staff see it with what is wrong. */
const keepUnread = async (core: Core, provider: PaymentProvider, notice: GatewayNotice, problem: string): Promise<WebhookResult> => {
  const { rows } = await sql<{ eventId: string }>`
    insert into gateway_events (provider, event_id, type, gateway_reference, payment_id, payload, attempts, outcome, handled_at, last_error)
    values (${provider}, ${notice.eventId}, ${notice.type}, ${notice.reference}, ${notice.paymentId}, ${JSON.stringify(notice.payload)}, 1, 'dead', now(), ${problem})
    on conflict do nothing returning event_id as "eventId"`.execute(core.db);
  if (!rows[0]) return 'repeated';
  core.log.error({ provider, eventId: notice.eventId, problem }, 'a signed event of a provider cannot be read; it waits for staff');
  return 'unread';
};

const take = async (tx: Tx, provider: PaymentProvider, notice: GatewayNotice): Promise<WebhookResult> => {
  const fresh = await sql<{ eventId: string }>`
    insert into gateway_events (provider, event_id, type, gateway_reference, payment_id, payload)
    values (${provider}, ${notice.eventId}, ${notice.type}, ${notice.reference}, ${notice.paymentId}, ${JSON.stringify(notice.payload)})
    on conflict do nothing returning event_id as "eventId"`.execute(tx.db);
  if (!fresh.rows[0]) return 'repeated';
  const result = await applyNotice(tx, provider, notice);
  await recordEventEnd(tx, { provider, eventId: notice.eventId }, result);
  return result;
};

/** Keeps an event whose effect failed, to be tried again by `retryGatewayEvents`. */
export const postponeNotice = async (
  core: Core,
  provider: PaymentProvider,
  notice: GatewayNotice,
  error: unknown,
): Promise<WebhookResult> => {
  const { rows } = await sql<{ eventId: string }>`
    insert into gateway_events (provider, event_id, type, gateway_reference, payment_id, payload, attempts, retry_at, last_error)
    values (${provider}, ${notice.eventId}, ${notice.type}, ${notice.reference}, ${notice.paymentId}, ${JSON.stringify({ ...notice.payload, outcome: notice.outcome })}, 1, now() + interval '30 seconds', ${String(error)})
    on conflict do nothing returning event_id as "eventId"`.execute(core.db);
  return rows[0] ? 'postponed' : 'repeated';
};
