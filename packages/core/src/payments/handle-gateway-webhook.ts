import type { PaymentId, PaymentProvider } from '@cartwright/contracts';
import { sql } from 'kysely';
import { notFound, transact, type Core, type GatewayNotice, type Tx } from '../kernel/index.ts';
import { settleCharge } from './settle-charge.ts';

/** How a provider's event ended: taken, seen before, of no concern, or about a charge the shop does not know. */
export type WebhookResult = 'applied' | 'repeated' | 'ignored' | 'orphaned';

/**
 * Takes a provider's event: signature first, then inbox row and effect in one transaction, so that an
 * event counts once however often it comes. Throws `INVALID_SIGNATURE` or `STALE_SIGNATURE`.
 */
export const handleGatewayWebhook = async (
  core: Core,
  provider: string,
  request: { rawBody: Buffer; headers: Readonly<Record<string, string | undefined>> },
): Promise<WebhookResult> => {
  const gateway = core.gateways.get(provider as PaymentProvider);
  if (!gateway) throw notFound('This provider');
  const notice = gateway.parseWebhook(request.rawBody, request.headers, core.clock.now());
  return transact(core, async (tx) => {
    const fresh = await sql<{ eventId: string }>`
      insert into gateway_events (provider, event_id, type, gateway_reference, payload) values (${gateway.provider}, ${notice.eventId}, ${notice.type}, ${notice.reference}, ${JSON.stringify(notice.payload)})
      on conflict do nothing returning event_id as "eventId"`.execute(tx.db);
    if (!fresh.rows[0]) return 'repeated';
    const result = await apply(tx, gateway.provider, notice);
    await sql`update gateway_events set outcome = ${result}, handled_at = now() where provider = ${gateway.provider} and event_id = ${notice.eventId}`.execute(
      tx.db,
    );
    if (result === 'orphaned')
      core.log.error(
        { provider, eventId: notice.eventId, reference: notice.reference },
        'a provider reports a charge the shop does not know',
      );
    return result;
  });
};

const apply = async (tx: Tx, provider: PaymentProvider, notice: GatewayNotice): Promise<Exclude<WebhookResult, 'repeated'>> => {
  if (!notice.outcome) return 'ignored';
  const { rows } = await sql<{ id: PaymentId }>`
    select id from payments where provider = ${provider} and (gateway_reference = ${notice.reference} or id::text = ${notice.paymentId}) limit 1`.execute(
    tx.db,
  );
  if (!rows[0]) return 'orphaned';
  await settleCharge(tx, rows[0].id, notice.outcome);
  return 'applied';
};
