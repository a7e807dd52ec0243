/** Turns a queued notification into subject, HTML and text. react-email is heavy: it is loaded at the first mail only. */
import type { Order, OrderId, ShipmentId, UserId } from '@cartwright/contracts';
import type { ReactElement } from 'react';
import { findRecipient } from '../accounts/index.ts';
import type { Core } from '../kernel/index.ts';
import { readOrder } from '../orders/index.ts';

export const mailTemplates = [
  'order_confirmation',
  'order_shipped',
  'payment_failed',
  'payment_returned',
  'welcome',
  'registration_repeated',
  'session_ended',
] as const;
export type MailTemplate = (typeof mailTemplates)[number];

/** What a notification is about; ids only, so that the log carries no personal data. */
export type MailSubject = { readonly orderId: OrderId; readonly shipmentId?: ShipmentId } | { readonly userId: UserId };

type OrderSubject = Extract<MailSubject, { readonly orderId: OrderId }>;
interface Drawing {
  readonly subject: string;
  readonly element: ReactElement;
}

const drawOrder = async (core: Core, template: MailTemplate, { orderId, shipmentId }: OrderSubject, store: string): Promise<Drawing> => {
  const order = await readOrder(core, orderId);
  const { OrderConfirmation, OrderShipped, PaymentFailed, PaymentReturned } = await import('./templates/order-mails.tsx');
  if (template === 'order_shipped')
    return { subject: subjectOfParcel(order, shipmentId), element: <OrderShipped order={order} store={store} shipmentId={shipmentId} /> };
  if (template === 'payment_returned')
    return {
      subject: `Order ${order.orderNumber}: your money is on its way back`,
      element: <PaymentReturned order={order} store={store} />,
    };
  if (template === 'payment_failed')
    return {
      subject: `Order ${order.orderNumber}: the payment did not go through`,
      element: <PaymentFailed order={order} store={store} />,
    };
  return { subject: `Order ${order.orderNumber} is confirmed`, element: <OrderConfirmation order={order} store={store} /> };
};

/** A parcel that holds less than the order is a part of it, whenever the mail is written. */
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
    return { subject: 'We signed one of your devices out', element: <SessionEnded firstName={firstName} store={store} /> };
  return { subject: `Welcome to ${store}`, element: <Welcome firstName={firstName} store={store} /> };
};

/** Renders a template for what it is about, as HTML and as plain text. */
export const renderMail = async (
  core: Core,
  template: MailTemplate,
  about: MailSubject,
): Promise<{ subject: string; html: string; text: string }> => {
  const settings = await core.db.selectFrom('store_settings').select('name').executeTakeFirstOrThrow();
  const { subject, element } =
    'orderId' in about
      ? await drawOrder(core, template, about, settings.name)
      : await drawAccount(core, template, about.userId, settings.name);
  const { render, toPlainText } = await import('react-email');
  const html = await render(element);
  return { subject, html, text: toPlainText(html) };
};
