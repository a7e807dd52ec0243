/** The buyer's side of the sandbox provider: the content of its page, and the effect of the buyer's decision. */
import { createHmac } from 'node:crypto';
import type { Currency } from '@cartwright/contracts';
import { notFound, type Core, transact } from '../../kernel/index.ts';
import { handleGatewayWebhook } from '../handle-gateway-webhook.ts';
import { sandboxWebhookSecret } from './sandbox.webhooks.ts';
import { decideCharge, insertSandboxEvent, sandboxColumns, type SandboxCharge } from './sandbox.store.ts';

/** A charge of the sandbox. Throws `NOT_FOUND`. */
export const getSandboxCharge = async ({ db }: Pick<Core, 'db'>, reference: string): Promise<SandboxCharge> => {
  const row = await db
    .selectFrom('sandbox_charges')
    .select(sandboxColumns)
    .where('reference', '=', reference)
    .$narrowType<{ currency: Currency }>()
    .executeTakeFirst();
  if (!row) throw notFound('This charge');
  return row;
};

/**
 * Records the buyer's decision on a charge that waits for it; a second decision changes nothing. The sandbox informs
 * the shop by a signed webhook, like any provider. Throws `NOT_FOUND`.
 */
export const decideSandboxCharge = async (core: Core, reference: string, confirmed: boolean): Promise<SandboxCharge> => {
  const decided = await transact(core, { oneStatement: true }, (tx) =>
    decideCharge(tx, reference, ['action'], confirmed ? 'captured' : 'declined'),
  );
  if (!decided) return getSandboxCharge(core, reference);
  const { paymentId, amountCents, currency, status } = decided;
  const event = {
    id: `evt_${reference}_${status}`,
    type: `charge.${status}`,
    data: { reference, paymentId, status, amountCents, currency },
  };
  await transact(core, { oneStatement: true }, (tx) => insertSandboxEvent(tx, event));
  await post(core, event);
  return decided;
};

const post = async (core: Core, event: object): Promise<void> => {
  const rawBody = Buffer.from(JSON.stringify(event));
  const t = Math.floor(core.clock.now().getTime() / 1000);
  const v1 = createHmac('sha256', sandboxWebhookSecret(core.sealer)).update(`${t}.`).update(rawBody).digest('hex');
  await handleGatewayWebhook(core, 'sandbox', { rawBody, headers: { 'sandbox-signature': `t=${t},v1=${v1}` } });
};
