/** Writes `notifications`. One is `queued` until it is `sent` or has `failed`. */
import type { OrderId, UserId } from '@cartwright/contracts';
import { sql } from 'kysely';
import { anyId, now, rowsAs, type Tx } from '../kernel/index.ts';
import { shopName } from '../read-models/shop-name.ts';
import type { MailSubject } from './mail.data.ts';

/** A notification to queue. */
export interface NewNotification {
  readonly id: string;
  /** Unique for each occasion and template. */
  readonly dedupeKey: string;
  readonly userId: UserId | null;
  readonly orderId: OrderId | null;
  readonly templateName: string;
  /** The e-mail address; empty when it cannot be read. */
  readonly recipient: string;
  readonly payload: MailSubject;
  /** Why no mail can be sent: the notification has failed from the beginning. Null for a queued one. */
  readonly failureReason: string | null;
}

/** Inserts a notification. Returns false when one with its `dedupeKey` exists. */
export const insertNotification = async (
  { db, sealer }: Pick<Tx, 'db' | 'sealer'>,
  { id, dedupeKey, userId, orderId, templateName, recipient, payload, failureReason }: NewNotification,
): Promise<boolean> => {
  const inserted = await db
    .insertInto('notifications')
    .values({
      id,
      dedupeKey,
      userId,
      orderId,
      channel: 'email',
      templateName,
      recipientSealed: sealer.seal(['notifications', 'recipient_sealed', id], recipient),
      ...(failureReason !== null && { status: 'failed' as const, failureReason }),
      payload: { ...payload },
    })
    .onConflict((oc) => oc.column('dedupeKey').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
};

/** A notification that is to be sent. */
export interface QueuedNotification {
  readonly id: string;
  /** Unknown to this version if a newer version wrote it, or if its mail was removed. */
  readonly templateName: string;
  readonly recipientSealed: string;
  readonly payload: MailSubject;
  /** The name of the shop. */
  readonly shop: string;
}

/** Counts an attempt of each queued notification, and returns them in any order. */
export const countAttempts = ({ db }: Pick<Tx, 'db'>, ids: readonly string[]): Promise<QueuedNotification[]> =>
  db
    .updateTable('notifications')
    .set((eb) => ({ retryCount: eb('retryCount', '+', 1) }))
    .where('id', '=', anyId(ids))
    .where('status', '=', sql.lit('queued'))
    .returning(({ ref }) => [
      'id',
      'templateName',
      'recipientSealed',
      ref('payload').$castTo<MailSubject>().as('payload'),
      shopName.as('shop'),
    ])
    .execute();

/** A notification that was sent. */
export interface SentMail {
  readonly id: string;
  readonly subject: string;
}

/** Marks notifications as sent, with the subject lines of their mails. */
export const markSent = async ({ db }: Pick<Tx, 'db'>, sent: readonly SentMail[]): Promise<void> => {
  await db
    .updateTable('notifications as n')
    .from(rowsAs('s', sent, { id: 'uuid', subject: 'text' }))
    .set(({ ref }) => ({ status: 'sent', sentAt: now, subject: ref('s.subject'), failureReason: null }))
    .whereRef('n.id', '=', 's.id')
    .execute();
};

/** Marks a queued notification as failed; one that was sent stays unchanged. */
export const markFailed = async ({ db }: Pick<Tx, 'db'>, id: string, reason: string): Promise<void> => {
  await db
    .updateTable('notifications')
    .set({ status: 'failed', failureReason: reason })
    .where('id', '=', id)
    .where('status', '=', sql.lit('queued'))
    .execute();
};

/**
 * Claims notifications that are still queued after a while and that nobody has locked: those first that were put on the queue longest ago.
 * Returns their ids; they count as put on the queue now.
 */
export const claimStaleNotifications = async ({ db }: Pick<Tx, 'db'>, olderThanSeconds: number, limit: number): Promise<string[]> => {
  const { rows } = await sql<{ id: string }>`
    update notifications set enqueued_at = now() where id in (
      select id from notifications where status = 'queued' and enqueued_at <= now() - make_interval(secs => ${olderThanSeconds})
      order by enqueued_at limit ${limit} for update skip locked)
    returning id`.execute(db);
  return rows.map((row) => row.id);
};

/** The statement by which staff send the mail of a failed notification again. */
export const statementToSendAgain = (id: string): string => `update notifications set status = 'queued' where id = '${id}'`;
