import { sql } from 'kysely';
import type { Core } from '../kernel/index.ts';
import { renderMail, type MailSubject, type MailTemplate } from './render-mail.tsx';

/**
 * Renders and sends a queued notification. Does nothing once it is sent. The notification's id goes along
 * as the message's, so that a channel that keeps ids sends one mail even when a worker dies in between.
 */
export const sendNotification = async (core: Core, notificationId: string): Promise<void> => {
  const { rows } = await sql<{ templateName: MailTemplate; recipientSealed: string; payload: MailSubject }>`
    update notifications set retry_count = retry_count + 1 where id = ${notificationId} and status = 'queued'
    returning template_name as "templateName", recipient_sealed as "recipientSealed", payload`.execute(core.db);
  const notification = rows[0];
  if (!notification) return;
  const to = core.sealer.open(['notifications', 'recipient_sealed', notificationId], notification.recipientSealed);
  const mail = await renderMail(core, notification.templateName, notification.payload);
  core.failpoints.reach('mail.beforeSend');
  await core.mail.send({ id: notificationId, to, template: notification.templateName, ...mail });
  core.failpoints.reach('mail.afterSend');
  await sql`update notifications set status = 'sent', sent_at = now(), subject = ${mail.subject}, failure_reason = null where id = ${notificationId}`.execute(
    core.db,
  );
  core.failpoints.reach('mail.afterMark');
};

/** Records that a channel refused for good, after the queue's last try. */
export const failNotification = async (core: Core, notificationId: string, reason: string): Promise<void> => {
  await sql`update notifications set status = 'failed', failure_reason = ${reason} where id = ${notificationId} and status = 'queued'`.execute(
    core.db,
  );
};

/** Notifications that are still queued after a while, for the queue once more. */
export const findStaleNotifications = async (core: Core, olderThanSeconds: number): Promise<string[]> => {
  const { rows } = await sql<{ id: string }>`
    select id from notifications where status = 'queued' and created_at <= now() - make_interval(secs => ${olderThanSeconds}) order by created_at limit 200`.execute(
    core.db,
  );
  return rows.map((row) => row.id);
};
