/** The log of sent notifications, and the local mailbox that replaces an SMTP server. */
import { defineEntity, p } from '@mikro-orm/core';

/** A mail to send, and its outcome. */
export const Notification = defineEntity({
  name: 'Notification',
  tableName: 'notifications',
  properties: {
    id: p.uuid().primary(),
    /** Usually the event id: there is one notification per cause and template. */
    dedupeKey: p.string().length(120).unique(),
    userId: p.uuid().nullable().index(),
    orderId: p.uuid().nullable().index(),
    channel: p.enum(['email', 'sms', 'push']),
    templateName: p.string().length(100),
    recipientSealed: p.text(),
    subject: p.string().length(255).nullable(),
    payload: p.json<Record<string, unknown>>(),
    status: p.enum(['queued', 'sent', 'failed', 'bounced']).default('queued'),
    retryCount: p.integer().default(0),
    failureReason: p.text().nullable(),
    createdAt: p.datetime().defaultRaw('now()'),
    /** When it was last put on the queue. */
    enqueuedAt: p.datetime().defaultRaw('now()'),
    sentAt: p.datetime().nullable(),
  },
  checks: [{ name: 'notifications_sent', expression: `(status = 'sent') = (sent_at is not null)` }],
  indexes: [
    {
      name: 'notifications_queued',
      expression: `create index notifications_queued on notifications (enqueued_at) where status = 'queued'`,
    },
  ],
});

/** A mail in the local mailbox. Its id is that of the notification, so a repeated delivery changes nothing. */
export const Mail = defineEntity({
  name: 'Mail',
  tableName: 'mails',
  properties: {
    id: p.uuid().primary(),
    toSealed: p.text(),
    toIndex: p.string().length(64).index(),
    subject: p.string().length(255),
    template: p.string().length(100),
    htmlSealed: p.text(),
    textSealed: p.text(),
    sentAt: p.datetime().defaultRaw('now()').index(),
  },
});
