/** Mails about returns: requested, approved, rejected, in transit, received. */
import { formatMoney, type Order, type OrderReturn } from '@cartwright/contracts';
import { Text } from 'react-email';
import { Layout } from './layout.tsx';
import { cell, type OrderMail } from './mail-parts.tsx';

interface ReturnMail extends OrderMail {
  readonly back: OrderReturn;
}
const texts = {
  requested: {
    title: 'We received your return request',
    text: (order: Order) =>
      `You asked to return items of order ${order.orderNumber}. We will check your request and write to you again. Please keep the items until then:`,
  },
  approved: {
    title: 'Your return is approved',
    text: (order: Order) =>
      `Your return for order ${order.orderNumber} is approved. Please send these items back. We refund them when they arrive:`,
  },
  rejected: {
    title: 'Your return is not approved',
    text: (order: Order) => `We cannot accept your return of these items of order ${order.orderNumber}:`,
  },
  in_transit: {
    title: 'Your order was cancelled',
    text: (order: Order) =>
      `Order ${order.orderNumber} was cancelled and we are refunding it. These items were already shipped. If they reach you, please send them back:`,
  },
  received: {
    title: 'We received your return',
    text: (order: Order) => `We received these items of your return for order ${order.orderNumber}:`,
  },
} as const;

const Items = ({ order, back }: Pick<ReturnMail, 'order' | 'back'>) =>
  back.items.map(({ orderItemId, quantity, receivedQuantity }) => {
    const item = order.items.find(({ id }) => id === orderItemId);
    return (
      <Text key={orderItemId} style={cell}>
        {back.status === 'received' ? receivedQuantity : quantity} × {item?.productName}
        {item?.variantTitle ? ` (${item.variantTitle})` : ''}
      </Text>
    );
  });

/** `step`: the event that the mail reports. The return may have a later state when the mail is rendered. */
export const ReturnMailFor = ({ order, back, store, step }: ReturnMail & { readonly step: keyof typeof texts }) => {
  const { title, text } = texts[step];
  return (
    <Layout title={title} preview={`Return for order ${order.orderNumber}`} store={store}>
      <Text style={cell}>{text(order)}</Text>
      <Items order={order} back={back} />
      {step !== 'requested' && back.decisionNote && <Text style={cell}>{back.decisionNote}</Text>}
      {step === 'received' && back.refundCents > 0 && (
        <Text style={cell}>
          We refund <strong>{formatMoney(back.refundCents, order.currency)}</strong> to your payment method. Your bank may take a few days
          to show it.
        </Text>
      )}
    </Layout>
  );
};
