import { createGroupCommit, patientQueue, perCore, type Core, transact } from '../kernel/index.ts';
import { findMail } from './mail.catalogue.ts';
import { notAccepted, notRendered, unknownTemplate, unreadableRecipient } from './mail.notes.ts';
import {
  claimStaleNotifications,
  countAttempts,
  markFailed,
  markSent,
  type QueuedNotification,
  type SentMail,
} from './notification.store.ts';
import { renderMail } from './render-mail.ts';

const grouping = { maxBatch: 50, ...patientQueue } as const;

/** Counts the attempts of notifications that are to be sent; null for one that was sent. */
const triesOf = perCore((core) =>
  createGroupCommit<string, QueuedNotification | null>(core, {
    ...grouping,
    write: async (_key, ids) => {
      const rows = await transact(core, { oneStatement: true }, (tx) => countAttempts(tx, ids));
      const byId = new Map(rows.map((row) => [row.id, row]));
      return ids.map((id) => {
        const row = byId.get(id) ?? null;
        byId.delete(id);
        return row;
      });
    },
  }),
);

const marksOf = perCore((core) =>
  createGroupCommit<SentMail, true>(core, {
    ...grouping,
    write: async (_key, sent) => {
      await transact(core, { oneStatement: true }, (tx) => markSent(tx, sent));
      return sent.map(() => true as const);
    },
  }),
);

/**
 * Renders and sends a queued notification. Does nothing once it is sent. The id of the notification is also the message
 * id, so that a channel that stores ids sends one mail even when a worker dies in between. Concurrent calls share their
 * statements. Rejects with `MailNotSent` if another attempt can help: a mail that this version does not know may be
 * sent by a newer worker.
 */
export const sendNotification = async (core: Core, notificationId: string): Promise<void> => {
  const notification = await triesOf(core).submit('tries', notificationId);
  if (!notification) return;
  const { templateName, recipientSealed, payload, shop } = notification;
  const to = core.sealer.read(['notifications', 'recipient_sealed', notificationId], recipientSealed);
  // Another attempt would not help, and the other mails of its job continue.
  if (to === null) return failNotification(core, notificationId, unreadableRecipient('the recipient'));
  const mail = findMail(templateName);
  if (!mail) throw unknownTemplate(templateName, notificationId);
  const rendered = await renderMail(core, mail, payload, shop).catch((error: unknown) => {
    throw notRendered(error, notificationId);
  });
  core.failpoints.reach('mail.beforeSend');
  await core.mail.send({ id: notificationId, to, template: templateName, ...rendered }).catch((error: unknown) => {
    throw notAccepted(core, error, notificationId);
  });
  core.failpoints.reach('mail.afterSend');
  await marksOf(core).submit('marks', { id: notificationId, subject: rendered.subject });
  core.failpoints.reach('mail.afterMark');
};

/** Records the final failure of a channel, after the last attempt of the queue. */
export const failNotification = (core: Core, notificationId: string, reason: string): Promise<void> =>
  transact(core, { oneStatement: true }, (tx) => markFailed(tx, notificationId, reason));

/**
 * Notifications that are still queued after a while, for the queue once more: those first that were put there longest
 * ago, so that mails that fail again and again do not delay the others.
 */
export const findStaleNotifications = (core: Core, olderThanSeconds: number, limit = 200): Promise<string[]> =>
  transact(core, { oneStatement: true }, (tx) => claimStaleNotifications(tx, olderThanSeconds, limit));
