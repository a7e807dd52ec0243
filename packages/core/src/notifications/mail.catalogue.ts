/** All mails: when each is sent, to whom, with which subject line and template. */
import { formatMoney } from '@cartwright/contracts';
import { defineMail, type Mail } from './mail.definition.ts';

/** The names of all mails. They are stored with the notifications: never rename one. */
export type MailTemplate =
  | 'order_confirmation'
  | 'order_shipped'
  | 'order_edited'
  | 'order_cancelled'
  | 'order_refunded'
  | 'edit_payment'
  | 'edit_closed'
  | 'return_requested'
  | 'return_approved'
  | 'return_rejected'
  | 'return_in_transit'
  | 'return_received'
  | 'payment_failed'
  | 'payment_returned'
  | 'welcome'
  | 'registration_repeated'
  | 'session_ended';

const accountMails = () => import('./templates/account-mails.tsx');
const editMails = () => import('./templates/edit-mails.tsx');
const moneyMails = () => import('./templates/money-mails.tsx');
const orderMails = () => import('./templates/order-mails.tsx');
const returnMails = () => import('./templates/return-mails.tsx');

/** The mails by the name of their template. */
export const mails = {
  order_confirmation: defineMail({
    on: 'order.confirmed',
    audience: 'buyer',
    needs: 'order',
    subject: ({ order }) => `Order ${order.orderNumber} is confirmed`,
    template: async () => (await orderMails()).OrderConfirmation,
  }),
  order_shipped: defineMail({
    on: 'order.parcel_sent',
    audience: 'buyer',
    needs: 'parcel',
    subject: ({ order, isPart }) =>
      isPart ? `Part of order ${order.orderNumber} is on its way` : `Order ${order.orderNumber} is on its way`,
    template: async () => (await orderMails()).OrderShipped,
  }),
  order_edited: defineMail({
    on: 'order.edited',
    audience: 'buyer',
    needs: 'priceDifference',
    subject: ({ order }) => `Order ${order.orderNumber} was edited`,
    template: async () => (await editMails()).OrderEdited,
  }),
  order_cancelled: defineMail({
    on: 'order.cancelled',
    // The mails about a return and about a declined payment say that the order is cancelled.
    when: {
      text: 'no return belongs to it, and no payment was declined last',
      event: ({ reason, returnId }) => reason !== 'payment_failed' && returnId === null,
    },
    audience: 'buyer',
    needs: 'cancellation',
    subject: ({ order }) => `Order ${order.orderNumber} was cancelled`,
    template: async () => (await moneyMails()).OrderCancelled,
  }),
  order_refunded: defineMail({
    on: 'order.refunded',
    audience: 'buyer',
    needs: 'refundedMoney',
    subject: ({ order, money }) => `Order ${order.orderNumber}: ${formatMoney(money?.refundCents ?? 0, order.currency)} is being refunded`,
    template: async () => (await moneyMails()).OrderRefunded,
  }),
  edit_payment: defineMail({
    on: 'payment.requires_action',
    // At checkout the buyer sees the payment page in the shop.
    when: { text: 'the payment is for an edit', event: ({ purpose }) => purpose === 'difference' },
    audience: 'buyer',
    needs: 'edit',
    // One link serves every payment page that is opened for an edit.
    oncePer: 'edit',
    subject: ({ order, edit }) => `Order ${order.orderNumber}: ${formatMoney(edit.differenceCents, order.currency)} to pay for the edit`,
    template: async () => (await editMails()).EditPayment,
  }),
  edit_closed: defineMail({
    on: 'order.edit_closed',
    // The mail about the cancellation is enough.
    when: { text: 'the order is not being cancelled', event: ({ outcome }) => outcome !== 'order_cancelled' },
    audience: 'buyer',
    needs: 'edit',
    subject: ({ order }) => `Order ${order.orderNumber} was not edited`,
    template: async () => (await editMails()).EditClosed,
  }),
  return_requested: defineMail({
    on: 'return.requested',
    // A return opened by staff is approved at once, and its buyer gets the mail about that.
    when: { text: 'the buyer requested the return', order: ({ askedByStaff }) => !askedByStaff },
    audience: 'buyer',
    needs: 'return',
    subject: ({ order }) => `Order ${order.orderNumber}: we received your return request`,
    template: async () => (await returnMails()).ReturnRequested,
  }),
  return_approved: defineMail({
    on: 'return.approved',
    audience: 'buyer',
    needs: 'return',
    subject: ({ order }) => `Order ${order.orderNumber}: your return is approved`,
    template: async () => (await returnMails()).ReturnApproved,
  }),
  return_rejected: defineMail({
    on: 'return.rejected',
    audience: 'buyer',
    needs: 'return',
    subject: ({ order }) => `Order ${order.orderNumber}: your return is not approved`,
    template: async () => (await returnMails()).ReturnRejected,
  }),
  return_in_transit: defineMail({
    on: 'return.in_transit',
    audience: 'buyer',
    needs: 'refundedMoney',
    // Several returns of a cancelled order may be in transit.
    oncePer: 'order',
    subject: ({ order }) => `Order ${order.orderNumber}: your order was cancelled`,
    template: async () => (await returnMails()).ReturnInTransit,
  }),
  return_received: defineMail({
    on: 'return.received',
    audience: 'buyer',
    needs: 'receivedReturn',
    subject: ({ order }) => `Order ${order.orderNumber}: we received your return`,
    template: async () => (await returnMails()).ReturnReceived,
  }),
  payment_failed: defineMail({
    on: 'payment.failed',
    // A saved payment method that is declined for an edit leads to a payment page, and the buyer gets the mail about that page.
    when: { text: 'the payment is not for an edit', event: ({ purpose }) => purpose !== 'difference' },
    audience: 'buyer',
    needs: 'failedPayment',
    subject: ({ order }) => `Order ${order.orderNumber}: your payment failed`,
    template: async () => (await moneyMails()).PaymentFailed,
  }),
  payment_returned: defineMail({
    on: 'payment.returned',
    audience: 'buyer',
    needs: 'returnedPayment',
    subject: ({ order }) => `Order ${order.orderNumber}: your payment is being refunded`,
    template: async () => (await moneyMails()).PaymentReturned,
  }),
  welcome: defineMail({
    on: 'user.registered',
    audience: 'account',
    needs: 'account',
    subject: ({ shop }) => `Welcome to ${shop}`,
    template: async () => (await accountMails()).Welcome,
  }),
  registration_repeated: defineMail({
    on: 'user.registration_repeated',
    audience: 'account',
    needs: 'account',
    subject: () => 'You already have an account',
    template: async () => (await accountMails()).RegistrationRepeated,
  }),
  session_ended: defineMail({
    on: 'user.session_revoked',
    when: { text: 'a refresh token was used twice', event: ({ reason }) => reason === 'refresh_reused' },
    audience: 'account',
    needs: 'account',
    subject: () => 'We signed out one of your devices',
    template: async () => (await accountMails()).SessionEnded,
  }),
} satisfies Record<MailTemplate, Mail>;

/** Every mail with its name. */
export const mailEntries = Object.entries(mails) as readonly (readonly [MailTemplate, Mail])[];

/** The mail of a stored name; undefined if a newer version wrote the name, or this version removed the mail. */
export const findMail = (name: string): Mail | undefined => (Object.hasOwn(mails, name) ? mails[name as MailTemplate] : undefined);
