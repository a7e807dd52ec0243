/** Writes `mails`, the local mailbox. Recipient and bodies are sealed for their row. */
import type { MailMessage, Sealer, Tx } from '../kernel/index.ts';

const toRow = (sealer: Sealer, { id, to, subject, template, html, text }: MailMessage) => ({
  id,
  toSealed: sealer.seal(['mails', 'to_sealed', id], to),
  toIndex: sealer.index('email', to.toLowerCase()),
  subject,
  template,
  htmlSealed: sealer.seal(['mails', 'html_sealed', id], html),
  textSealed: sealer.seal(['mails', 'text_sealed', id], text),
});

/** Inserts one or more mails, except for those whose ids exist. */
export const insertMails = async ({ db, sealer }: Pick<Tx, 'db' | 'sealer'>, mails: readonly MailMessage[]): Promise<void> => {
  await db
    .insertInto('mails')
    .values(mails.map((mail) => toRow(sealer, mail)))
    .onConflict((oc) => oc.column('id').doNothing())
    .execute();
};
