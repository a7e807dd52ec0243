/** The local mailbox: keeps mails in the database for people to open in the admin. The default without SMTP. */
import type { MailChannel, WriteStatement } from '../../kernel/index.ts';
import { insertMails } from '../mail.store.ts';

/** Stores one mail per id: a repeat after a crash changes nothing. */
export const createMailboxChannel = (write: WriteStatement): MailChannel => ({
  send: (mail) => write((tx) => insertMails(tx, [mail])),
});
