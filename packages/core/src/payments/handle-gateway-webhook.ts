import type { PaymentProvider } from '@cartwright/contracts';
import { sql } from 'kysely';
import { retries } from '../jobs/index.ts';
import {
  isDatabaseUnavailable,
  nextAttempt,
  storableText,
  transact,
  type Core,
  type GatewayNotice,
  writeStatement,
  type Tx,
} from '../kernel/index.ts';
import { applyNotice } from './apply-notice.ts';
import { readWebhook } from './call-gateway.ts';
import { toStored } from './gateway-event.payload.ts';
import type { EventEnd } from './gateway-event.state.ts';
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

/** `handleGatewayWebhook` for an event that is known to be the provider's. Events that all happened before `reads` was created may share it. */
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
      claim: async (tx) => ((await keep(tx, provider, notice, null)) ? 0 : null),
    });
  } catch (error) {
    if (isDatabaseUnavailable(error)) throw error;
    core.log.error({ err: error, provider, eventId: notice.eventId }, 'an event of a provider could not be handled; it is tried again');
    return (await transact(core, (tx) => keep(tx, provider, notice, storableText(String(error), 2_000)))) ? 'postponed' : 'repeated';
  }
};

/** An unreadable event is acknowledged, since sending it again changes nothing; staff see it with its problem. */
const keepUnread = async (core: Core, provider: PaymentProvider, notice: GatewayNotice, problem: string): Promise<WebhookResult> => {
  const { rows } = await writeStatement(core, (tx) =>
    sql<{ eventId: string }>`
    insert into gateway_events (provider, event_id, type, gateway_reference, payment_id, payload, attempts, outcome, handled_at, last_error)
    values (${provider}, ${notice.eventId}, ${notice.type}, ${notice.reference}, ${notice.paymentId}, ${toStored(notice)}, 1, 'dead', now(), ${problem})
    on conflict do nothing returning event_id as "eventId"`.execute(tx.db),
  );
  if (!rows[0]) return 'repeated';
  core.log.error({ provider, eventId: notice.eventId, problem }, 'a signed event of a provider cannot be read; it waits for staff');
  return 'unread';
};

const isKnown = async ({ db }: Core, provider: PaymentProvider, { eventId }: GatewayNotice): Promise<boolean> => {
  const { rows } = await sql`select 1 from gateway_events where provider = ${provider} and event_id = ${eventId}`.execute(db);
  return rows.length > 0;
};

/** Writes the inbox row, to be retried soon when its effect failed. False for an event that exists already. */
const keep = async ({ db }: Pick<Tx, 'db'>, provider: PaymentProvider, notice: GatewayNotice, failure: string | null): Promise<boolean> => {
  const attempts = failure === null ? 0 : 1;
  const pauseMs = failure === null ? null : nextAttempt(retries.providerEvent, attempts);
  const { rows } = await sql<{ eventId: string }>`
    insert into gateway_events (provider, event_id, type, gateway_reference, payment_id, payload, attempts, retry_at, last_error)
    values (${provider}, ${notice.eventId}, ${notice.type}, ${notice.reference}, ${notice.paymentId}, ${toStored(notice)},
      ${attempts}, now() + ${pauseMs}::float8 * interval '1 millisecond', ${failure})
    on conflict do nothing returning event_id as "eventId"`.execute(db);
  return rows.length > 0;
};
