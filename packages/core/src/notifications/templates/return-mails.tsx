/** Mails about returns: requested, approved, rejected, in transit, received. */
import { formatMoney, type OrderReturn } from '@cartwright/contracts';
import type { ReactNode } from 'react';
import { Text } from 'react-email';
import { Layout } from './layout.tsx';
import { cell, type OrderMail } from './mail-parts.tsx';

interface ReturnMail extends OrderMail {
  readonly back: OrderReturn;
}
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

const ReturnLayout = ({
  order,
  back,
  store,
  title,
  text,
  children,
}: ReturnMail & { title: string; text: string; children?: ReactNode }) => (
  <Layout title={title} preview={`Return for order ${order.orderNumber}`} store={store}>
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
    text={`You asked to return items of order ${mail.order.orderNumber}. We will check your request and write to you again. Please keep the items until then:`}
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

export const ReturnInTransit = (mail: ReturnMail) => (
  <ReturnLayout
    {...mail}
    title="Your order was cancelled"
    text={`Order ${mail.order.orderNumber} was cancelled and we are refunding it. These items were already shipped. If they reach you, please send them back:`}
  >
    <Note back={mail.back} />
  </ReturnLayout>
);

export const ReturnReceived = (mail: ReturnMail) => (
  <ReturnLayout
    {...mail}
    title="We received your return"
    text={`We received these items of your return for order ${mail.order.orderNumber}:`}
  >
    <Note back={mail.back} />
    {mail.back.refundCents > 0 && (
      <Text style={cell}>
        We refund <strong>{formatMoney(mail.back.refundCents, mail.order.currency)}</strong> to your payment method. Your bank may take a
        few days to show it.
      </Text>
    )}
  </ReturnLayout>
);
