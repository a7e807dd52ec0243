/** Listens to events and writes a queued notification for each one that needs a mail. */
import type { OrderEditId, OrderId, PaymentId, UserId } from '@cartwright/contracts';
import { findRecipient } from '../accounts/index.ts';
import type { EventConsumer, FollowUp, ShopEvent } from '../events/index.ts';
import type { Tx } from '../kernel/index.ts';
import { readOrderToNotify } from '../read-models/order-notifications.ts';
import { mailEntries, type MailTemplate } from './mail.catalogue.ts';
import type { MailSubject, OrderSubject } from './mail.data.ts';
import type { Audience, Mail } from './mail.definition.ts';
import { unreadableRecipient } from './mail.notes.ts';
import { insertNotification } from './notification.store.ts';

const mailsByEvent = Map.groupBy(mailEntries, ([, { on }]) => on);

/** The consumer of every event that a mail is about. */
export const notifyConsumer: EventConsumer = {
  name: 'notifications',
  events: [...mailsByEvent.keys()],
  handle: async (tx, event) => {
    const followUps: FollowUp[] = [];
    for (const [template, mail] of mailsByEvent.get(event.name) ?? [])
      if (mail.isFor(event)) followUps.push(...(await queueFor[mail.audience](tx, event, template, mail)));
    return followUps;
  },
};

/** The optional fields of an event about an order. */
type AboutOrder = { readonly [F in keyof OrderSubject]: OrderSubject[F] | null } & {
  readonly orderId: OrderId;
  readonly paymentId?: PaymentId;
};

const subjectFields = {
  orderId: true,
  shipmentId: true,
  returnId: true,
  editId: true,
  differenceCents: true,
  amountCents: true,
  refundCents: true,
  creditCents: true,
  currency: true,
  reason: true,
  cause: true,
} as const satisfies Record<keyof OrderSubject, true>;

/** The fields of an event that its mail needs. */
const subjectOf = (payload: AboutOrder): OrderSubject => {
  const fields = Object.entries(payload).filter(([field, value]) => field in subjectFields && value !== null && value !== undefined);
  return { ...Object.fromEntries(fields), orderId: payload.orderId };
};

const queueOrderMail = async (tx: Tx, event: ShopEvent, template: MailTemplate, mail: Mail): Promise<FollowUp[]> => {
  if (!('orderId' in event.payload)) return [];
  const payload: AboutOrder = event.payload;
  const { orderId, returnId, editId, paymentId = null } = payload;
  const order = await readOrderToNotify(tx.db, { orderId, paymentId, returnId: returnId ?? null });
  if (!order || !mail.isForOrder(order)) return [];
  const to = tx.sealer.read(['orders', 'email_sealed', orderId], order.emailSealed);
  const edit: OrderEditId | null | undefined = mail.needs === 'edit' ? (editId ?? order.paidEdit) : editId;
  const about = { ...subjectOf(payload), ...(edit && { editId: edit }) };
  const occasion = { event: event.id, edit: edit ?? event.id, order: orderId }[mail.oncePer];
  return queue(tx, { occasion, template, to, owner: `order ${order.orderNumber}`, userId: order.userId, about });
};

const queueAccountMail = async (tx: Tx, event: ShopEvent, template: MailTemplate): Promise<FollowUp[]> => {
  const userId = 'userId' in event.payload ? event.payload.userId : null;
  const recipient = userId && (await findRecipient(tx, userId));
  if (!recipient) return [];
  return queue(tx, { occasion: event.id, template, to: recipient.email, owner: `account ${userId}`, userId, about: { userId } });
};

/** How the mails of each audience find their recipient. */
const queueFor = { buyer: queueOrderMail, account: queueAccountMail } satisfies Record<Audience, unknown>;

interface DueMail {
  /** One mail of a template for each occasion: an event, an edit, or an order. */
  readonly occasion: string;
  readonly template: MailTemplate;
  /** Null when it cannot be read: the notification fails at once, with the reason. */
  readonly to: string | null;
  /** Whose address it is, for the reason. */
  readonly owner: string;
  readonly userId: UserId | null;
  readonly about: MailSubject;
}

const queue = async (tx: Tx, { occasion, template, to, owner, userId, about }: DueMail): Promise<FollowUp[]> => {
  const id = tx.ids.next();
  const inserted = await insertNotification(tx, {
    id,
    dedupeKey: `${occasion}:${template}`,
    userId,
    orderId: 'orderId' in about ? about.orderId : null,
    templateName: template,
    recipient: to ?? '',
    payload: about,
    failureReason: to === null ? unreadableRecipient(owner) : null,
  });
  return inserted && to !== null ? [{ queue: 'mail', id }] : [];
};
