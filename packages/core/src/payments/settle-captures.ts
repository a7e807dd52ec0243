import { formatMoney } from '@cartwright/contracts';
import { issueInvoices } from '../invoicing/index.ts';
import { system, type Tx } from '../kernel/index.ts';
import { applyEdit, findOpenEdit } from '../order-edits/steps/index.ts';
import type { Confirmation, OrderRow } from '../orders/index.ts';
import { decideCapture, type Capture, type CaptureDecision } from './capture.policy.ts';
import { confirmOrders } from './confirm-orders.ts';
import { settleDiscrepancies } from './discrepancy.store.ts';
import { failPayment, wrongAmount } from './fail-payment.ts';
import { recordDiscrepancy } from './record-discrepancy.ts';
import { paymentFacts, type ChargeRow, type PaymentRow } from './payment.row.ts';
import { recordCaptures, recordSilence, type PaymentCapture } from './payment.store.ts';
import { createRefund } from './refund-payment.ts';

const settler = system('settle');

/** The message for the buyer when the provider charged a different amount or currency; staff decide about the money. */
const wrongChargeMessage =
  'The payment provider charged a different amount than requested, so the order is not paid. ' +
  'The shop has been informed. You can pay with another payment method.';

/** A capture of a payment; the payment and its order are locked. */
export interface LockedCapture {
  readonly order: OrderRow;
  readonly payment: ChargeRow;
  readonly capture: Capture;
}

/**
 * Tx step on locked orders, one capture of each: does what `decideCapture` says. Captures that pay share their statements; money that
 * nothing waits for is refunded, and wrong amounts are left to staff. Returns what was written of the orders that were paid.
 */
export const settleCaptures = async (tx: Tx, captures: readonly LockedCapture[]): Promise<Map<OrderRow, Confirmation>> => {
  const paying: LockedCapture[] = [];
  for (const locked of captures) {
    const { order, payment, capture } = locked;
    const decision = decideCapture(payment, capture);
    if (decision.kind === 'foreign') await recordForeignCharge(tx, payment, decision.owner, capture.reference);
    else if (decision.kind === 'wrong') await recordWrongCharge(tx, order, payment, capture);
    else if (decision.kind === 'pays' || decision.kind === 'unneeded') {
      // The provider first reported this charge differently from the request.
      if (payment.status !== 'pending')
        await settleDiscrepancies(tx, { paymentId: payment.id, refundId: null, reference: capture.reference }, settler);
      if (decision.kind === 'pays') paying.push(locked);
      else await refundUnneeded(tx, locked, decision.reason);
    }
  }
  return paying.length > 0 ? applyCaptures(tx, paying) : new Map();
};

/** Tx step on locked orders: captures that `decideCapture` lets pay pay their orders, or one edit, which is then the only capture. */
export const applyCaptures = async (tx: Tx, captures: readonly LockedCapture[]): Promise<Map<OrderRow, Confirmation>> => {
  await takeCaptures(tx, captures, false);
  const paid = captures.flatMap(({ order, payment }) => (payment.orderEditId === null ? [{ order, actor: settler }] : []));
  const confirmed = await confirmOrders(tx, paid);
  for (const { order, payment } of captures) if (payment.orderEditId !== null) await payEdit(tx, order);
  for (const _ of captures) tx.failpoints.reach('settle.inside');
  return confirmed;
};

const takeCaptures = async (tx: Tx, captures: readonly PaymentCapture[], superseded: boolean): Promise<void> => {
  await recordCaptures(tx, captures, superseded);
  for (const { payment } of captures) tx.outbox.add('payment.captured', payment.id, paymentFacts(payment));
};

/** The pending edit of a locked order takes effect; its invoice is over the difference. */
const payEdit = async (tx: Tx, order: OrderRow): Promise<void> => {
  const edit = await findOpenEdit(tx, order.id);
  if (!edit) throw new Error(`Order ${order.id} has no edit that waits for its payment`);
  await applyEdit(tx, order, edit, settler);
  const { totals, totalsBefore, differenceCents: totalCents } = edit.plan;
  // Tax may have decreased although the total has increased.
  const taxCents = totals.taxCents - totalsBefore.taxCents;
  await issueInvoices(tx, [{ ...order, totalCents, taxCents, orderEditId: edit.id }]);
};

/** Records a capture that nothing waits for, and refunds it in the same transaction. */
const refundUnneeded = async (
  tx: Tx,
  { order, payment, capture }: LockedCapture,
  reason: Extract<CaptureDecision, { kind: 'unneeded' }>['reason'],
): Promise<void> => {
  // Money beyond the price of the order and its edits must not count as theirs.
  await takeCaptures(tx, [{ payment, capture }], reason !== 'order_cancelled');
  const words = {
    edit_closed: `the change of order ${order.orderNumber} no longer waited for its payment`,
    paid_otherwise: `order ${order.orderNumber} was to be paid another way`,
    order_cancelled: `order ${order.orderNumber} was cancelled when the payment arrived`,
  }[reason];
  const { capturedCents } = capture;
  await createRefund(tx, { ...payment, capturedCents }, capturedCents, words, settler);
  tx.outbox.add('payment.returned', payment.id, { ...paymentFacts(payment), reason });
};

/** Lists a charge of a different amount or currency, or a second charge of one payment, for staff. An undecided payment fails. */
const recordWrongCharge = async (tx: Tx, order: OrderRow, payment: PaymentRow, capture: Capture): Promise<void> => {
  const { amountCents, currency } = payment;
  const { reference } = capture;
  const said = { amountCents: capture.capturedCents, currency: capture.currency };
  await recordDiscrepancy(tx, { paymentId: payment.id, refundId: null, reference, asked: { amountCents, currency }, said });
  if (payment.status !== 'pending') return;
  const [charged, requested] = [formatMoney(said.amountCents, said.currency), formatMoney(amountCents, currency)];
  const detail = `The provider charged ${charged}, but ${requested} was requested.`;
  await failPayment(tx, order, payment, { reference, code: wrongAmount, message: wrongChargeMessage, detail });
};

/** Records that the provider named the charge of another payment, so that nothing is known about this one. */
export const recordForeignCharge = (
  tx: Tx,
  { id }: PaymentRow,
  owner: NonNullable<ChargeRow['owner']>,
  reference: string | null,
): Promise<void> => {
  tx.log.error({ paymentId: id, reference, owner }, 'a provider answered with the charge of another payment');
  const problem = `The provider answered with charge ${reference}, which belongs to payment ${owner.id} of order ${owner.orderNumber}.`;
  return recordSilence(tx, id, problem);
};
