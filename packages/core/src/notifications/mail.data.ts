/** What a mail is about, and the data that is loaded for it. */
import type {
  CancellationReason,
  Currency,
  EventName,
  EventPayload,
  Order,
  OrderEdit,
  OrderEditId,
  OrderId,
  OrderReturn,
  OrderReturnId,
  PaymentId,
} from '@cartwright/contracts';
import { eventPayloads, formatMoney, type ShipmentId, type UserId } from '@cartwright/contracts';
import { findRecipient } from '../accounts/index.ts';
import type { Core } from '../kernel/index.ts';
import { editLink } from '../order-edits/index.ts';
import { nothingRefunded, readOrderCoalesced, type RefundedMoney } from '../orders/index.ts';

/**
 * The subject of a mail about an order: ids, amounts, and words of the contract such as a reason. No personal data. Each field is the field
 * of the event with the same name.
 */
export interface OrderSubject {
  readonly orderId: OrderId;
  readonly shipmentId?: ShipmentId;
  readonly returnId?: OrderReturnId;
  readonly editId?: OrderEditId;
  readonly differenceCents?: number;
  readonly amountCents?: number;
  readonly refundCents?: number;
  readonly creditCents?: number;
  readonly currency?: Currency;
  readonly reason?: string;
  readonly cause?: string;
}
/** What a mail is about. It is stored with the notification, so the fields of an earlier version keep their names. */
export type MailSubject = OrderSubject | { readonly userId: UserId };

interface OrderData {
  readonly order: Order;
}
interface OrderFields {
  readonly orderId: OrderId;
}

type MoneyFields = OrderFields & RefundedMoney & { readonly currency: Currency };
type PaymentFields = OrderFields & { readonly amountCents: number; readonly currency: Currency };
type ReturnReason = EventPayload<'payment.returned'>['reason'];
const returnReasons = eventPayloads['payment.returned'].shape.reason.options;

/** For each kind of data: the fields that the event must have, and what the subject line and the template get. */
interface Needs {
  readonly order: { event: OrderFields; data: OrderData };
  readonly parcel: {
    event: OrderFields & { readonly shipmentId: ShipmentId };
    /** `isPart`: the parcel has fewer units than the order, whatever was sent since. */
    data: OrderData & { readonly shipment: Order['shipments'][number]; readonly isPart: boolean };
  };
  readonly return: { event: OrderFields & { readonly returnId: OrderReturnId }; data: OrderData & { readonly back: OrderReturn } };
  readonly receivedReturn: {
    event: MoneyFields & { readonly returnId: OrderReturnId };
    data: OrderData & { readonly back: OrderReturn; readonly creditCents: number };
  };
  /** `money` is null for a notification of an earlier version, which did not name it. */
  readonly priceDifference: {
    event: MoneyFields & { readonly differenceCents: number };
    data: OrderData & { readonly differenceCents: number; readonly money: RefundedMoney | null };
  };
  readonly refundedMoney: { event: MoneyFields; data: OrderData & { readonly money: RefundedMoney | null } };
  readonly cancellation: {
    event: MoneyFields & { readonly reason: CancellationReason };
    data: OrderData & { readonly money: RefundedMoney; readonly isExpired: boolean };
  };
  readonly failedPayment: { event: PaymentFields & { readonly cause: string }; data: OrderData & { readonly isWrongAmount: boolean } };
  /** `amount` is null for a notification of an earlier version, which did not name it. */
  readonly returnedPayment: {
    event: PaymentFields & { readonly reason: ReturnReason };
    data: OrderData & { readonly amount: string | null; readonly reason: ReturnReason };
  };
  /** `link` is the page on which the buyer pays the edit. */
  readonly edit: {
    event: OrderFields & ({ readonly editId: OrderEditId } | { readonly paymentId: PaymentId });
    data: OrderData & { readonly edit: OrderEdit; readonly link: string };
  };
  /** `firstName` is empty if it cannot be read. */
  readonly account: { event: { readonly userId: UserId }; data: { readonly firstName: string } };
}
/** What a mail is about. */
export type MailNeed = keyof Needs;
/** The data of a mail. */
export type MailData<N extends MailNeed> = Needs[N]['data'];

