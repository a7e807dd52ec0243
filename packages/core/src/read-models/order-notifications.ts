/** What a notification about an order depends on: its buyer, and what the event is about. */
import type { OrderEditId, OrderId, PaymentId, UserId } from '@cartwright/contracts';
import type { ReadOnlyDb } from '../kernel/index.ts';

/** The order, and the payment and the return of the event. */
export interface NotifiedEvent {
  readonly orderId: OrderId;
  readonly paymentId: PaymentId | null;
  readonly returnId: string | null;
}

/** The order of a notification. */
export interface OrderToNotify {
  readonly orderNumber: string;
  readonly emailSealed: string;
  readonly userId: UserId | null;
  /** The edit that the payment is for. */
  readonly paidEdit: OrderEditId | null;
  /** The return was opened by staff. */
  readonly askedByStaff: boolean;
}

/** What the notification about an event of an order depends on; undefined when the order does not exist. */
export const readOrderToNotify = (db: ReadOnlyDb, { orderId, paymentId, returnId }: NotifiedEvent): Promise<OrderToNotify | undefined> =>
  db
    .selectFrom('orders as o')
    .select(({ exists, selectFrom }) => [
      'o.orderNumber',
      'o.emailSealed',
      'o.userId',
      selectFrom('payments as p').select('p.orderEditId').where('p.id', '=', paymentId).as('paidEdit'),
      exists(
        selectFrom('order_returns as b').select('b.id').where('b.id', '=', returnId).where('b.requestedBy', '!~', '^(customer|guest)'),
      ).as('askedByStaff'),
    ])
    .where('o.id', '=', orderId)
    .$narrowType<{ userId: UserId | null; paidEdit: OrderEditId | null; askedByStaff: boolean }>()
    .executeTakeFirst();
