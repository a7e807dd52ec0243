/** Writes `mails`, the local mailbox. Recipient and bodies are sealed for their row. */
import type { Sealer, Tx } from '../kernel/index.ts';

export interface NewMail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly template: string;
  readonly html: string;
  readonly text: string;
}

const toRow = (sealer: Sealer, { id, to, subject, template, html, text }: NewMail) => ({
  id,
  toSealed: sealer.seal(['mails', 'to_sealed', id], to),
  toIndex: sealer.index('email', to.toLowerCase()),
  subject,
  template,
  htmlSealed: sealer.seal(['mails', 'html_sealed', id], html),
  textSealed: sealer.seal(['mails', 'text_sealed', id], text),
});

/** Inserts one or more mails, except for those whose ids exist. */
export const insertMails = async ({ db, sealer }: Pick<Tx, 'db' | 'sealer'>, mails: readonly NewMail[]): Promise<void> => {
  await db
    .insertInto('mails')
    .values(mails.map((mail) => toRow(sealer, mail)))
    .onConflict((oc) => oc.column('id').doNothing())
    .execute();
};
