/** Renders a queued notification as subject, HTML and text. react-email is large, so it is loaded with the first mail. */
import {
  formatMoney,
  type Order,
  type OrderEditId,
  type OrderId,
  type OrderReturnId,
  type ShipmentId,
  type UserId,
} from '@cartwright/contracts';
import type { ReactElement } from 'react';
import { findRecipient } from '../accounts/index.ts';
import type { Core } from '../kernel/index.ts';
import { editLink } from '../order-edits/index.ts';
import { readOrderCoalesced } from '../orders/index.ts';

export const mailTemplates = [
  'order_confirmation',
  'order_shipped',
  'order_edited',
  'edit_payment',
  'edit_closed',
  'return_requested',
  'return_approved',
  'return_rejected',
  'return_in_transit',
  'return_received',
  'payment_failed',
  'payment_returned',
  'welcome',
  'registration_repeated',
  'session_ended',
] as const;
export type MailTemplate = (typeof mailTemplates)[number];

/** The subject of an order's mail: ids and, for an edit, its outcome. No personal data. */
export interface OrderSubject {
  readonly orderId: OrderId;
  readonly shipmentId?: ShipmentId;
  readonly returnId?: OrderReturnId;
  readonly editId?: OrderEditId;
  readonly differenceCents?: number;
}
export type MailSubject = OrderSubject | { readonly userId: UserId };

interface Drawing {
  readonly subject: string;
  readonly element: ReactElement;
}

const drawOrder = async (core: Core, template: MailTemplate, about: OrderSubject, store: string): Promise<Drawing> => {
  const order = await readOrderCoalesced(core, about.orderId);
  if (template.startsWith('return_')) return drawReturn(template, order, about, store);
  if (template.includes('edit')) return drawEdit(core, template, order, about, store);
  const { OrderConfirmation, OrderShipped, PaymentFailed, PaymentReturned } = await import('./templates/order-mails.tsx');
  const { orderNumber } = order;
  const { shipmentId } = about;
  if (template === 'order_shipped')
    return { subject: subjectOfParcel(order, shipmentId), element: <OrderShipped order={order} store={store} shipmentId={shipmentId} /> };
  if (template === 'payment_returned')
    return { subject: `Order ${orderNumber}: your payment is being refunded`, element: <PaymentReturned order={order} store={store} /> };
  if (template === 'payment_failed')
    return { subject: `Order ${orderNumber}: your payment failed`, element: <PaymentFailed order={order} store={store} /> };
  return { subject: `Order ${orderNumber} is confirmed`, element: <OrderConfirmation order={order} store={store} /> };
};

const returnSubjects = {
  requested: 'we received your return request',
  approved: 'your return is approved',
  rejected: 'your return is not approved',
  in_transit: 'your order was cancelled',
  received: 'we received your return',
} as const;

const drawReturn = async (template: MailTemplate, order: Order, { returnId }: OrderSubject, store: string): Promise<Drawing> => {
  const back = order.returns.find(({ id }) => id === returnId);
  if (!back) throw new Error(`Order ${order.id} has no return ${returnId}`);
  const step = template.slice('return_'.length) as keyof typeof returnSubjects;
  const { ReturnMailFor } = await import('./templates/return-mails.tsx');
  return {
    subject: `Order ${order.orderNumber}: ${returnSubjects[step]}`,
    element: <ReturnMailFor order={order} back={back} store={store} step={step} />,
  };
};

const drawEdit = async (core: Core, template: MailTemplate, order: Order, about: OrderSubject, store: string): Promise<Drawing> => {
  const { EditClosed, EditPayment, OrderEdited } = await import('./templates/edit-mails.tsx');
  const { orderNumber } = order;
  if (template === 'order_edited')
    return {
      subject: `Order ${orderNumber} was changed`,
      element: <OrderEdited order={order} store={store} differenceCents={about.differenceCents ?? 0} />,
    };
  const edit = order.edits.find(({ id }) => id === about.editId);
  if (!edit) throw new Error(`Order ${order.id} has no edit ${about.editId}`);
  if (template === 'edit_closed')
    return { subject: `Order ${orderNumber} was not changed`, element: <EditClosed order={order} edit={edit} store={store} /> };
  return {
    subject: `Order ${orderNumber}: ${formatMoney(edit.differenceCents, order.currency)} to pay for the change`,
    element: <EditPayment order={order} edit={edit} store={store} link={editLink(core, edit.id)} />,
  };
};

/** A parcel with fewer units than the order is a part of it, no matter when the mail is rendered. */
const subjectOfParcel = ({ orderNumber, itemCount, shipments }: Order, shipmentId: ShipmentId | undefined): string => {
  const packed = shipments.find((s) => s.id === shipmentId)?.items.reduce((units, line) => units + line.quantity, 0) ?? itemCount;
  return packed < itemCount ? `Part of order ${orderNumber} is on its way` : `Order ${orderNumber} is on its way`;
};

const drawAccount = async (core: Core, template: MailTemplate, userId: UserId, store: string): Promise<Drawing> => {
  const firstName = (await findRecipient(core, userId))?.firstName ?? '';
  const { RegistrationRepeated, SessionEnded, Welcome } = await import('./templates/account-mails.tsx');
  if (template === 'registration_repeated')
    return { subject: 'You already have an account', element: <RegistrationRepeated firstName={firstName} store={store} /> };
  if (template === 'session_ended')
    return { subject: 'We signed out one of your devices', element: <SessionEnded firstName={firstName} store={store} /> };
  return { subject: `Welcome to ${store}`, element: <Welcome firstName={firstName} store={store} /> };
};

let plainText: Promise<(html: string) => string> | undefined;

/** Converts HTML to the same text as react-email. react-email compiles its rules again for each mail, which takes longer than the mail. */
const toPlainText = (): Promise<(html: string) => string> =>
  (plainText ??= Promise.all([import('html-to-text'), import('react-email')]).then(([{ compile }, { plainTextSelectors }]) =>
    compile({ wordwrap: false, selectors: plainTextSelectors }),
  ));

/** Renders a template for its subject as HTML and plain text. */
export const renderMail = async (
  core: Core,
  template: MailTemplate,
  about: MailSubject,
  store: string,
): Promise<{ subject: string; html: string; text: string }> => {
  const { subject, element } =
    'orderId' in about ? await drawOrder(core, template, about, store) : await drawAccount(core, template, about.userId, store);
  const { render } = await import('react-email');
  const html = await render(element);
  return { subject, html, text: (await toPlainText())(html) };
};
