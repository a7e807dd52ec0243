import type { Order } from '@cartwright/contracts';
import type { Core } from '../kernel/index.ts';
import { confirmedPage, describeOrder, pageWithOutcome, readOrderCoalesced } from '../orders/index.ts';
import { chargePayment, paymentDeclined, type Settled } from '../payments/index.ts';
import type { OrderPageRow } from '../read-models/order-page.ts';
import type { Placed } from './placement.ts';

/**
 * Completes a payment attempt and returns the resulting order, from what this request has written or else from a read. Throws
 * `PAYMENT_DECLINED` as the stored outcome of the request.
 */
export const payOrder = async (core: Core, { orderId, paymentId, page }: Placed): Promise<Order> => {
  const { outcome, settled } = paymentId === null ? { outcome: null, settled: null } : await chargePayment(core, paymentId);
  const written = page && (outcome === null ? page : settled && pageAfter(page, settled));
  const order = written ? describeOrder(core, written) : await readOrderCoalesced(core, orderId);
  if (outcome !== 'declined') return order;
  const failed = order.payments.find(({ id }) => id === paymentId);
  const { orderNumber, status, expiresAt, currency, totals } = order;
  throw paymentDeclined({
    order: { orderId, orderNumber, expiresAt },
    orderStatus: status,
    isPaid: status !== 'pending' && status !== 'cancelled',
    amountCents: failed?.amountCents ?? totals.totalCents,
    currency,
    failureMessage: failed?.failureMessage ?? null,
    payWith: 'checkout.retryPayment',
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
