/** Mails about changes of an order: made, waiting for payment, not made. */
import { formatMoney, type OrderEdit } from '@cartwright/contracts';
import { Button, Link, Text } from 'react-email';
import type { RefundedMoney } from '../../orders/index.ts';
import { Layout } from './layout.tsx';
import { cell, Lines, Refund, type OrderMail } from './mail-parts.tsx';

interface EditMail extends OrderMail {
  readonly edit: OrderEdit;
}
const button = { backgroundColor: '#1f2430', borderRadius: '6px', color: '#ffffff', fontSize: '14px', padding: '12px 20px' } as const;

interface EditedMail extends OrderMail {
  readonly differenceCents: number;
  readonly money: RefundedMoney | null;
}
export const OrderEdited = ({ order, shop, differenceCents, money }: EditedMail) => (
  <Layout title="Your order was edited" preview={`Order ${order.orderNumber} was edited`} shop={shop}>
    <Text style={cell}>
      Order <strong>{order.orderNumber}</strong> now contains:
    </Text>
    <Lines order={order} />
    {differenceCents > 0 && <Text style={cell}>You have paid {formatMoney(differenceCents, order.currency)} for the edit.</Text>}
    {differenceCents === 0 && <Text style={cell}>The price stays the same.</Text>}
    <Refund money={money ?? { refundCents: Math.max(0, -differenceCents), creditCents: 0 }} currency={order.currency} />
  </Layout>
);

const Changes = ({ edit }: Pick<EditMail, 'edit'>) => (
  <>
    {edit.lines.map((line) => (
      <Text key={line.variantId} style={cell}>
        {line.quantity} × {line.productName}
        {line.variantTitle ? ` (${line.variantTitle})` : ''}
        {line.quantityBefore > 0 ? ` instead of ${line.quantityBefore}` : ''}
      </Text>
    ))}
    {edit.changesAddress && <Text style={cell}>The order would go to another address.</Text>}
  </>
);

/** An instant without seconds and time zone. */
const toMinute = (instant: string): string => instant.slice(0, 16).replace('T', ' ');

export const EditPayment = ({ order, edit, shop, link }: EditMail & { readonly link: string }) => (
  <Layout
    title="Please pay for the edit of your order"
    preview={`Order ${order.orderNumber}: ${formatMoney(edit.differenceCents, order.currency)} to pay`}
    shop={shop}
  >
    <Text style={cell}>
      These changes to order <strong>{order.orderNumber}</strong> are ready:
    </Text>
    <Changes edit={edit} />
    {edit.reason && <Text style={cell}>{edit.reason}</Text>}
    <Text style={cell}>
      They cost {formatMoney(edit.differenceCents, order.currency)} more. Please pay until {toMinute(edit.expiresAt)} UTC. Otherwise your
      order stays as it is.
    </Text>
    <Button href={link} style={button}>
      Pay {formatMoney(edit.differenceCents, order.currency)}
    </Button>
    <Text style={cell}>
      Or open this link: <Link href={link}>{link}</Link>
    </Text>
  </Layout>
);

export const EditClosed = ({ order, edit, shop }: EditMail) => (
  <Layout title="Your order was not edited" preview={`Order ${order.orderNumber} was not edited`} shop={shop}>
    <Text style={cell}>
      {edit.status === 'lapsed'
        ? `The edit of order ${order.orderNumber} was not paid in time.`
        : `The edit of order ${order.orderNumber} was withdrawn.`}{' '}
      Nothing was charged for it.
    </Text>
    {order.status !== 'cancelled' && <Lines order={order} />}
  </Layout>
);
