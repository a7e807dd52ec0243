import type { OrderEditId, OrderId, PaymentId, PaymentMethodInput, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { DomainError, hasScope, keyReused, notFound, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { getOrderRow, lockOrder, ownsOrder, type OrderRow } from '../orders/index.ts';
import {
  assertMayTry,
  chargePayment,
  findPaymentAction,
  findPaymentByRequest,
  gatewayFor,
  cancelCharges,
  isMadeWith,
  lockActivePayment,
  paymentDeclined,
  readFailure,
  supersedePayment,
  type PaymentRequest,
} from '../payments/index.ts';
import { findLatestDifference, type EditDifference } from '../read-models/edit-payment.ts';
import { collectDifference, findPaymentMethod, pageOf, startAttempt, startPage } from './collect-difference.ts';
import { findOpenEdit } from './steps/edit.queries.ts';

type C = ShopContract['orders']['payEdit'];
/** How the buyer can pay an edit. */
export type EditPayment = z.output<C['output']>;

/**
 * Pays the pending edit of an order with `payment`, or on the page of the provider, which is opened when there is none.
 * For the buyer, and for staff who need the address of the page. Throws `NOT_FOUND` when the order has no edit,
 * `PAYMENT_DECLINED`, `TOO_MANY_DECLINES`, and `PAYMENT_IN_PROGRESS` while another attempt runs.
 */
export const payEdit = async (core: Core, actor: Actor, input: z.output<C['input']>, ip: string | null = null): Promise<EditPayment> => {
  const order = await getOrderRow(core, input.orderId, actor);
  if (!ownsOrder(order, actor) && !hasScope(actor, 'orders:manage')) throw notFound('This order', order.id, actor);
  if (await payAgain(core, order, input.payment)) return readEditPayment(core, order.id);
  const edit = await latestEdit(core, order.id);
  if (edit.status === 'awaiting_payment')
    await (input.payment ? payWithMethod(core, order, input.payment, ip) : payOnPage(core, order.id, edit.editId));
  return readEditPayment(core, order.id);
};

const latestEdit = async (core: Core, orderId: OrderId): Promise<EditDifference> => {
  const edit = await findLatestDifference(core, orderId);
  if (!edit) throw notFound('An edit of this order');
  return edit;
};

const readEditPayment = async (core: Core, orderId: OrderId): Promise<EditPayment> => {
  const { editId, status, differenceCents, currency, expiresAt } = await latestEdit(core, orderId);
  const action = status === 'awaiting_payment' ? await findPaymentAction(core, orderId, editId) : null;
  return { editId, status, differenceCents, currency, expiresAt: expiresAt.toISOString(), action };
};

/** Continues the current payment attempt; opens a payment page when there is none. */
const payOnPage = async (core: Core, orderId: OrderId, editId: OrderEditId): Promise<void> => {
  await collectDifference(core, editId);
  const { provider } = await findPaymentMethod(core, orderId);
  const page = await transact(core, (tx) => startPage(tx, editId, pageOf(core, provider)));
  if (page) await chargePayment(core, page);
};

/** The key of a request that pays with its own payment method; its payment attempt stores the key permanently. */
const attemptKey = ({ call }: Core): string | null => (call ? `pay-edit|${call.request.requestKey}` : null);

/** Continues the attempt that an earlier request with the same key made; false when there is none. */
const payAgain = async (core: Core, order: OrderRow, payment: PaymentMethodInput | undefined): Promise<boolean> => {
  const key = attemptKey(core);
  const before = key === null ? null : await findPaymentByRequest(core, key);
  if (!before) return false;
  if (before.orderId !== order.id || !payment || !isMadeWith(before, payment)) throw keyReused();
  await charge(core, order, before.id);
  return true;
};

const charge = async (core: Core, order: OrderRow, paymentId: PaymentId): Promise<void> => {
  const { id: orderId } = order;
  if ((await chargePayment(core, paymentId)).outcome !== 'declined') return;
  const edit = await latestEdit(core, orderId);
  const expiresAt = edit.status === 'awaiting_payment' ? edit.expiresAt.toISOString() : null;
  throw paymentDeclined({
    order: { orderId, orderNumber: order.orderNumber, expiresAt },
    orderStatus: order.status,
    isPaid: edit.status === 'applied',
    amountCents: edit.differenceCents,
    currency: edit.currency,
    failureMessage: await readFailure(core, paymentId),
    payWith: 'orders.payEdit',
  });
};

const payWithMethod = async (core: Core, order: OrderRow, payment: PaymentMethodInput, ip: string | null): Promise<void> => {
  const { id: orderId } = order;
  gatewayFor(core, payment.provider);
  await assertMayTry(core, { orderId, ip });
  await cancelCharges(core, orderId);
  const key = attemptKey(core);
  const request = { ip, ...(key !== null && { requestKey: key }) };
  const paymentId = await transact(core, (tx) => replaceAttempt(tx, orderId, payment, request));
  if (paymentId) await charge(core, order, paymentId);
};

/** Tx step; null when the earlier attempt turned out to be paid. */
const replaceAttempt = async (
  tx: Tx,
  orderId: OrderId,
  payment: PaymentMethodInput,
  request: Partial<PaymentRequest>,
): Promise<PaymentId | null> => {
  const order = await lockOrder(tx, orderId);
  const edit = await findOpenEdit(tx, order.id);
  if (!edit) return null;
  const active = await lockActivePayment(tx, order.id, edit.id);
  if (active && (active.gatewayPhase === 'created' || active.gatewayPhase === 'calling'))
    throw new DomainError('PAYMENT_IN_PROGRESS', 'Another payment of this edit is in progress. Try again in a few seconds.', {
      details: { retryAfterSeconds: 2 },
    });
  if (active) await supersedePayment(tx, active.id);
  return startAttempt(tx, order, edit, payment, request);
};
