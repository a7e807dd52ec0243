/** The local mailbox: keeps mails in the database for people to open in the admin. The default without SMTP. */
import type { Database } from '@cartwright/db';
import type { Kysely } from 'kysely';
import type { MailChannel, Sealer } from '../../kernel/index.ts';
import { insertMails } from '../mail.store.ts';

/** Stores one mail per id: a repeat after a crash changes nothing. */
export const createMailboxChannel = (db: Kysely<Database>, sealer: Sealer): MailChannel => ({
  send: (mail) => insertMails({ db, sealer }, [mail]),
});
