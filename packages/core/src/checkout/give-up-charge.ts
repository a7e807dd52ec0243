import type { OrderId, PaymentId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { GatewayUnavailable, transact, type Core } from '../kernel/index.ts';
import { callGateway, settleCharge } from '../payments/index.ts';

/**
 * Makes sure that no undecided charge of an order can still take money: asks the provider to give it
 * up and settles what that comes to, which may well be a capture. Answers false when the provider is
 * silent: then nothing may be released yet.
 */
export const giveUpCharge = async (core: Core, orderId: OrderId): Promise<boolean> => {
  // Closing the door first: from here on no request may start the call.
  const { rows } = await sql<{ id: PaymentId; provider: 'sandbox' | 'stripe'; reference: string | null; called: boolean }>`
    select id, provider, gateway_reference as reference, gateway_phase <> 'created' as called from payments where order_id = ${orderId} and status = 'pending'`.execute(
    core.db,
  );
  const payment = rows[0];
  if (!payment) return true;
  if (!payment.called) {
    const closed = await sql<{ id: string }>`
      update payments set status = 'voided', gateway_phase = 'decided', decided_at = now() where id = ${payment.id} and gateway_phase = 'created' returning id`.execute(
      core.db,
    );
    if (closed.rows[0]) return true;
  }
  try {
    const outcome = await callGateway(core, payment.provider, (gateway) =>
      gateway.cancelCharge({ idempotencyKey: payment.id, reference: payment.reference }),
    );
    if (outcome?.status === 'pending') return false;
    await transact(core, (tx) => settleCharge(tx, payment.id, outcome ?? { status: 'voided', reference: `void_${payment.id}` }));
    return true;
  } catch (error) {
    if (!(error instanceof GatewayUnavailable)) throw error;
    core.log.warn({ err: error, orderId }, 'the provider did not answer; the order keeps its stock for now');
    return false;
  }
};
