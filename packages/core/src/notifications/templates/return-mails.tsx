/** Mails about returns: requested, approved, rejected, in transit, received. */
import type { Order, OrderItemId, OrderReturn } from '@cartwright/contracts';
import type { ReactNode } from 'react';
import { Text } from 'react-email';
import type { RefundedMoney } from '../../orders/index.ts';
import { Layout } from './layout.tsx';
import { cell, Refund, Units, type OrderMail } from './mail-parts.tsx';

interface ReturnMail extends OrderMail {
  readonly back: OrderReturn;
}
const Items = ({ order, back }: Pick<ReturnMail, 'order' | 'back'>) =>
  back.items.map(({ orderItemId, quantity, receivedQuantity }) => {
    const item = order.items.find(({ id }) => id === orderItemId);
    return item && <Units key={orderItemId} of={item} quantity={back.status === 'received' ? receivedQuantity : quantity} />;
  });

const ReturnLayout = ({ order, back, shop, title, text, children }: ReturnMail & { title: string; text: string; children?: ReactNode }) => (
  <Layout title={title} preview={`Return for order ${order.orderNumber}`} shop={shop}>
    <Text style={cell}>{text}</Text>
    <Items order={order} back={back} />
    {children}
  </Layout>
);

// Each mail reports an event. The return may have a later state when the mail is rendered.

export const ReturnRequested = (mail: ReturnMail) => (
  <ReturnLayout
    {...mail}
    title="We received your return request"
    text={
      `You asked to return items of order ${mail.order.orderNumber}. We will check your request and write to you again. ` +
      'Please keep the items until then:'
    }
  />
);

const Note = ({ back }: Pick<ReturnMail, 'back'>) => back.decisionNote && <Text style={cell}>{back.decisionNote}</Text>;

export const ReturnApproved = (mail: ReturnMail) => (
  <ReturnLayout
    {...mail}
    title="Your return is approved"
    text={`Your return for order ${mail.order.orderNumber} is approved. Please send these items back. We refund them when they arrive:`}
  >
    <Note back={mail.back} />
  </ReturnLayout>
);

export const ReturnRejected = (mail: ReturnMail) => (
  <ReturnLayout
    {...mail}
    title="Your return is not approved"
    text={`We cannot accept your return of these items of order ${mail.order.orderNumber}:`}
  >
    <Note back={mail.back} />
  </ReturnLayout>
);

/** Only returns of a cancelled order have `dueAt`: those of units in transit. */
const unitsInTransit = ({ returns }: Order): Map<OrderItemId, number> => {
  const units = new Map<OrderItemId, number>();
  for (const { status, dueAt, items } of returns)
    for (const { orderItemId, quantity, receivedQuantity } of dueAt === null ? [] : items)
      units.set(orderItemId, (units.get(orderItemId) ?? 0) + (status === 'received' ? receivedQuantity : quantity));
  return units;
};

export const ReturnInTransit = ({ order, shop, money }: OrderMail & { readonly money: RefundedMoney | null }) => {
  const units = unitsInTransit(order);
  return (
    <Layout title="Your order was cancelled" preview={`Order ${order.orderNumber} was cancelled`} shop={shop}>
      <Text style={cell}>
        Order {order.orderNumber} was cancelled. These items were already shipped. If they reach you, please send them back:
      </Text>
      {order.items.map((item) => {
        const quantity = units.get(item.id);
        return quantity ? <Units key={item.id} of={item} quantity={quantity} /> : null;
      })}
      <Refund money={money} currency={order.currency} />
    </Layout>
  );
};

export const ReturnReceived = (mail: ReturnMail & { readonly creditCents: number }) => (
  <ReturnLayout
    {...mail}
    title="We received your return"
    text={`We received these items of your return for order ${mail.order.orderNumber}:`}
  >
    <Note back={mail.back} />
    <Refund money={{ refundCents: mail.back.refundCents, creditCents: mail.creditCents }} currency={mail.order.currency} />
  </ReturnLayout>
);
