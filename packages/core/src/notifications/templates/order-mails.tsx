/** Mails about an order: confirmed, shipped. */
import type { Order } from '@cartwright/contracts';
import { Link, Text } from 'react-email';
import { Layout } from './layout.tsx';
import { cell, Lines, Units, type OrderMail } from './mail-parts.tsx';

export const OrderConfirmation = ({ order, shop }: OrderMail) => (
  <Layout
    title={order.shippingAddress ? `Thank you, ${order.shippingAddress.firstName}` : 'Thank you'}
    preview={`Order ${order.orderNumber} is confirmed`}
    shop={shop}
  >
    <Text style={cell}>
      We have received your payment for order <strong>{order.orderNumber}</strong> and are preparing your order.
    </Text>
    <Lines order={order} />
    <SoldAhead order={order} />
    {order.invoice && <Text style={cell}>Your invoice number is {order.invoice.number}.</Text>}
  </Layout>
);

/** Says which units are sent later, because they have not arrived yet. */
const SoldAhead = ({ order }: Pick<OrderMail, 'order'>) => {
  const waiting = order.items.filter(({ backorderedQuantity }) => backorderedQuantity > 0);
  if (waiting.length === 0) return null;
  return (
    <>
      <Text style={cell}>These are not in stock yet. We send them as soon as they arrive:</Text>
      {waiting.map((item) => (
        <Units key={item.id} of={item} quantity={item.backorderedQuantity} />
      ))}
    </>
  );
};

type Parcel = OrderMail & { readonly shipment: Order['shipments'][number]; readonly isPart: boolean };

export const OrderShipped = ({ order, shop, shipment, isPart }: Parcel) => {
  const packed = new Map(shipment.items.map((line) => [line.orderItemId, line.quantity]));
  return (
    <Layout
      title={isPart ? 'Part of your order is on its way' : 'Your order is on its way'}
      preview={`Order ${order.orderNumber} was handed to ${shipment.carrier}`}
      shop={shop}
    >
      <Text style={cell}>
        Order <strong>{order.orderNumber}</strong> was handed to {shipment.carrier}. Tracking number:{' '}
        <strong>{shipment.trackingNumber}</strong>
      </Text>
      {order.items.map((item) => {
        const quantity = packed.get(item.id);
        return quantity ? <Units key={item.id} of={item} quantity={quantity} /> : null;
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
