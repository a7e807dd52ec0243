/** Mails about money that was not paid or goes back: cancelled, refunded, payment failed, payment returned. */
import { formatMoney, type EventPayload, type Order } from '@cartwright/contracts';
import { Text } from 'react-email';
import type { RefundedMoney } from '../../orders/index.ts';
import { Layout } from './layout.tsx';
import { cell, Refund, Units, type OrderMail } from './mail-parts.tsx';

export const OrderCancelled = ({
  order,
  shop,
  money,
  isExpired,
}: OrderMail & { readonly money: RefundedMoney; readonly isExpired: boolean }) => (
  <Layout title="Your order was cancelled" preview={`Order ${order.orderNumber} was cancelled`} shop={shop}>
    <Text style={cell}>
      Order <strong>{order.orderNumber}</strong> {isExpired ? 'was not paid in time, so it was cancelled:' : 'was cancelled:'}
    </Text>
    {order.items.map((item) => (
      <Units key={item.id} of={item} quantity={item.quantity} />
    ))}
    {/* An order has an invoice as soon as it is paid. */}
    {order.invoice === null && (
      <Text style={cell}>This order was not paid. If a payment for it still reaches us, we refund the payment.</Text>
    )}
    <Refund money={money} currency={order.currency} />
  </Layout>
);

export const OrderRefunded = ({ order, shop, money }: OrderMail & { readonly money: RefundedMoney | null }) => (
  <Layout title="Your refund is on its way" preview={`A refund for order ${order.orderNumber}`} shop={shop}>
    <Text style={cell}>
      This refund is for order <strong>{order.orderNumber}</strong>.
    </Text>
    <Refund money={money} currency={order.currency} />
  </Layout>
);

const retryHint = (order: Order): string => {
  if (order.status === 'pending' && order.expiresAt)
    return `We hold your items until ${order.expiresAt.slice(11, 16)} UTC. Until then you can pay with another payment method.`;
  return order.status === 'cancelled'
    ? 'The order was cancelled. You can order again with another payment method.'
    : 'You can order again with another payment method.';
};

/** The store credit of an order that its last declined payment cancelled. */
const restoredTo = (order: Order): RefundedMoney => {
  const creditCents =
    order.cancellationReason === 'payment_failed' ? order.credits.reduce((sum, { returnedCents }) => sum + returnedCents, 0) : 0;
  return { refundCents: creditCents, creditCents };
};

export const PaymentFailed = ({ order, shop, isWrongAmount }: OrderMail & { readonly isWrongAmount: boolean }) => (
  <Layout title="Your payment failed" preview={`Order ${order.orderNumber} was not paid`} shop={shop}>
    <Text style={cell}>
      The payment of {formatMoney(order.totals.totalCents - order.storeCreditCents, order.currency)} for order{' '}
      <strong>{order.orderNumber}</strong>{' '}
      {isWrongAmount ? 'failed, because the payment provider charged a different amount.' : 'was declined.'}
    </Text>
    <Text style={cell}>
      {isWrongAmount ? 'We are checking the charge and will refund it if the order does not need it.' : 'You were not charged.'}{' '}
      {retryHint(order)}
    </Text>
    <Refund money={restoredTo(order)} currency={order.currency} />
  </Layout>
);

type Reason = EventPayload<'payment.returned'>['reason'];
const whyReturned: Record<Reason, (orderNumber: string) => string> = {
  order_cancelled: (number) => `A payment for order ${number} reached us after the order was cancelled or had expired.`,
  paid_otherwise: (number) => `A payment for order ${number} reached us after the order was already paid.`,
  edit_closed: (number) => `A payment for the edit of order ${number} reached us after the edit was closed.`,
  wrong_amount: (number) => `The payment provider charged a wrong amount for order ${number}.`,
};

export const PaymentReturned = ({
  order,
  shop,
  amount,
  reason,
}: OrderMail & { readonly amount: string | null; readonly reason: Reason }) => (
  <Layout title="Your payment is being refunded" preview={`A refund for order ${order.orderNumber}`} shop={shop}>
    <Text style={cell}>{whyReturned[reason](order.orderNumber)}</Text>
    <Text style={cell}>
      We refund <strong>{amount ?? 'it'}</strong> to your payment method. Your bank may take a few days to show it.
    </Text>
  </Layout>
);