/** The events that name everything that a kind of data needs. */
export type EventFor<N extends MailNeed> = { [E in EventName]: EventPayload<E> extends Needs[N]['event'] ? E : never }[EventName];

type Loaders = { readonly [N in MailNeed]: (core: Core, about: MailSubject) => Promise<MailData<N>> };

const orderOf = async (core: Core, about: MailSubject): Promise<{ order: Order; ids: OrderSubject }> => {
  if (!('orderId' in about)) throw new Error('The notification names no order.');
  return { order: await readOrderCoalesced(core, about.orderId), ids: about };
};
const moneyOf = ({ refundCents, creditCents = 0 }: OrderSubject): RefundedMoney | null =>
  refundCents === undefined ? null : { refundCents, creditCents };
const returnOf = async (core: Core, about: MailSubject) => {
  const { order, ids } = await orderOf(core, about);
  const back = order.returns.find(({ id }) => id === ids.returnId);
  return { order, ids, back: found(back, order, `return ${ids.returnId}`) };
};
/** An earlier version did not store the reason. */
const returnReasonOf = (order: Order, { reason }: OrderSubject): ReturnReason =>
  returnReasons.find((known) => known === reason) ?? (order.status === 'cancelled' ? 'order_cancelled' : 'paid_otherwise');
const found = <T>(part: T | undefined, { orderNumber }: Order, what: string): T => {
  if (part === undefined) throw new Error(`Order ${orderNumber} has no ${what}.`);
  return part;
};

/** Loads the data of a mail. Rejects if the subject of the mail does not exist. */
export const loaders: Loaders = {
  order: async (core, about) => ({ order: (await orderOf(core, about)).order }),
  parcel: async (core, about) => {
    const { order, ids } = await orderOf(core, about);
    const shipment = found(order.shipments.find(({ id }) => id === ids.shipmentId) ?? order.shipments.at(-1), order, 'parcel');
    const units = shipment.items.reduce((sum, { quantity }) => sum + quantity, 0);
    return { order, shipment, isPart: units < order.itemCount };
  },
  return: async (core, about) => {
    const { order, back } = await returnOf(core, about);
    return { order, back };
  },
  receivedReturn: async (core, about) => {
    const { order, back, ids } = await returnOf(core, about);
    return { order, back, creditCents: ids.creditCents ?? 0 };
  },
  priceDifference: async (core, about) => {
    const { order, ids } = await orderOf(core, about);
    return { order, differenceCents: ids.differenceCents ?? 0, money: moneyOf(ids) };
  },
  refundedMoney: async (core, about) => {
    const { order, ids } = await orderOf(core, about);
    return { order, money: moneyOf(ids) };
  },
  cancellation: async (core, about) => {
    const { order, ids } = await orderOf(core, about);
    return { order, money: moneyOf(ids) ?? nothingRefunded, isExpired: ids.reason === 'expired' };
  },
  failedPayment: async (core, about) => {
    const { order, ids } = await orderOf(core, about);
    return { order, isWrongAmount: ids.cause === 'wrong_amount' };
  },
  returnedPayment: async (core, about) => {
    const { order, ids } = await orderOf(core, about);
    const { amountCents, currency = order.currency } = ids;
    const amount = amountCents === undefined ? null : formatMoney(amountCents, currency);
    return { order, amount, reason: returnReasonOf(order, ids) };
  },
  edit: async (core, about) => {
    const { order, ids } = await orderOf(core, about);
    const edit = found(
      order.edits.find(({ id }) => id === ids.editId),
      order,
      `edit ${ids.editId}`,
    );
    return { order, edit, link: editLink(core, edit.id) };
  },
  account: async (core, about) => {
    if (!('userId' in about)) throw new Error('The notification names no account.');
    return { firstName: (await findRecipient(core, about.userId))?.firstName ?? '' };
  },
};
