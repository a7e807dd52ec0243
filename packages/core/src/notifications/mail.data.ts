/** What a mail is about, and the data that is loaded for it. */
import type {
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
import type { ShipmentId, UserId } from '@cartwright/contracts';
import { findRecipient } from '../accounts/index.ts';
import type { Core } from '../kernel/index.ts';
import { editLink } from '../order-edits/index.ts';
import { readOrderCoalesced } from '../orders/index.ts';

/** The subject of a mail about an order: ids and, for an edit, its price difference. No personal data. */
export interface OrderSubject {
  readonly orderId: OrderId;
  readonly shipmentId?: ShipmentId;
  readonly returnId?: OrderReturnId;
  readonly editId?: OrderEditId;
  readonly differenceCents?: number;
}
/** What a mail is about. It is stored with the notification, so the fields of an earlier version keep their names. */
export type MailSubject = OrderSubject | { readonly userId: UserId };

interface OrderData {
  readonly order: Order;
}
interface OrderFields {
  readonly orderId: OrderId;
}

/** For each kind of data: the fields that the event must have, and what the subject line and the template get. */
interface Needs {
  readonly order: { event: OrderFields; data: OrderData };
  readonly parcel: {
    event: OrderFields & { readonly shipmentId: ShipmentId };
    data: OrderData & { readonly shipment: Order['shipments'][number] };
  };
  readonly return: { event: OrderFields & { readonly returnId: OrderReturnId }; data: OrderData & { readonly back: OrderReturn } };
  readonly priceDifference: {
    event: OrderFields & { readonly differenceCents: number };
    data: OrderData & { readonly differenceCents: number };
  };
  /** `link` is the page on which the buyer pays the edit. */
  readonly edit: {
    event: OrderFields & ({ readonly editId: OrderEditId } | { readonly paymentId: PaymentId });
    data: OrderData & { readonly edit: OrderEdit; readonly link: string };
  };
  /** `firstName` is empty if it cannot be read. */
  readonly account: { event: { readonly userId: UserId }; data: { readonly firstName: string } };
}
export type MailNeed = keyof Needs;
export type MailData<N extends MailNeed> = Needs[N]['data'];

/** The events that name everything that a kind of data needs. */
export type EventFor<N extends MailNeed> = { [E in EventName]: EventPayload<E> extends Needs[N]['event'] ? E : never }[EventName];

type Loaders = { readonly [N in MailNeed]: (core: Core, about: MailSubject) => Promise<MailData<N>> };

const orderOf = async (core: Core, about: MailSubject): Promise<{ order: Order; ids: OrderSubject }> => {
  if (!('orderId' in about)) throw new Error('The notification names no order.');
  return { order: await readOrderCoalesced(core, about.orderId), ids: about };
};
const found = <T>(part: T | undefined, { orderNumber }: Order, what: string): T => {
  if (part === undefined) throw new Error(`Order ${orderNumber} has no ${what}.`);
  return part;
};

/** Loads the data of a mail. Rejects if the subject of the mail does not exist. */
export const loaders: Loaders = {
  order: async (core, about) => ({ order: (await orderOf(core, about)).order }),
  parcel: async (core, about) => {
    const { order, ids } = await orderOf(core, about);
    const shipment = order.shipments.find(({ id }) => id === ids.shipmentId) ?? order.shipments.at(-1);
    return { order, shipment: found(shipment, order, 'parcel') };
  },
  return: async (core, about) => {
    const { order, ids } = await orderOf(core, about);
    const back = order.returns.find(({ id }) => id === ids.returnId);
    return { order, back: found(back, order, `return ${ids.returnId}`) };
  },
  priceDifference: async (core, about) => {
    const { order, ids } = await orderOf(core, about);
    return { order, differenceCents: ids.differenceCents ?? 0 };
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
