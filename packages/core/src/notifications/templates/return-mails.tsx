/** Mails about goods on their way back: asked for, agreed to, refused, arrived. */
import { formatMoney, type Order, type OrderReturn } from '@cartwright/contracts';
import { Text } from 'react-email';
import { Layout } from './layout.tsx';
import { cell, type OrderMail } from './mail-parts.tsx';

interface ReturnMail extends OrderMail {
  readonly back: OrderReturn;
}
const words = {
  requested: {
    title: 'We have your return request',
    text: (order: Order) =>
      `You would like to send back a part of order ${order.orderNumber}. We look at it and write to you again; please keep the goods until then.`,
  },
  approved: {
    title: 'Please send the goods back',
    text: (order: Order) => `We agree to your return for order ${order.orderNumber}. Once these have arrived, we give you your money back:`,
  },
  rejected: {
    title: 'We cannot take these goods back',
    text: (order: Order) => `We cannot agree to your return for order ${order.orderNumber}.`,
  },
  in_transit: {
    title: 'Your order was cancelled',
    text: (order: Order) =>
      `Order ${order.orderNumber} was cancelled and its money goes back to you. These goods had left already. If they reach you, please send them back:`,
  },
  received: {
    title: 'Your return has arrived',
    text: (order: Order) => `This has arrived of your return for order ${order.orderNumber}:`,
  },
} as const;

const Goods = ({ order, back }: Pick<ReturnMail, 'order' | 'back'>) =>
  back.items.map(({ orderItemId, quantity, receivedQuantity }) => {
    const item = order.items.find(({ id }) => id === orderItemId);
    return (
      <Text key={orderItemId} style={cell}>
        {back.status === 'received' ? receivedQuantity : quantity} × {item?.productName}
        {item?.variantTitle ? ` (${item.variantTitle})` : ''}
      </Text>
    );
  });

/** `step` is what the mail is about; the return may have gone further when it is written. */
export const ReturnMailFor = ({ order, back, store, step }: ReturnMail & { readonly step: keyof typeof words }) => {
  const { title, text } = words[step];
  return (
    <Layout title={title} preview={`Return for order ${order.orderNumber}`} store={store}>
      <Text style={cell}>{text(order)}</Text>
      <Goods order={order} back={back} />
      {step !== 'requested' && back.decisionNote && <Text style={cell}>{back.decisionNote}</Text>}
      {step === 'received' && back.refundCents > 0 && (
        <Text style={cell}>
          We are giving you <strong>{formatMoney(back.refundCents, order.currency)}</strong> back, the way you paid. Your bank may take a
          few days to show it.
        </Text>
      )}
    </Layout>
  );
};
