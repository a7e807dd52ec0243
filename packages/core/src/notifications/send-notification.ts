import { sql } from 'kysely';
import { createGroupCommit, perCore, type Core, writeStatement } from '../kernel/index.ts';
import { findMail } from './mail.catalogue.ts';
import type { MailSubject } from './mail.data.ts';
import { notAccepted, notRendered, unknownTemplate, unreadableRecipient } from './mail.notes.ts';
import { drawMail } from './render-mail.ts';

interface ToSend {
  readonly id: string;
  /** Unknown to this version if a newer version wrote it, or if its mail was removed. */
  readonly templateName: string;
  readonly recipientSealed: string;
  readonly payload: MailSubject;
  readonly store: string;
}
const grouping = { maxBatch: 50, maxWaiting: 20_000, maxWaitMs: 30_000, lanes: 1 } as const;

/** Counts the attempts of notifications that are to be sent; null for one that was sent. */
const triesOf = perCore((core) =>
  createGroupCommit<string, ToSend | null>(core, {
    ...grouping,
    write: async (_key, ids) => {
      const { rows } = await writeStatement(core, (tx) =>
        sql<ToSend>`
        update notifications set retry_count = retry_count + 1 where id = any(${ids}::uuid[]) and status = 'queued'
        returning id, template_name as "templateName", recipient_sealed as "recipientSealed", payload, (select name from store_settings) as store`.execute(
          tx.db,
        ),
      );
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
  createGroupCommit<{ readonly id: string; readonly subject: string }, true>(core, {
    ...grouping,
    write: async (_key, sent) => {
      await writeStatement(core, (tx) =>
        sql`
        update notifications n set status = 'sent', sent_at = now(), subject = s.subject, failure_reason = null
        from unnest(${sent.map((s) => s.id)}::uuid[], ${sent.map((s) => s.subject)}::text[]) as s(id, subject) where n.id = s.id`.execute(
          tx.db,
        ),
      );
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
  const { templateName, recipientSealed, payload, store } = notification;
  const to = core.sealer.read(['notifications', 'recipient_sealed', notificationId], recipientSealed);
  // Another attempt would not help, and the other mails of its job continue.
  if (to === null) return failNotification(core, notificationId, unreadableRecipient('the recipient'));
  const mail = findMail(templateName);
  if (!mail) throw unknownTemplate(templateName, notificationId);
  const rendered = await drawMail(core, mail, payload, store).catch((error: unknown) => {
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
export const failNotification = async (core: Core, notificationId: string, reason: string): Promise<void> => {
  await writeStatement(core, (tx) =>
    sql`update notifications set status = 'failed', failure_reason = ${reason} where id = ${notificationId} and status = 'queued'`.execute(
      tx.db,
    ),
  );
};

/**
 * Notifications that are still queued after a while, for the queue once more: those first that were put there longest
 * ago, so that mails that fail again and again do not delay the others.
 */
export const findStaleNotifications = async (core: Core, olderThanSeconds: number, limit = 200): Promise<string[]> => {
  const { rows } = await writeStatement(core, (tx) =>
    sql<{ id: string }>`
    update notifications set enqueued_at = now() where id in (
      select id from notifications where status = 'queued' and enqueued_at <= now() - make_interval(secs => ${olderThanSeconds})
      order by enqueued_at limit ${limit} for update skip locked)
    returning id`.execute(tx.db),
  );
  return rows.map((row) => row.id);
};
