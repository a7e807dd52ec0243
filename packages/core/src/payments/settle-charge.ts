import type { PaymentId } from '@cartwright/contracts';
import { lockStockOfOrders } from '../inventory/index.ts';
import {
  groupedStep,
  lockedElsewhere,
  notFound,
  onlyAnswer,
  type Answer,
  type ChargeOutcome,
  type LockWaitPolicy,
  type Tx,
  patientQueue,
} from '../kernel/index.ts';
import { lockOrdersOfPayments, type Confirmation, type OrderRow } from '../orders/index.ts';
import { declinedMessage } from './declined-charge.ts';
import { failPayment, type Failure } from './fail-payment.ts';
import { sealAction } from './payment.action.ts';
import { lockCharges } from './payment.locks.ts';
import { paymentFacts, type ChargeRow, type PaymentRow } from './payment.row.ts';
import { recordAction, recordUndecided, recordVoid } from './payment.store.ts';
import { recordForeignCharge, settleCaptures, type LockedCapture } from './settle-captures.ts';

/** The outcome of a charge, to be settled. */
export interface Settlement {
  readonly paymentId: PaymentId;
  readonly outcome: ChargeOutcome;
}
/** A settlement whose order and payment are locked. */
export interface LockedSettlement {
  readonly order: OrderRow;
  readonly payment: ChargeRow;
  readonly outcome: ChargeOutcome;
}

/** What a settlement wrote that its buyer sees: the order was confirmed, its payment failed, or it is still undecided. */
export interface Settled {
  /** The version of the order before. */
  readonly orderVersion: Date;
  readonly written: { readonly confirmation: Confirmation } | { readonly failure: Failure } | { readonly needsAction: boolean };
}

/**
 * The one place where the outcome of a charge changes the state of the shop, whatever its source: the request of the
 * buyer, a webhook, or reconciliation. The state of the payment guards it, so that a second outcome changes nothing.
 * - captured: `decideCapture` says what it means. The order is confirmed, its stock sold, its invoice issued, or its edit takes effect;
 *   money that is no longer needed is refunded
 * - declined: the payment failed; the order stays pending with its units, for another attempt within its retry window.
 *   After the last allowed decline the order is cancelled and its units are released
 * - action: the provider waits for the buyer
 * - voided: the charge was cancelled before it was captured
 * - pending: only the provider's reference is kept
 *
 * It never throws for an outcome. A capture of a different amount or currency pays no order: the payment fails, and
 * staff get a discrepancy. The charge of another payment leaves this one undecided and records the problem. The answer is what was
 * written, as far as `Settled` says it.
 */
export const settleCharges = async (
  tx: Tx,
  settlements: readonly Settlement[],
  waitPolicy: LockWaitPolicy,
): Promise<Answer<Settled | null>[]> => {
  const orders = new Set<OrderRow>();
  const ready = (await lockSettlements(tx, settlements, waitPolicy)).map((locked) => {
    if (!locked || (waitPolicy.skipLocked && (orders.has(locked.order) || isAlone(locked)))) return null;
    orders.add(locked.order);
    return locked;
  });
  const settled = await settleLocked(
    tx,
    ready.filter((locked) => locked !== null),
  );
  return ready.map((locked) => (locked ? (settled.get(locked.order) ?? null) : lockedElsewhere));
};

/**
 * Whether a settlement needs rows that are not locked for a batch: those that an edit moves, and the credit that a last decline restores.
 * (Of two settlements of one order the second is left out too: it needs the rows that the first has written.)
 */
const isAlone = ({ order, payment, outcome }: LockedSettlement): boolean =>
  payment.orderEditId !== null || (outcome.status === 'declined' && order.storeCreditCents > 0);

/** `settleCharges` for one, waiting for its rows. */
export const settleCharge = async (tx: Tx, paymentId: PaymentId, outcome: ChargeOutcome): Promise<void> => {
  onlyAnswer(await settleCharges(tx, [{ paymentId, outcome }], { skipLocked: false }));
};

/**
 * Settles a charge; concurrent ones share a transaction. All settlements end at the row that numbers invoices, so they can only be written
 * one after the other; together they share its flush. A locked order or payment is skipped; only stock is waited for.
 */
