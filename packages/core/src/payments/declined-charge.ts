/** How a payment that was declined, or that may not be tried, is answered: the same details and texts wherever it was made. */
import { formatMoney, type ErrorDetails, type OrderStatus } from '@cartwright/contracts';
import { DomainError, nameCall, type Reader } from '../kernel/index.ts';
import { findEditDifference } from '../read-models/edit-payment.ts';
import { readOrderPayment } from '../read-models/order-payment.ts';
import type { PaymentRow } from './payment.row.ts';

/** The details of the answer: the order, and how long it can be paid in another way. */
export type DeclinedOrder = ErrorDetails<'PAYMENT_DECLINED'>;

/** The only reason that a buyer sees. The reason of the issuer would tell somebody with stolen cards which of them work. */
export const declinedMessage = 'The payment was declined. Try again, or use another payment method.';

/** A declined charge, and the call that pays in another way. */
export interface DeclinedCharge {
  readonly order: DeclinedOrder;
  readonly orderStatus: OrderStatus;
  /** Whether another payment has paid it since. */
  readonly isPaid: boolean;
  readonly amountCents: number;
  readonly currency: string;
  /** The message of the payment for the buyer; null when it has none. */
  readonly failureMessage: string | null;
  readonly payWith: 'checkout.retryPayment' | 'orders.payEdit';
}

/** The error for a declined charge, the stored outcome of its request. */
export const paymentDeclined = (charge: DeclinedCharge, replayed = false): DomainError =>
  new DomainError('PAYMENT_DECLINED', describeDecline(charge), { details: charge.order, afterEffect: true, replayed });

const describeDecline = ({ order, orderStatus, isPaid, amountCents, currency, failureMessage, payWith }: DeclinedCharge): string => {
  const payment = `The payment of ${formatMoney(amountCents, currency)} for order ${order.orderNumber}`;
  if (orderStatus === 'cancelled') return `${payment} was declined, and the order was cancelled. Place a new order to buy again.`;
  const failed = failureMessage === null || failureMessage === declinedMessage ? `${payment} was declined.` : failureMessage;
  if (isPaid) return `${failed} Another payment has paid for the order since.`;
  if (order.expiresAt === null) return `${failed} It can no longer be paid.`;
  return `${failed} Try again, or use another payment method, before ${order.expiresAt}: call ${nameCall(payWith)}.`;
};

/** What has too many declines: an order for good, a network address for an hour. */
type DeclineLimit = 'order' | 'address';
const texts: Readonly<Record<DeclineLimit, string>> = {
  order: 'Too many payments of this order were declined. Ask the shop for another way to pay.',
  address: 'Too many payments from this network address were declined. Try again in an hour, or ask the shop for another way to pay.',
};

/**
 * The error for too many declines, with the order if one stands unpaid. It says nothing about cards, because it may be shown to somebody
 * who tests stolen card numbers.
 */
export const tooManyDeclines = (limit: DeclineLimit, order?: DeclinedOrder, replayed = false): DomainError =>
  new DomainError('TOO_MANY_DECLINES', texts[limit], { ...(order && { details: order, afterEffect: true }), replayed });

/** The order of a payment that was not made, as it can still be paid. */
export const readUnpaidOrder = async (
  reader: Pick<Reader, 'db'>,
  { orderId, orderNumber, orderStatus, orderEditId }: PaymentRow,
): Promise<DeclinedOrder> => {
  const [due, payable] = orderEditId
    ? await findEditDifference(reader, orderEditId).then((edit) => [edit, edit?.status === 'awaiting_payment'] as const)
    : [await readOrderPayment(reader, orderId), orderStatus === 'pending'];
  return { orderId, orderNumber, expiresAt: payable ? (due?.expiresAt?.toISOString() ?? null) : null };
};
