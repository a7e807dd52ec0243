/** Listens to events and writes a queued notification for each that somebody should read about. */
import type { EventName, OrderId, ShipmentId, UserId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { findRecipient } from '../accounts/index.ts';
import type { EventConsumer, FollowUp, ShopEvent } from '../events/index.ts';
import type { Tx } from '../kernel/index.ts';
import type { MailTemplate } from './render-mail.tsx';

const templates: Partial<Record<EventName, MailTemplate>> = {
  'order.confirmed': 'order_confirmation',
  'order.parcel_sent': 'order_shipped',
  'payment.failed': 'payment_failed',
  'payment.returned': 'payment_returned',
  'user.registered': 'welcome',
  'user.registration_repeated': 'registration_repeated',
  'user.session_revoked': 'session_ended',
};
/** Of the sessions that end, only one that was ended for safety is news to its owner. */
const isNews = (event: ShopEvent): boolean => event.name !== 'user.session_revoked' || event.payload.reason === 'refresh_reused';

export const notifyConsumer: EventConsumer = {
  name: 'notifications',
  events: Object.keys(templates) as EventName[],
  handle: async (tx, event) => {
    const template = templates[event.name];
    if (!template || !isNews(event)) return [];
    if ('orderId' in event.payload) return queueOrderMail(tx, event, template, event.payload);
    return 'userId' in event.payload && event.payload.userId ? queueAccountMail(tx, event, template, event.payload.userId) : [];
  },
};

const queueOrderMail = async (
  tx: Tx,
  event: ShopEvent,
  template: MailTemplate,
  { orderId, shipmentId }: { orderId: OrderId; shipmentId?: ShipmentId },
): Promise<FollowUp[]> => {
  const { rows } = await sql<{
    emailSealed: string;
    userId: UserId | null;
  }>`select email_sealed as "emailSealed", user_id as "userId" from orders where id = ${orderId}`.execute(tx.db);
  const order = rows[0];
  if (!order) return [];
  const to = tx.sealer.open(['orders', 'email_sealed', orderId], order.emailSealed);
  return queue(tx, event, template, to, { orderId, userId: order.userId, ...(shipmentId && { shipmentId }) });
};

const queueAccountMail = async (tx: Tx, event: ShopEvent, template: MailTemplate, userId: UserId): Promise<FollowUp[]> => {
  const recipient = await findRecipient(tx, userId);
  return recipient ? queue(tx, event, template, recipient.email, { orderId: null, userId }) : [];
};

const queue = async (
  tx: Tx,
  event: ShopEvent,
  template: MailTemplate,
  to: string,
  about: { orderId: OrderId | null; userId: UserId | null; shipmentId?: ShipmentId },
): Promise<FollowUp[]> => {
  const id = tx.ids.next();
  const inserted = await tx.db
    .insertInto('notifications')
    .values({
      id,
      dedupe_key: `${event.id}:${template}`,
      user_id: about.userId,
      order_id: about.orderId,
      channel: 'email',
      template_name: template,
      recipient_sealed: tx.sealer.seal(['notifications', 'recipient_sealed', id], to),
      payload: about.orderId
        ? { orderId: about.orderId, ...(about.shipmentId && { shipmentId: about.shipmentId }) }
        : { userId: about.userId },
    })
    .onConflict((oc) => oc.column('dedupe_key').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted ? [{ queue: 'mail', id }] : [];
};
