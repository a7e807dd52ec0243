/** Why a mail was not sent and what staff can do about it. The text is stored as the failure reason of the notification. */
import type { Core } from '../kernel/index.ts';
import { statementToSendAgain } from './notification.store.ts';

/** Thrown for a mail that was not sent. The message says why and what staff can do. */
class MailNotSent extends Error {
  override readonly name = 'MailNotSent';
}
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).replace(/[.\s]*$/, '');
/** A notification that is queued again is sent within `RECOVER_AFTER_SECONDS`. */
const sendAgain = (id: string): string => `To send the mail again, run: ${statementToSendAgain(id)}`;

/** The e-mail address that the notification of an order or account needs cannot be read. */
export const unreadableRecipient = (owner: string): string =>
  `The e-mail address of ${owner} is damaged and cannot be read, so the mail was not sent. Contact this person another way. ` +
  'The page Data integrity of the admin lists the damaged value: restore its row from a backup.';

/** The stored name belongs to a newer version, which works beside this one or was replaced by it, or to a removed mail. */
export const unknownTemplate = (name: string, id: string): MailNotSent =>
  new MailNotSent(
    `This version of Cartwright has no mail with the name "${name}", so nothing was sent. Contact the recipient another way, ` +
      `or start a worker of the version that has this mail. ${sendAgain(id)}`,
  );

/** The data of the mail does not exist, or its template failed. */
export const notRendered = (error: unknown, id: string): MailNotSent =>
  new MailNotSent(
    `The mail could not be written: ${messageOf(error)}. Contact the recipient another way, or remove the cause. ${sendAgain(id)}`,
    { cause: error },
  );

/** The mail server or the mailbox did not take the mail. */
export const notAccepted = ({ config }: Pick<Core, 'config'>, error: unknown, id: string): MailNotSent => {
  const check = config.smtpUrl ? 'Check SMTP_URL, MAIL_FROM and the address of the recipient: npm run cartwright -- doctor. ' : '';
  return new MailNotSent(
    `The ${config.smtpUrl ? 'mail server' : 'mailbox'} did not accept the mail: ${messageOf(error)}. ${check}${sendAgain(id)}`,
    { cause: error },
  );
};
