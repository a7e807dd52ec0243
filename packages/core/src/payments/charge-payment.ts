import type { PaymentId, PaymentMethodInput } from '@cartwright/contracts';
import { sql } from 'kysely';
import { GatewayUnavailable, transact, type ChargeOutcome, type ChargeRequest, type Core, type Tx } from '../kernel/index.ts';
import type { OrderRow } from '../orders/index.ts';
import { callGateway } from './call-gateway.ts';
import { getPaymentRow, type PaymentRow } from './payment.locks.ts';
import { settleCharge } from './settle-charge.ts';

/** Tx step: writes the intent to charge a locked order. The row's id is the key the provider will know the charge by. */
export const createPayment = async (tx: Tx, order: OrderRow, method: PaymentMethodInput): Promise<PaymentId> => {
  const id = tx.ids.next<PaymentId>();
  await tx.db
    .insertInto('payments')
    .values({
      id,
      order_id: order.id,
      provider: method.provider,
      method: method.method,
      token: method.token,
      amount_cents: order.totalCents,
      currency: order.currency,
    })
    .execute();
  return id;
};

export const toChargeRequest = (payment: PaymentRow): ChargeRequest => ({
  idempotencyKey: payment.id,
  orderId: payment.orderId,
  orderNumber: payment.orderNumber,
  amountCents: payment.amountCents,
  currency: payment.currency,
  token: payment.token,
});

/**
 * Brings a payment to a decision, from wherever an earlier try left it: marks it as being called, asks
 * the provider, settles. A charge that may exist already is looked up first, and is only made with the
 * same key. Answers the settled outcome, or `unknown` when the provider gave none; reconciliation goes on then.
 */
export const chargePayment = async (core: Core, paymentId: PaymentId): Promise<ChargeOutcome['status'] | 'unknown'> => {
  const payment = await getPaymentRow(core, paymentId);
  if (payment.gatewayPhase === 'decided') return settledStatus(payment);
  const mayExist = payment.gatewayPhase !== 'created';
  await sql`update payments set gateway_phase = 'calling', called_at = coalesce(called_at, now()) where id = ${paymentId} and gateway_phase <> 'decided'`.execute(
    core.db,
  );
  core.failpoints.reach('checkout.beforeCharge');
  let outcome: ChargeOutcome;
  try {
    outcome = await callGateway(core, payment.provider, async (gateway) => {
      const request = toChargeRequest(payment);
      const found = mayExist ? await gateway.findCharge({ idempotencyKey: payment.id, reference: payment.gatewayReference }) : null;
      return found ?? gateway.charge(request);
    });
  } catch (error) {
    if (!(error instanceof GatewayUnavailable)) throw error;
    core.log.warn({ err: error, paymentId }, 'the provider gave no answer; the payment is undecided');
    await sql`update payments set gateway_phase = 'unknown' where id = ${paymentId} and gateway_phase = 'calling'`.execute(core.db);
    return 'unknown';
  }
  core.failpoints.reach('checkout.afterCharge');
  await transact(core, (tx) => settleCharge(tx, paymentId, outcome));
  core.failpoints.reach('checkout.afterSettle');
  return outcome.status;
};

const settledStatus = ({ status }: PaymentRow): ChargeOutcome['status'] =>
  status === 'failed' ? 'declined' : status === 'voided' ? 'voided' : 'captured';