export const settleOutcome = groupedStep<Settlement, Settled | null>({
  maxBatch: 32,
  ...patientQueue,
  step: settleCharges,
});

/**
 * Locks every row of settlements, kind by kind, before the first one locks the series of invoices: orders, payments, and the stock of
 * several orders. Null for an order that another transaction has locked. Throws `NOT_FOUND` when it waits for one.
 */
const lockSettlements = async (
  tx: Tx,
  settlements: readonly Settlement[],
  waitPolicy: LockWaitPolicy,
): Promise<(LockedSettlement | null)[]> => {
  const orders = await lockOrdersOfPayments(
    tx,
    settlements.map(({ paymentId }) => paymentId),
    waitPolicy,
  );
  const orderOf = new Map(orders.map((order) => [order.id, order]));
  const orderIds = [...orderOf.keys()];
  const named = settlements.map(({ paymentId, outcome: { reference } }) => ({ paymentId, reference }));
  const payments = new Map((await lockCharges(tx, orderIds, named)).map((payment) => [payment.place, payment]));
  if (settlements.length > 1) await lockStockOfOrders(tx, orderIds);
  return settlements.map(({ outcome }, i) => {
    const payment = payments.get(i + 1);
    const order = payment && orderOf.get(payment.orderId);
    if (order) return { order, payment, outcome };
    if (waitPolicy.skipLocked) return null;
    throw notFound('This payment');
  });
};

/** Locks the order and the payment of one settlement, waiting for them, for a caller that looks at the payment before it is settled. */
export const lockSettlement = async (tx: Tx, settlement: Settlement): Promise<LockedSettlement> => {
  const [locked] = await lockSettlements(tx, [settlement], { skipLocked: false });
  if (!locked) throw notFound('This payment');
  return locked;
};

/**
 * `settleCharges` for callers that have locked orders, one settlement of each, and then their payments. Returns what was written of each
 * order; an order of which `Settled` cannot say it is missing.
 */
export const settleLocked = async (tx: Tx, settlements: readonly LockedSettlement[]): Promise<Map<OrderRow, Settled>> => {
  const captures: LockedCapture[] = [];
  const settled = new Map<OrderRow, Settled>();
  const note = (order: OrderRow, written: Settled['written'] | null): void => {
    if (written) settled.set(order, { orderVersion: order.updatedAt, written });
  };
  for (const settlement of settlements) {
    const { order, payment, outcome } = settlement;
    if (outcome.status === 'captured') captures.push({ order, payment, capture: outcome });
    else {
      const written = await settleUncaptured(tx, settlement);
      // The buyer sees the attempt that has replaced this one as well.
      note(order, payment.superseded ? null : written);
    }
  }
  for (const [order, confirmation] of await settleCaptures(tx, captures)) note(order, { confirmation });
  return settled;
};

const settleUncaptured = async (tx: Tx, { order, payment, outcome }: LockedSettlement): Promise<Settled['written'] | null> => {
  if (payment.owner) await recordForeignCharge(tx, payment, payment.owner, outcome.reference);
  else if (payment.status !== 'pending') return null;
  else if (outcome.status === 'voided') await recordVoid(tx, payment, outcome.reference);
  else if (outcome.status === 'action') {
    await settleAction(tx, payment, outcome);
    return { needsAction: true };
  } else if (outcome.status === 'pending') {
    await recordUndecided(tx, payment, outcome.reference);
    return { needsAction: false };
  } else if (outcome.status === 'declined') {
    const { reference, code, message: detail } = outcome;
    return { failure: await failPayment(tx, order, payment, { reference, code, message: declinedMessage, detail }) };
  }
  return null;
};

const settleAction = async (
  tx: Tx,
  payment: PaymentRow,
  { reference, url, clientSecret }: Extract<ChargeOutcome, { status: 'action' }>,
): Promise<void> => {
  await recordAction(tx, payment, reference, sealAction(tx, payment.id, { url, clientSecret }));
  if (payment.gatewayPhase !== 'action') tx.outbox.add('payment.requires_action', payment.id, paymentFacts(payment));
};
