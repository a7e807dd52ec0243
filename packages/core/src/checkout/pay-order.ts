import type { Order } from '@cartwright/contracts';
import { DomainError, type Core } from '../kernel/index.ts';
import { describeOrder, readOrderCoalesced } from '../orders/index.ts';
import { chargePayment, readFailure } from '../payments/index.ts';
import type { Placed } from './placement.ts';

/** The message for the last permitted decline, which cancels the order. */
const lastDecline = 'The payment was declined, and the order was cancelled. Create a new cart to order again.';

/**
 * Completes a payment attempt and returns the resulting order. Throws `PAYMENT_DECLINED` as the stored outcome of the
 * request; the details say until when a retry is possible, null when the order was cancelled.
 */
export const payOrder = async (core: Core, { orderId, paymentId, page }: Placed): Promise<Order> => {
  if (paymentId === null && page) return describeOrder(core, page);
  const outcome = paymentId === null ? null : await chargePayment(core, paymentId);
  const order = await readOrderCoalesced(core, orderId);
  if (outcome !== 'declined' || paymentId === null) return order;
  const message = order.status === 'cancelled' ? lastDecline : await readFailure(core, paymentId);
  throw new DomainError('PAYMENT_DECLINED', message, {
    details: { orderId, orderNumber: order.orderNumber, expiresAt: order.expiresAt },
    afterEffect: true,
  });
};
