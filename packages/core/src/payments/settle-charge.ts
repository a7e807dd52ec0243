import { formatMoney, type PaymentId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { issueInvoices } from '../invoicing/index.ts';
import {
  groupedStep,
  lockedElsewhere,
  notFound,
  onlyAnswer,
  system,
  type Answer,
  type ChargeOutcome,
  type LockWaitPolicy,
  type Tx,
} from '../kernel/index.ts';
import { lockStockOfOrders } from '../inventory/index.ts';
import { applyEdit, findOpenEdit, type OpenEdit } from '../order-edits/steps/index.ts';
import { lockOrdersOfPayments, markOrderCancelled, shortenPaymentTime, type OrderRow } from '../orders/index.ts';
import { confirmOrders } from './confirm-orders.ts';
import { sealAction } from './payment.action.ts';
import { hasTriesLeft } from './payment.limits.ts';
import { settleDiscrepancies } from './discrepancy.store.ts';
import { isGivenBack, recordDiscrepancy } from './payment.discrepancies.ts';
import { lockActivePayment, lockPaymentsOfOrders, paymentFacts, type PaymentRow } from './payment.locks.ts';
import {
  recordAction,
  recordCaptures,
  recordDecline,
  recordSilence,
  recordUndecided,
  recordVoid,
  type Capture,
  type Decline,
} from './payment.store.ts';
import { createRefund } from './refund-payment.ts';

const settler = system('settle');

/** The code of a failed payment of which the provider charged a different amount or currency. */
const wrongAmount = 'wrong_amount';

/** The message for the buyer when the provider charged a different amount or currency; staff decide about the money. */
const wrongChargeMessage =
  'The payment provider charged a different amount than requested, so the order is not paid. ' +
  'The shop has been informed. You can pay with another payment method.';

/** The only message that a buyer sees. The reason of the issuer would tell somebody with stolen cards which of them work. */
export const declinedMessage = 'The payment was declined. Try again, or use another payment method.';

type Outcome<S extends ChargeOutcome['status']> = Extract<ChargeOutcome, { status: S }>;

/**
 * The one place where the outcome of a charge changes the state of the shop, whatever its source: the request of the
 * buyer, a webhook, or reconciliation. The state of the payment guards it, so that a second outcome changes nothing.
 * - captured: the order is confirmed, its stock sold, its invoice issued, or its edit takes effect; money that is no
 *   longer needed is refunded
 * - declined: the payment failed; the order stays pending with its units, for another attempt within its retry window.
 *   After the last allowed decline the order is cancelled and its units are released
 * - action: the provider waits for the buyer
 * - voided: the charge was cancelled before it was captured
 * - pending: only the provider's reference is kept
 *
 * A charge that is being refunded pays nothing.
 *
 * It never throws for an outcome. A capture of a different amount or currency pays no order: the payment fails, and
 * staff get a discrepancy. The charge of another payment leaves this one undecided and records the problem.
 */
export const settleCharges = async (tx: Tx, settlements: readonly Settlement[], waitPolicy: LockWaitPolicy): Promise<Answer<true>[]> => {
  const orders = await lockOrdersOfPayments(
    tx,
    settlements.map(({ paymentId }) => paymentId),
    waitPolicy,
  );
  const orderOf = new Map(orders.map((order) => [order.id, order]));
  const orderIds = [...orderOf.keys()];
  const paymentOf = new Map((await lockPaymentsOfOrders(tx, orderIds)).map((payment) => [payment.id, payment]));
  // Every row of the settlements is locked, kind by kind, before the first one locks the series of invoices.
  if (settlements.length > 1) await lockStockOfOrders(tx, orderIds);
  const answers: Answer<true>[] = settlements.map(() => lockedElsewhere);
  const paying = new Map<OrderRow, Capture>();
  const settled = new Set<OrderRow>();
  for (const [i, { paymentId, outcome }] of settlements.entries()) {
    const payment = paymentOf.get(paymentId);
    const order = payment && orderOf.get(payment.orderId);
    if (!order) {
      if (waitPolicy.skipLocked) continue;
      throw notFound('This payment');
    }
    // What an edit moves is not locked, and of two settlements of one order the second needs the rows that the first has written.
    if (waitPolicy.skipLocked && (payment.orderEditId !== null || settled.has(order))) continue;
    settled.add(order);
    if (waitPolicy.skipLocked && outcome.status === 'captured' && isFirstCapture(order, payment) && isAskedFor(payment, outcome))
      paying.set(order, { payment, outcome });
    else await settleLockedCharge(tx, { order, payment }, outcome);
    answers[i] = true;
  }
  if (paying.size > 0) await payOrders(tx, paying);
  return answers;
};

/** Whether a payment that is captured pays its order: both wait for it, and it was neither captured before nor replaced. */
const isFirstCapture = (order: OrderRow, payment: PaymentRow): boolean =>
  order.status === 'pending' && payment.status === 'pending' && !payment.superseded && payment.capturedCents === 0;

export interface Settlement {
  readonly paymentId: PaymentId;
  readonly outcome: ChargeOutcome;
}

/** `settleCharges` for one, waiting for its rows. */
export const settleCharge = async (tx: Tx, paymentId: PaymentId, outcome: ChargeOutcome): Promise<void> => {
  onlyAnswer(await settleCharges(tx, [{ paymentId, outcome }], { skipLocked: false }));
};

/**
 * Settles a charge; concurrent ones share a transaction. All settlements end at the row that numbers invoices, so they can only be written
 * one after the other; together they share its flush, and none waits for the lock of another.
 */
export const settleOutcome = groupedStep<Settlement, true>({
  maxBatch: 32,
  maxWaiting: 20_000,
  maxWaitMs: 30_000,
  concurrency: 1,
  step: settleCharges,
});

/** `settleCharges` for a caller that has locked the order and then the payment, as they are now. */
export const settleLockedCharge = async (
  tx: Tx,
  { order, payment }: { readonly order: OrderRow; readonly payment: PaymentRow },
  outcome: ChargeOutcome,
): Promise<void> => {
  const paymentId = payment.id;
  const other = await findOtherPayment(tx, payment, outcome.reference);
  if (other) {
    tx.log.error({ paymentId, reference: outcome.reference, other }, 'a provider answered with the charge of another payment');
    return recordSilence(
      tx,
      paymentId,
      `The provider answered with charge ${outcome.reference}, which belongs to payment ${other.id} of order ${other.orderNumber}.`,
    );
  }
  if (outcome.status === 'captured') return settleCaptured(tx, order, payment, outcome);
  if (payment.status !== 'pending') return;
  if (outcome.status === 'action') return settleAction(tx, payment, outcome);
  if (outcome.status === 'pending') return recordUndecided(tx, payment, outcome.reference);
  if (outcome.status === 'voided') return recordVoid(tx, payment, outcome.reference);
  return settleDeclined(tx, order, payment, outcome);
};

/** The payment whose charge the provider returned instead of the charge of this payment. */
export const findOtherPayment = async (
  tx: Tx,
  { id, provider, gatewayReference }: PaymentRow,
  reference: string | null,
): Promise<{ id: PaymentId; orderNumber: string } | null> => {
  if (reference === null || reference === gatewayReference) return null;
  const { rows } = await sql<{ id: PaymentId; orderNumber: string }>`
    select p.id, o.order_number as "orderNumber" from payments p join orders o on o.id = p.order_id
    where p.provider = ${provider} and p.gateway_reference = ${reference} and p.id <> ${id}`.execute(tx.db);
  return rows[0] ?? null;
};

const settleAction = async (tx: Tx, payment: PaymentRow, { reference, url, clientSecret }: Outcome<'action'>): Promise<void> => {
  await recordAction(tx, payment, reference, sealAction(tx, payment.id, { url, clientSecret }));
  if (payment.gatewayPhase !== 'action') tx.outbox.add('payment.requires_action', payment.id, paymentFacts(payment));
};

const settleDeclined = async (
  tx: Tx,
  order: OrderRow,
  payment: PaymentRow,
  { reference, code, message }: Outcome<'declined'>,
): Promise<void> => fail(tx, order, payment, { reference, code, message: declinedMessage, detail: message });

const fail = async (tx: Tx, order: OrderRow, payment: PaymentRow, decline: Decline): Promise<void> => {
  await recordDecline(tx, payment, decline);
  const cause = decline.code === wrongAmount ? 'wrong_amount' : 'declined';
  tx.outbox.add('payment.failed', payment.id, { ...paymentFacts(payment), reason: decline.message, cause });
  if (order.status !== 'pending') return;
  if (await mayBePaid(tx, order)) await shortenPaymentTime(tx, order);
  else await markOrderCancelled(tx, order, 'payment_failed', settler);
};

/** Whether a locked order may have another attempt, or has an undecided one. */
const mayBePaid = async (tx: Tx, { id }: OrderRow): Promise<boolean> => {
  const { rows } = await sql<{ open: boolean }>`
    select ${hasTriesLeft(tx, id)} or exists (select 1 from payments where order_id = ${id} and status = 'pending') as open`.execute(tx.db);
  return rows[0]?.open ?? true;
};

const takeCaptures = async (tx: Tx, captures: readonly Capture[], beside: boolean): Promise<void> => {
  await recordCaptures(tx, captures, beside);
  for (const { payment } of captures) tx.outbox.add('payment.captured', payment.id, paymentFacts(payment));
};

/** Tx step on locked payments and their locked orders, which wait for them: each charge pays its order. */
export const payOrders = async (tx: Tx, captures: ReadonlyMap<OrderRow, Capture>): Promise<void> => {
  await takeCaptures(tx, [...captures.values()], false);
  await confirmOrders(
    tx,
    [...captures.keys()].map((order) => ({ order, actor: settler })),
  );
  for (const _ of captures) tx.failpoints.reach('settle.inside');
};

/** Whether a capture has the requested amount and currency. */
export const isAskedFor = (
  { amountCents, currency }: Pick<PaymentRow, 'amountCents' | 'currency'>,
  capture: Outcome<'captured'>,
): boolean => capture.capturedCents === amountCents && capture.currency === currency;

const settleCaptured = async (tx: Tx, order: OrderRow, payment: PaymentRow, outcome: Outcome<'captured'>): Promise<void> => {
  const repeated = payment.capturedCents > 0;
  if (!isAskedFor(payment, outcome) || (repeated && outcome.reference !== payment.gatewayReference))
    return settleWrongCharge(tx, order, payment, outcome);
  if (repeated) return;
  if (payment.status !== 'pending') {
    if (await isGivenBack(tx, payment.id, outcome.reference)) return;
    await settleDiscrepancies(tx, { paymentId: payment.id, refundId: null, reference: outcome.reference }, settler);
  }
  const edit = payment.orderEditId ? await findOpenEdit(tx, order.id) : null;
  const waiting = payment.orderEditId ? edit?.id === payment.orderEditId : order.status === 'pending';
  const wanted = waiting && !payment.superseded && !(await isReplaced(tx, payment));
  // Money beyond the price of the order and its edits must not count as theirs.
  const beside = !wanted && (payment.orderEditId !== null || order.status !== 'cancelled');
  await takeCaptures(tx, [{ payment, outcome }], beside);
  if (!wanted) return refundUnexpected(tx, order, { ...payment, capturedCents: outcome.capturedCents }, beside);
  if (!edit) {
    await confirmOrders(tx, [{ order, actor: settler }]);
    return tx.failpoints.reach('settle.inside');
  }
  await applyEdit(tx, order, edit, settler);
  await issueInvoices(tx, [{ ...order, ...costOf(edit), orderEditId: edit.id }]);
  tx.failpoints.reach('settle.inside');
};

/** A different amount or currency, or a second charge of the same payment: it does not pay the order. */
const settleWrongCharge = async (tx: Tx, order: OrderRow, payment: PaymentRow, outcome: Outcome<'captured'>): Promise<void> => {
  const { amountCents, currency } = payment;
  const said = { amountCents: outcome.capturedCents, currency: outcome.currency };
  const { reference } = outcome;
  await recordDiscrepancy(tx, { paymentId: payment.id, refundId: null, reference, asked: { amountCents, currency }, said });
  if (payment.status !== 'pending') return;
  await fail(tx, order, payment, {
    reference,
    code: wrongAmount,
    message: wrongChargeMessage,
    detail:
      `The provider charged ${formatMoney(said.amountCents, said.currency)}, ` + `but ${formatMoney(amountCents, currency)} was requested.`,
  });
};

/** How much an edit increases the total; tax may still have decreased. */
const costOf = ({ plan }: OpenEdit) => ({
  totalCents: plan.differenceCents,
  taxCents: plan.totals.taxCents - plan.totalsBefore.taxCents,
});

/** Refunds money that is not needed, in the transaction that records it. */
const refundUnexpected = async (tx: Tx, order: OrderRow, payment: PaymentRow, beside: boolean): Promise<void> => {
  const [reason, words] = payment.orderEditId
    ? (['edit_closed', `the change of order ${order.orderNumber} no longer waited for its payment`] as const)
    : beside
      ? (['paid_otherwise', `order ${order.orderNumber} was to be paid another way`] as const)
      : (['order_cancelled', `order ${order.orderNumber} was ${order.status} when the payment arrived`] as const);
  await createRefund(tx, payment, payment.capturedCents, words, settler);
  tx.outbox.add('payment.returned', payment.id, { ...paymentFacts(payment), reason });
};

/** Whether a cancelled or failed attempt was captured while another payment is active. */
export const isReplaced = async (tx: Tx, payment: PaymentRow): Promise<boolean> =>
  payment.status !== 'pending' && (await lockActivePayment(tx, payment.orderId, payment.orderEditId)) !== null;
