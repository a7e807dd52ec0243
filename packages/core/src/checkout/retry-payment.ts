import type { Order, PaymentId, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import { actorKey, DomainError, hasScope, keyReused, notFound, transact, type Actor, type Core, type Tx } from '../kernel/index.ts';
import { getOrderRow, lockOrder, ownsOrder, readOrder, type OrderRow } from '../orders/index.ts';
import {
  assertMayTry,
  createPayment,
  findPaymentByRequest,
  gatewayFor,
  cancelCharges,
  isMadeWith,
  lockActivePayment,
  supersedePayment,
  type PaymentRequest,
} from '../payments/index.ts';
import { readPaymentWindow } from '../read-models/order-payment.ts';
import { assertCurrency } from './currency.policy.ts';
import type { CheckoutCall } from './complete-checkout.ts';
import { payOrder } from './pay-order.ts';

type Input = z.output<ShopContract['checkout']['retryPayment']['input']>;

/**
 * Pays an order that is still unpaid, with the same or another payment method: a new attempt under a new key at the
 * provider. An undecided earlier attempt is cancelled first; when its provider does not respond, a later capture of it
 * is refunded. Throws `PAYMENT_DECLINED`, `TOO_MANY_DECLINES`, `ORDER_EXPIRED`, `ORDER_NOT_PAYABLE` when the order is
 * paid or cancelled, or `PAYMENT_IN_PROGRESS`.
 */
export const retryPayment = async (core: Core, actor: Actor, input: Input, { idempotencyKey, ip = null }: CheckoutCall): Promise<Order> => {
  gatewayFor(core, input.payment.provider);
  const order = await getOrderRow(core, input.orderId, actor);
  if (!ownsOrder(order, actor) && !hasScope(actor, 'orders:manage')) throw notFound('This order', order.id, actor);
  assertCurrency(input.expectedCurrency, order);
  const request = { requestKey: `${actorKey(actor)}|retry|${idempotencyKey}`, ip };
  const before = await findPaymentByRequest(core, request.requestKey);
  if (before) {
    if (before.orderId !== order.id || !isMadeWith(before, input.payment)) throw keyReused();
    return payOrder(core, { orderId: order.id, paymentId: before.id, page: null });
  }
  await assertPayable(core, order);
  await assertMayTry(core, { orderId: order.id, ip });
  await cancelCharges(core, order.id);
  const paymentId = await transact(core, (tx) => startAttempt(tx, input, request));
  return paymentId ? payOrder(core, { orderId: order.id, paymentId, page: null }) : readOrder(core, order.id);
};

/** Tx step; null when the earlier attempt turned out to be paid. */
const startAttempt = async (tx: Tx, input: Input, request: PaymentRequest): Promise<PaymentId | null> => {
  const order = await lockOrder(tx, input.orderId);
  if (order.paid) return null;
  await assertPayable(tx, order);
  const active = await lockActivePayment(tx, order.id);
  if (active) await supersedePayment(tx, active.id);
  return createPayment(tx, order, input.payment, request);
};

/** A call that has just begun must not be cancelled yet, because the charge could still be on its way to the provider. */
const assertPayable = async ({ db, config }: Pick<Core | Tx, 'db' | 'config'>, order: OrderRow): Promise<void> => {
  if (order.status !== 'pending') throw notPayable(order);
  const window = await readPaymentWindow({ db }, order.id, config.gatewayTimeoutMs / 1000 + 5);
  if (window?.expired) throw expired(order);
  if (window?.calling)
    throw new DomainError('PAYMENT_IN_PROGRESS', 'Another payment of this order is in progress. Try again in a few seconds.', {
      details: { retryAfterSeconds: 2 },
    });
};

const expired = ({ orderNumber }: OrderRow): DomainError =>
  new DomainError('ORDER_EXPIRED', `Order ${orderNumber} was not paid in time and has expired. Create a new cart to order again.`);

/** Why an order that no longer waits for its payment cannot be paid, and how to go on. */
const notPayable = (order: OrderRow): DomainError => {
  const { orderNumber, status, cancellationReason } = order;
  if (status === 'cancelled' && cancellationReason === 'expired') return expired(order);
  const cancelled = cancellationReason === 'payment_failed' ? 'was cancelled after too many declined payments' : 'was cancelled';
  const message =
    status === 'cancelled'
      ? `Order ${orderNumber} ${cancelled}. Create a new cart to order again.`
      : `Order ${orderNumber} is already paid. Nothing was charged now, and no other payment is needed.`;
  return new DomainError('ORDER_NOT_PAYABLE', message, { details: { status } });
};
