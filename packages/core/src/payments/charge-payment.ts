import type { PaymentId, PaymentMethodInput } from '@cartwright/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import { DomainError, transact, type ChargeOutcome, type ChargeRequest, type Core, type Tx } from '../kernel/index.ts';
import { callGateway } from './call-gateway.ts';
import { isAskedFor } from './capture.policy.ts';
import { readUnpaidOrder, tooManyDeclines } from './declined-charge.ts';
import { assertMayTry } from './payment.limits.ts';
import { getPaymentRow, type PaymentRow } from './payment.row.ts';
import { recordUnclearAnswer } from './record-unclear-answer.ts';
import { closeBeforeCall, insertPayments, type NewPayment, type PaymentRequest } from './payment.store.ts';
import { settleOutcome, type Settled } from './settle-charge.ts';
import { startCall } from './start-calls.ts';

/** The token of a payment on the page of the provider, where the buyer chooses the payment method. */
export const providerPage = '';

/**
 * Tx step: writes the intent to charge what is due for a locked order, or for one of its edits. The id of the row is the idempotency
 * key of the charge at the provider. Throws `TOO_MANY_DECLINES`.
 */
export const createPayment = async (
  tx: Tx,
  order: NewPayment['order'],
  method: PaymentMethodInput,
  request: PaymentRequest,
): Promise<PaymentId> => {
  const payment = (await insertPayments(tx, [{ order, method, request }])).get(order.id);
  if (payment) return payment.id;
  await assertMayTry(tx, { orderId: order.id, ip: request.ip });
  // Undecided attempts of the order count as well.
  throw tooManyDeclines('order');
};

const toChargeRequest = (core: Core, payment: PaymentRow): ChargeRequest => ({
  idempotencyKey: payment.id,
  orderId: payment.orderId,
  orderNumber: payment.orderNumber,
  amountCents: payment.amountCents,
  currency: payment.currency,
  token: payment.token,
  returnUrl: payment.returnUrl ?? core.config.publicUrl,
});

const longestPauseMs = 200;

/**
 * Starts the call as soon as the limit of the network address allows it. While undecided attempts use up the limit, the payment
 * waits for them: buyers who share an address are served one after the other, and only declines refuse them. Throws
 * `TOO_MANY_DECLINES`, and `BUSY` when the other attempts take longer than the time limit of a provider.
 */
const startWhenAllowed = async (core: Core, paymentId: PaymentId): Promise<PaymentRow | null> => {
  const deadline = core.clock.now().getTime() + core.config.gatewayTimeoutMs;
  for (let pauseMs = 10; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
    const start = await startCall(core, paymentId);
    if (start === 'barred') throw await refuseAttempt(core, paymentId);
    if (start !== 'full') return start;
    if (core.clock.now().getTime() > deadline)
      throw new DomainError(
        'BUSY',
        'Other payments from this network address are still in progress. Send the same request again in a moment.',
        {
          details: { retryAfterSeconds: 2 },
        },
      );
    await pause(pauseMs * (0.5 + Math.random() / 2));
  }
};

/** Closes the attempt before the provider was called. */
const refuseAttempt = async (core: Core, paymentId: PaymentId): Promise<DomainError> => {
  await transact(core, { oneStatement: true }, (tx) => closeBeforeCall(tx, paymentId));
  return tooManyDeclines('address', await readUnpaidOrder(core, await getPaymentRow(core, paymentId)));
};

/** How the charge of a payment ended. */
export interface ChargedPayment {
  /** The settled outcome, or `unknown` when the provider gave none; reconciliation continues then. */
  readonly outcome: ChargeOutcome['status'] | 'unknown';
  /** What this call wrote, as far as it is known; null when it has to be read. */
  readonly settled: Settled | null;
}

/**
 * Charges a payment, from whatever state an earlier attempt left: marks it as called, calls the provider, settles the
 * outcome. A charge that may already exist is looked up first, and is only made with the same key.
 */
export const chargePayment = async (core: Core, paymentId: PaymentId): Promise<ChargedPayment> => {
  const started = await startWhenAllowed(core, paymentId);
  const payment = started ?? (await getPaymentRow(core, paymentId));
  if (payment.gatewayPhase === 'decided') return { outcome: settledStatus(payment), settled: null };
  core.failpoints.reach('checkout.beforeCharge');
  let outcome: ChargeOutcome;
  try {
    outcome = await callGateway(core, payment.provider, async (gateway) => {
      const found = started ? null : await gateway.findCharge({ idempotencyKey: payment.id, reference: payment.gatewayReference });
      const request = toChargeRequest(core, payment);
      return found ?? (payment.token === providerPage ? gateway.openPage(request) : gateway.charge(request));
    });
  } catch (error) {
    await recordUnclearAnswer(core, paymentId, error, 'the payment is undecided');
    return { outcome: 'unknown', settled: null };
  }
  core.failpoints.reach('checkout.afterCharge');
  const settled = await settleOutcome(core, { paymentId: payment.id, outcome });
  core.failpoints.reach('checkout.afterSettle');
  const isWrong = outcome.status === 'captured' && !isAskedFor(payment, outcome);
  return { outcome: isWrong ? 'declined' : outcome.status, settled };
};

const settledStatus = ({ status }: PaymentRow): ChargeOutcome['status'] =>
  status === 'failed' ? 'declined' : status === 'voided' ? 'voided' : 'captured';
