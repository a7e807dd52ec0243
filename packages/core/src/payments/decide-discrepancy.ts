/** Decisions of staff about money that a provider charged or refunded differently from the request. */
import { formatMoney, type PaymentId, type RefundId } from '@cartwright/contracts';
import {
  DomainError,
  GatewayResponseInvalid,
  notFound,
  transact,
  type Actor,
  type ChargeOutcome,
  type Core,
  type Tx,
} from '../kernel/index.ts';
import { supplyOrder } from '../inventory/index.ts';
import { lockOrderOfPayment, type OrderRow } from '../orders/index.ts';
import { callGateway } from './call-gateway.ts';
import { cancelCharge } from './cancel-charges.ts';
import { asUuid } from './identify-payment.ts';
import { lockDiscrepancy } from './discrepancy.locks.ts';
import { closeDiscrepancy, endReturn, startReturn } from './discrepancy.store.ts';
import { getDiscrepancy, returnKeyOf, type StoredDiscrepancy, type WrongCharge } from './discrepancy.queries.ts';
import { lockCharges, lockPayment, lockRefund } from './payment.locks.ts';
import { getPaymentRow, paymentFacts, type PaymentRow } from './payment.row.ts';
import { findPaymentOfRefund, type RefundRow } from './refund.queries.ts';
import { changeRefundClaim, recordDismissed } from './payment.store.ts';
import { recordFailedRefund, recordMovedRefund } from './record-refund.ts';
import { setRefundAmount } from './refund.store.ts';
import { applyCaptures } from './settle-captures.ts';
import { settleLocked } from './settle-charge.ts';
import { acceptableCapture, refusalOfAcceptance, refusalOfReturn, returnableCents } from './wrong-charge.policy.ts';

interface Locked extends WrongCharge {
  readonly order: OrderRow;
}
/** Decides about a wrong charge whose order, payment and discrepancy are locked. `reference` names the charge if it has another one now. */
const inTransaction = async <T>(
  core: Core,
  { id, paymentId, reference }: Pick<StoredDiscrepancy, 'id' | 'paymentId' | 'reference'>,
  decide: (tx: Tx, locked: Locked) => Promise<T>,
): Promise<T> =>
  transact(core, async (tx) => {
    const order = await lockOrderOfPayment(tx, paymentId);
    const [payment] = await lockCharges(tx, [order.id], [{ paymentId, reference }]);
    if (!payment) throw notFound('This payment', paymentId);
    return decide(tx, { order, payment, discrepancy: await lockDiscrepancy(tx, id) });
  });

/** Queries the provider again for the state of a wrong charge, or of its refund. */
export const askAboutCharge = async (core: Core, actor: Actor, id: string, note: string): Promise<void> => {
  const discrepancy = await getDiscrepancy(core, id);
  if (discrepancy.returnCalled) return returnCharge(core, actor, id, note);
  const { provider } = await getPaymentRow(core, discrepancy.paymentId);
  const lookup = { idempotencyKey: discrepancy.paymentId, reference: discrepancy.reference };
  const outcome = await callGateway(core, provider, (gateway) => gateway.findCharge(lookup));
  if (outcome?.status === 'pending' || outcome?.status === 'action') return;
  const reference = outcome?.reference ?? discrepancy.reference;
  await inTransaction(core, { ...discrepancy, reference }, async (tx, { order, payment, discrepancy: { returnCalled } }) => {
    if (outcome) await settleLocked(tx, [{ order, payment, outcome }]);
    // A refund was requested meanwhile: its outcome decides.
    if (returnCalled) return;
    if (!isRecordedCharge(outcome, discrepancy)) await closeDiscrepancy(tx, id, { resolution: 'settled', actor, note });
  });
};

const isRecordedCharge = (outcome: ChargeOutcome | null, { saidCents, saidCurrency }: StoredDiscrepancy): boolean =>
  outcome?.status === 'captured' && outcome.capturedCents === saidCents && outcome.currency === saidCurrency;

/**
 * Refunds a wrong charge once: exactly that amount, in its own currency. One refund of a charge runs at a time, and it
 * keeps its key until it has failed. A provider that has not decided yet leaves the discrepancy open. Throws
 * `REFUND_REFUSED` when the provider refuses, `CHARGE_IN_USE` or `CHARGE_ALREADY_REFUNDED` when nothing can be
 * refunded.
 */
export const returnCharge = async (core: Core, actor: Actor, id: string, note: string): Promise<void> => {
  const seen = await getDiscrepancy(core, id);
  const { amountCents, started, provider } = await inTransaction(core, seen, async (tx, { payment, discrepancy }) => {
    const refusal = refusalOfReturn(discrepancy, payment);
    if (refusal) throw refusal;
    await startReturn(tx, discrepancy);
    return { amountCents: returnableCents(discrepancy, payment), started: discrepancy, provider: payment.provider };
  });
  const { reference, saidCurrency: currency } = seen;
  const outcome = await callGateway(core, provider, async (gateway) => {
    const idempotencyKey = returnKeyOf(started);
    const found = started.returnCalled ? await gateway.findRefund({ idempotencyKey, reference }) : null;
    return found ?? gateway.refund({ idempotencyKey, reference, amountCents, currency, reason: note });
  });
  if (outcome.status === 'pending') return;
  if (outcome.status === 'failed') {
    await inTransaction(core, seen, (tx) => endReturn(tx, started));
    throw refundRefused(outcome.message);
  }
  if (outcome.amountCents !== amountCents || outcome.currency !== currency)
    throw new GatewayResponseInvalid(
      `${provider} was asked to refund ${formatMoney(amountCents, currency)} but reports ` +
        `${formatMoney(outcome.amountCents, outcome.currency)} (${outcome.reference}).`,
    );
  await inTransaction(core, seen, async (tx, { payment }) => {
    if (!(await closeDiscrepancy(tx, id, { resolution: 'returned', actor, note, returnReference: outcome.reference }))) return;
    tx.outbox.add('payment.returned', payment.id, { ...paymentFacts(payment), amountCents, currency, reason: 'wrong_amount' });
  });
};

