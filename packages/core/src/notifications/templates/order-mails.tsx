/** Mails about an order: confirmed, shipped, payment failed, payment returned. */
import { formatMoney, type Order } from '@cartwright/contracts';
import { Link, Text } from 'react-email';
import { Layout } from './layout.tsx';
import { cell, Lines, type OrderMail } from './mail-parts.tsx';

export const OrderConfirmation = ({ order, store }: OrderMail) => (
  <Layout
    title={order.shippingAddress ? `Thank you, ${order.shippingAddress.firstName}` : 'Thank you'}
    preview={`Order ${order.orderNumber} is confirmed`}
    store={store}
  >
    <Text style={cell}>
      We have received your payment for order <strong>{order.orderNumber}</strong> and are preparing your order.
    </Text>
    <Lines order={order} />
    {order.invoice && <Text style={cell}>Your invoice number is {order.invoice.number}.</Text>}
  </Layout>
);

export const OrderShipped = ({ order, store, shipment }: OrderMail & { readonly shipment: Order['shipments'][number] }) => {
  const packed = new Map(shipment.items.map((line) => [line.orderItemId, line.quantity]));
  const isPart = shipment.items.reduce((units, line) => units + line.quantity, 0) < order.itemCount;
  return (
    <Layout
      title={isPart ? 'Part of your order is on its way' : 'Your order is on its way'}
      preview={`Order ${order.orderNumber} was handed to ${shipment.carrier}`}
      store={store}
    >
      <Text style={cell}>
        Order <strong>{order.orderNumber}</strong> was handed to {shipment.carrier}. Tracking number:{' '}
        <strong>{shipment.trackingNumber}</strong>
      </Text>
      {order.items.map((item) => {
        const quantity = packed.get(item.id);
        return quantity ? (
          <Text key={item.id} style={cell}>
            {quantity} × {item.productName}
            {item.variantTitle ? ` (${item.variantTitle})` : ''}
          </Text>
        ) : null;
      })}
      {order.shippedCount < order.itemCount && <Text style={cell}>The rest of your order will follow in another parcel.</Text>}
      {shipment.trackingUrl && (
        <Text style={cell}>
          <Link href={shipment.trackingUrl}>Track your parcel</Link>
        </Text>
      )}
    </Layout>
  );
};

const retryHint = (order: Order): string =>
  order.status === 'pending' && order.expiresAt
    ? `We hold your items until ${order.expiresAt.slice(11, 16)} UTC. Until then you can pay with another payment method.`
    : 'You can order again with another payment method.';

export const PaymentFailed = ({ order, store }: OrderMail) => (
  <Layout title="Your payment failed" preview={`Order ${order.orderNumber} was not paid`} store={store}>
    <Text style={cell}>
      The payment of {formatMoney(order.totals.totalCents - order.storeCreditCents, order.currency)} for order{' '}
      <strong>{order.orderNumber}</strong> was declined.
    </Text>
    <Text style={cell}>You were not charged. {retryHint(order)}</Text>
  </Layout>
);

export const PaymentReturned = ({ order, store }: OrderMail) => (
  <Layout title="Your payment is being refunded" preview={`A payment for order ${order.orderNumber} arrived too late`} store={store}>
    <Text style={cell}>
      {order.status === 'cancelled'
        ? `A payment for order ${order.orderNumber} reached us after the order was cancelled or had expired.`
        : `A payment for order ${order.orderNumber} reached us after the order was already paid.`}{' '}
      We are refunding it. Your bank may take a few days to show it.
    </Text>
  </Layout>
);
