import type { Order, OrderId, PaymentId } from '@cartwright/contracts';
import { DomainError, type Core } from '../kernel/index.ts';
import { readOrderCoalesced } from '../orders/index.ts';
import { chargePayment, readFailure } from '../payments/index.ts';

/**
 * Brings an attempt to pay to its end and answers the order as it is then. Throws `PAYMENT_DECLINED`, as
 * the lasting outcome of the request that made the attempt; the details say until when it can be tried again.
 */
export const payOrder = async (core: Core, orderId: OrderId, paymentId: PaymentId | null): Promise<Order> => {
  const outcome = paymentId === null ? null : await chargePayment(core, paymentId);
  const order = await readOrderCoalesced(core, orderId);
  if (outcome !== 'declined' || paymentId === null) return order;
  throw new DomainError('PAYMENT_DECLINED', await readFailure(core, paymentId), {
    details: { orderId, orderNumber: order.orderNumber, expiresAt: order.expiresAt },
    afterEffect: true,
  });
};
