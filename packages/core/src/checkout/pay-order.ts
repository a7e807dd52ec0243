import type { Order } from '@cartwright/contracts';
import { DomainError, type Core } from '../kernel/index.ts';
import { confirmedPage, describeOrder, pageWithOutcome, readOrderCoalesced } from '../orders/index.ts';
import { chargePayment, declinedMessage, type Settled } from '../payments/index.ts';
import type { OrderPageRow } from '../read-models/order-page.ts';
import type { Placed } from './placement.ts';

/** The message for the last permitted decline, which cancels the order. */
const lastDecline = 'The payment was declined, and the order was cancelled. Create a new cart to order again.';

/**
 * Completes a payment attempt and returns the resulting order, from what this request has written or else from a read. Throws
 * `PAYMENT_DECLINED` as the stored outcome of the request; the details say until when a retry is possible, null when the order was
 * cancelled.
 */
export const payOrder = async (core: Core, { orderId, paymentId, page }: Placed): Promise<Order> => {
  const { outcome, settled } = paymentId === null ? { outcome: null, settled: null } : await chargePayment(core, paymentId);
  const written = page && (outcome === null ? page : settled && pageAfter(page, settled));
  const order = written ? describeOrder(core, written) : await readOrderCoalesced(core, orderId);
  if (outcome !== 'declined') return order;
  const failed = order.payments.find(({ id }) => id === paymentId);
  throw new DomainError('PAYMENT_DECLINED', order.status === 'cancelled' ? lastDecline : (failed?.failureMessage ?? declinedMessage), {
    details: { orderId, orderNumber: order.orderNumber, expiresAt: order.expiresAt },
    afterEffect: true,
  });
};

/** The page of a new order after its settlement; null when the order changed in between, and when it was cancelled. */
const pageAfter = (page: OrderPageRow, { orderVersion, written }: Settled): OrderPageRow | null => {
  if (orderVersion.getTime() !== page.updatedAt.getTime()) return null;
  if ('needsAction' in written) return pageWithOutcome(page, written);
  if ('confirmation' in written) {
    const { confirmation } = written;
    // The capture is recorded in the transaction that confirms the order, at the same time.
    const capturedAt = confirmation.confirmedAt.toISOString();
    return confirmedPage(pageWithOutcome(page, { status: 'captured', capturedAt }), confirmation);
  }
  const { decline, isCancelled, newExpiry } = written.failure;
  if (isCancelled) return null;
  const failed = pageWithOutcome(page, { status: 'failed', failureMessage: decline.message, failureCode: decline.code });
  return { ...failed, ...newExpiry };
};
