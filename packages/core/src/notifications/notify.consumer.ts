/** Listens to events and writes a queued notification for each one that needs a mail. */
import type { EventName, OrderEditId, PaymentId, UserId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { findRecipient } from '../accounts/index.ts';
import type { EventConsumer, FollowUp, ShopEvent } from '../events/index.ts';
import type { Tx } from '../kernel/index.ts';
import { unreadableRecipient } from './send-notification.ts';
import type { MailSubject, MailTemplate, OrderSubject } from './render-mail.tsx';

const templates: Partial<Record<EventName, MailTemplate>> = {
  'order.confirmed': 'order_confirmation',
  'order.parcel_sent': 'order_shipped',
  'order.edited': 'order_edited',
  'order.edit_closed': 'edit_closed',
  'payment.requires_action': 'edit_payment',
  'return.requested': 'return_requested',
  'return.approved': 'return_approved',
  'return.rejected': 'return_rejected',
  'return.in_transit': 'return_in_transit',
  'return.received': 'return_received',
  'payment.failed': 'payment_failed',
  'payment.returned': 'payment_returned',
  'user.registered': 'welcome',
  'user.registration_repeated': 'registration_repeated',
  'user.session_revoked': 'session_ended',
};

/** Events that lead to a mail in some cases only. */
const isNews = ({ name, payload }: ShopEvent): boolean => {
  // Of the sessions that end, only one that was ended for safety.
  if (name === 'user.session_revoked') return payload.reason === 'refresh_reused';
  // At checkout the buyer sees it on the page; the payment of an edit is announced by mail.
  if (name === 'payment.requires_action') return payload.purpose === 'difference';
  // A saved payment method that is declined leads to a payment page, and the buyer gets a mail about that page.
  return name !== 'payment.failed' || payload.purpose !== 'difference';
};

export const notifyConsumer: EventConsumer = {
  name: 'notifications',
  events: Object.keys(templates) as EventName[],
  handle: async (tx, event) => {
    const template = templates[event.name];
    if (!template || !isNews(event)) return [];
    const { payload } = event;
    if ('orderId' in payload) return queueOrderMail(tx, event, template, payload);
    return 'userId' in payload && payload.userId ? queueAccountMail(tx, event, template, payload.userId) : [];
  },
};

/** The optional fields of an event about an order. */
type AboutOrder = OrderSubject & { readonly paymentId?: PaymentId };

const queueOrderMail = async (tx: Tx, event: ShopEvent, template: MailTemplate, payload: AboutOrder): Promise<FollowUp[]> => {
  const { orderId, shipmentId, returnId, editId, differenceCents, paymentId = null } = payload;
  const { rows } = await sql<{ emailSealed: string; userId: UserId | null; paidEdit: OrderEditId | null; askedByStaff: boolean }>`
    select o.email_sealed as "emailSealed", o.user_id as "userId", (select p.order_edit_id from payments p where p.id = ${paymentId}) as "paidEdit",
      exists (select 1 from order_returns b where b.id = ${returnId ?? null} and b.requested_by !~ '^(customer|guest)') as "askedByStaff"
    from orders o where o.id = ${orderId}`.execute(tx.db);
  const order = rows[0];
  // A return opened by staff is approved at once; its buyer gets a mail about that.
  if (!order || (template === 'return_requested' && order.askedByStaff)) return [];
  const to = tx.sealer.read(['orders', 'email_sealed', orderId], order.emailSealed);
  const edit = template === 'edit_payment' ? order.paidEdit : editId;
  const about = {
    orderId,
    ...(shipmentId && { shipmentId }),
    ...(returnId && { returnId }),
    ...(edit && { editId: edit }),
    ...(differenceCents !== undefined && { differenceCents }),
  };
  // One link serves every payment page that is opened for an edit.
  const occasion = template === 'edit_payment' && edit ? edit : event.id;
  return queue(tx, { occasion, template, to, userId: order.userId, about });
};

const queueAccountMail = async (tx: Tx, event: ShopEvent, template: MailTemplate, userId: UserId): Promise<FollowUp[]> => {
  const recipient = await findRecipient(tx, userId);
  return recipient ? queue(tx, { occasion: event.id, template, to: recipient.email, userId, about: { userId } }) : [];
};

interface DueMail {
  /** One mail of a template for each event. */
  readonly occasion: string;
  readonly template: MailTemplate;
  /** Null when it cannot be read: the notification fails at once, with the reason. */
  readonly to: string | null;
  readonly userId: UserId | null;
  readonly about: MailSubject;
}

const queue = async (tx: Tx, { occasion, template, to, userId, about }: DueMail): Promise<FollowUp[]> => {
  const id = tx.ids.next();
  const inserted = await tx.db
    .insertInto('notifications')
    .values({
      id,
      dedupe_key: `${occasion}:${template}`,
      user_id: userId,
      order_id: 'orderId' in about ? about.orderId : null,
      channel: 'email',
      template_name: template,
      recipient_sealed: tx.sealer.seal(['notifications', 'recipient_sealed', id], to ?? ''),
      ...(to === null && { status: 'failed' as const, failure_reason: unreadableRecipient('orderId' in about ? 'order' : 'account') }),
      payload: { ...about },
    })
    .onConflict((oc) => oc.column('dedupe_key').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted && to !== null ? [{ queue: 'mail', id }] : [];
};
