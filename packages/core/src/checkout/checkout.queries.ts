/** What a buyer polls between placing an order and paying it. */
import type { PaymentStatus, ShopContract } from '@cartwright/contracts';
import type { z } from 'zod';
import type { Actor, Core } from '../kernel/index.ts';
import { assertMaySee, getOrderRow, type OrderRow } from '../orders/index.ts';
import { findPaymentAction } from '../payments/index.ts';
import { readOrderPayment } from '../read-models/order-payment.ts';

type C = ShopContract['checkout']['status'];
type State = z.output<C['output']>['state'];

const stateOf = (order: OrderRow, last: PaymentStatus | null, waits: boolean): State => {
  if (order.status === 'cancelled') return 'closed';
  if (order.paid) return 'paid';
  if (waits) return 'action_required';
  return last === 'failed' || last === 'voided' ? 'declined' : 'processing';
};

/** The state of the payment of an order, for its buyer or for staff. Throws `NOT_FOUND`. */
export const getCheckoutStatus = async (core: Core, actor: Actor, input: z.output<C['input']>): Promise<z.output<C['output']>> => {
  const order = await getOrderRow(core, input.orderId, actor);
  assertMaySee(order, actor);
  const payment = await readOrderPayment(core, order.id);
  const action = order.status === 'pending' ? await findPaymentAction(core, order.id) : null;
  return {
    orderId: order.id,
    orderNumber: order.orderNumber,
    state: stateOf(order, payment?.last ?? null, action !== null),
    action,
    expiresAt: payment?.expiresAt?.toISOString() ?? null,
    currency: order.currency,
    totalCents: order.totalCents,
    dueCents: order.dueCents,
  };
};