/** The error for a refund that the provider refused. */
export const refundRefused = (message: string): DomainError =>
  new DomainError('REFUND_REFUSED', `The provider refused the refund: ${message}`);

/**
 * Accepts a charge of more than was requested as the payment of its order or edit, and refunds the excess. Throws
 * `ORDER_NOT_PAYABLE` when nothing waits for the payment, `CHARGE_AMOUNT_MISMATCH` when too little or another
 * currency was charged, `CHARGE_IN_USE` or `CHARGE_ALREADY_REFUNDED` when the charge can pay nothing.
 */
export const acceptCharge = async (core: Core, actor: Actor, id: string, note: string): Promise<void> => {
  const seen = await getDiscrepancy(core, id);
  const excessCents = await inTransaction(core, seen, async (tx, { order, payment, discrepancy }) => {
    const refusal = refusalOfAcceptance(discrepancy, payment);
    if (refusal) throw refusal;
    await applyCaptures(tx, [{ order, payment, capture: acceptableCapture(discrepancy, payment) }]);
    const excess = discrepancy.saidCents - payment.amountCents;
    // Stays open until the excess is refunded.
    if (excess > 0) await startReturn(tx, discrepancy);
    else await closeDiscrepancy(tx, id, { resolution: 'adopted', actor, note });
    return excess;
  });
  if (excessCents > 0) await returnCharge(core, actor, id, note);
};

/** Closes a wrong charge that staff have resolved outside the shop, with their note. */
export const dismissCharge = async (core: Core, actor: Actor, id: string, note: string): Promise<void> => {
  const seen = await getDiscrepancy(core, id);
  await inTransaction(core, seen, (tx) => closeDiscrepancy(tx, id, { resolution: 'dismissed', actor, note }));
};

/**
 * Closes a payment without a usable answer of the provider as not charged. The provider is asked once more to cancel
 * the charge. A later capture pays the order if it still waits for payment, otherwise it is refunded.
 */
export const dismissUndecidedCharge = async (core: Core, actor: Actor, paymentId: PaymentId, note: string): Promise<void> => {
  if (await cancelCharge(core, await getPaymentRow(core, paymentId))) return;
  await transact(core, async (tx) => {
    await lockOrderOfPayment(tx, paymentId);
    const payment = await lockPayment(tx, paymentId);
    if (payment.status === 'pending') await recordDismissed(tx, payment, actor, note);
  });
};

/**
 * Decides an undecided refund: `made` says whether the money was refunded. If the provider reported another amount in
 * the currency of the payment, that amount is recorded. Throws `NOT_FOUND` for a refund that was decided meanwhile.
 */
export const decideRefund = async (
  core: Core,
  actor: Actor,
  {
    refundId,
    discrepancy = null,
    made,
    note,
  }: { readonly refundId: RefundId; readonly discrepancy?: StoredDiscrepancy | null; readonly made: boolean; readonly note: string },
): Promise<void> =>
  transact(core, async (tx) => {
    const paymentId = asUuid(refundId) && (await findPaymentOfRefund(tx, refundId));
    if (!paymentId) throw notFound('This refund', refundId);
    const order = await lockOrderOfPayment(tx, paymentId);
    const payment = await lockPayment(tx, paymentId);
    const refund = await lockRefund(tx, refundId);
    if (refund.status !== 'pending') throw notFound('This undecided refund');
    if (discrepancy) await closeDiscrepancy(tx, discrepancy.id, { resolution: made ? 'adopted' : 'dismissed', actor, note });
    if (!made) {
      await recordFailedRefund(tx, { order, refund }, note);
      const { id, amountCents, currency } = refund;
      tx.outbox.add('refund.failed', id, { refundId: id, paymentId: payment.id, orderId: order.id, amountCents, currency });
      return;
    }
    const moved =
      discrepancy?.saidCurrency === refund.currency ? await changeRefundAmount(tx, refund, payment, discrepancy.saidCents) : refund;
    await recordMovedRefund(tx, { order, payment, refund: moved }, discrepancy?.reference ?? null);
  });

/**
 * Tx step: sets a locked refund to the amount that the provider refunded, as far as its locked payment allows; the rest
 * of its claim is released.
 */
const changeRefundAmount = async (tx: Tx, refund: RefundRow, payment: PaymentRow, saidCents: number): Promise<RefundRow> => {
  const room = payment.capturedCents - payment.refundClaimedCents + refund.amountCents;
  const amountCents = Math.min(saidCents, room);
  if (amountCents === refund.amountCents) return refund;
  await changeRefundClaim(tx, payment.id, amountCents - refund.amountCents);
  await setRefundAmount(tx, refund.id, amountCents);
  await supplyOrder(tx, payment.orderId);
  return { ...refund, amountCents };
};
