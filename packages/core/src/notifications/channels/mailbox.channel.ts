/** The local mailbox: keeps mails in the database for people to open in the admin. The default without SMTP. */
import type { Database } from '@cartwright/db';
import type { Kysely } from 'kysely';
import type { MailChannel, Sealer } from '../../kernel/index.ts';

/** Stores one mail per id: a repeat after a crash changes nothing. */
export const createMailboxChannel = (db: Kysely<Database>, sealer: Sealer): MailChannel => ({
  send: async ({ id, to, subject, template, html, text }) => {
    await db
      .insertInto('mails')
      .values({
        id,
        to_sealed: sealer.seal(['mails', 'to_sealed', id], to),
        to_index: sealer.index('email', to.toLowerCase()),
        subject,
        template,
        html_sealed: sealer.seal(['mails', 'html_sealed', id], html),
        text_sealed: sealer.seal(['mails', 'text_sealed', id], text),
      })
      .onConflict((oc) => oc.column('id').doNothing())
      .execute();
  },
});
